"""What an erasure takes of a household: a camera, a span of time, or what is both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf

from sqlalchemy import ColumnElement, func

from backend.cameras.names import household_named
from backend.events.journal.record import Head
from backend.incidents.store import incidents
from contract.datasets import DatasetFile
from contract.erasures import ErasureKind

WAITED_FOR_SEC = 7 * 86_400.0
"""By its last heartbeat a camera is missed for so long."""


@dataclass(frozen=True)
class Scope:
    """Times are seconds since 1970, by the clock of who saw it; None is no bound.

    `until` is excluded. `household_of` says whose a camera is, and asks nobody. RETENTION takes the
    record alone, and not what people made of it: pictures, data sets, questions.
    """

    household_id: int
    camera_id: str | None
    since: float | None
    until: float | None
    household_of: Callable[[str], int] = field(default=household_named, compare=False)
    kind: ErasureKind = ErasureKind.ASKED

    def has_camera(self, camera_id: str) -> bool:
        """Whether it takes something of this camera."""
        is_named = self.camera_id in (None, camera_id)
        return is_named and self.household_of(camera_id) == self.household_id

    def covers(self, head: Head) -> bool:
        """Whether an event is of it."""
        return (
            self.has_camera(head.camera_id)
            and (self.since is None or head.ts >= self.since)
            and (self.until is None or head.ts < self.until)
        )

    def has_file(self, file: DatasetFile) -> bool:
        """Whether a file of a data set shows any of it."""
        recorded, (since, until) = file.recorded, self.span
        return (
            recorded is not None
            and file.camera_id is not None
            and self.has_camera(file.camera_id)
            and recorded.since < until
            and recorded.until >= since
        )

    @property
    def span(self) -> tuple[float, float]:
        """From when to when, without a bound from 0 and without end."""
        return self.since or 0.0, inf if self.until is None else self.until

    @property
    def is_span(self) -> bool:
        """Whether it has a bound in time."""
        return self.since is not None or self.until is not None

    def covers_last(self, heartbeat: Head, now: float) -> bool:
        """Whether the last heartbeat of a camera goes.

        A span leaves that of a camera that is waited for: without it nobody would miss the camera
        after a restart.
        """
        is_waited_for = self.is_span and now - heartbeat.received_at < WAITED_FOR_SEC
        return self.covers(heartbeat) and not is_waited_for

    def incidents(self) -> list[ColumnElement[bool]]:
        """The conditions that some of an incident is of it."""
        of = incidents.c
        last = func.coalesce(of.ended_at, of.began_at + func.coalesce(of.duration_sec, 0.0))
        conditions: list[ColumnElement[bool]] = [of.household_id == self.household_id]
        if self.since is not None:
            conditions.append(last >= self.since)
        if self.until is not None:
            conditions.append(of.began_at < self.until)
        return conditions + self.of_camera(of.camera_id)

    def at(
        self,
        household: ColumnElement[int],
        time: ColumnElement[float],
        camera: ColumnElement[str],
    ) -> list[ColumnElement[bool]]:
        """The conditions that a row of a household, a camera and a time is of it."""
        conditions: list[ColumnElement[bool]] = [household == self.household_id]
        if self.since is not None:
            conditions.append(time >= self.since)
        if self.until is not None:
            conditions.append(time < self.until)
        return conditions + self.of_camera(camera)

    def of_camera(self, camera: ColumnElement[str]) -> list[ColumnElement[bool]]:
        """The condition that a row is of its camera, if it has one."""
        return [] if self.camera_id is None else [camera == self.camera_id]


class Scopes:
    """What erasures take that are carried out together, each of a household of its own."""

    def __init__(self, scopes: Sequence[Scope]) -> None:
        self.household_of = scopes[0].household_of
        self._of_household = {scope.household_id: scope for scope in scopes}

    def of(self, camera_id: str) -> Scope | None:
        """That which takes something of this camera."""
        scope = self._of_household.get(self.household_of(camera_id))
        return scope if scope and scope.has_camera(camera_id) else None

    def covers(self, head: Head) -> bool:
        """Whether an event is of one of them."""
        scope = self.of(head.camera_id)
        return scope is not None and scope.covers(head)

    def covers_last(self, heartbeat: Head, now: float) -> bool:
        """Whether the last heartbeat of a camera goes."""
        scope = self.of(heartbeat.camera_id)
        return scope is not None and scope.covers_last(heartbeat, now)

    def until(self, camera_id: str) -> float:
        """Before when something is taken of this camera."""
        scope = self.of(camera_id)
        return -inf if scope is None else scope.span[1]
