"""When a self-test is due, which camera's turn it is, and what is next in one. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from backend.cameras.service import CameraShown, CameraState

LATE_SEC = 7200.0
"""A server that was away at the hour makes up for it so long; later it would surprise."""
ASKED_FOR_SEC = 3600.0
"""A camera box that is not heard of within the hour is not asked any more: it might ring at
night."""
AGAIN_SEC = 3600.0
"""Who has not answered is asked once more after so long."""
DAY_SEC = 86_400.0
"""After so long it is over, and said what has not arrived."""
TURNS = (CameraState.WATCHING, CameraState.FAILED, CameraState.SILENT)
"""Those that are to see; a silent one is asked where there is no other, and found not to send."""


class Next(StrEnum):
    """What is to be done in a self-test."""

    ASK_BOX = "ask_box"
    WAIT = "wait"
    ASK_AGAIN = "ask_again"
    END = "end"


@dataclass(frozen=True)
class SelfTest:
    """Times are seconds since 1970 (UTC). `asked_at` is when the camera box was to send it,
    `began_at` when its START came. A weekly one is `scheduled_for` its hour."""

    number: int
    household_id: int
    camera_id: str
    incident_id: str | None
    asked_at: float
    asked_by: int | None
    scheduled_for: float | None
    began_at: float | None
    asked_again_at: float | None
    over_at: float | None

    @property
    def name(self) -> str:
        """The `incident_id` that the camera box gives it."""
        return f"self-test-{self.number}"


def due(weekday: int, hour: int, zone: ZoneInfo, now: float, last: float | None) -> float | None:
    """The hour for which a weekly test is to begin now; None if it is none, or was made.

    Monday is weekday 0. `last` is the hour that one was made for last.
    """
    at = _last_hour(weekday, hour, zone, now)
    is_made = last is not None and last >= at
    return None if is_made or now - at > LATE_SEC else at


def _last_hour(weekday: int, hour: int, zone: ZoneInfo, now: float) -> float:
    """When this hour of the week was last."""
    today = datetime.fromtimestamp(now, zone).date()
    day = today - timedelta(days=(today.weekday() - weekday) % 7)
    at = datetime.combine(day, time(hour), zone).timestamp()
    if at > now:
        at = datetime.combine(day - timedelta(days=7), time(hour), zone).timestamp()
    return at


def pick(cameras: Sequence[CameraShown], tested_at: Mapping[str, float]) -> str | None:
    """The camera whose turn it is: of those that watch, the one that was not tested for longest."""
    for state in TURNS:
        names = [camera.camera_id for camera in cameras if camera.state is state]
        if names:
            return min(names, key=lambda name: tested_at.get(name, 0.0))
    return None


def next_in(test: SelfTest, unanswered: Collection[int], now: float) -> Next:
    """What is to be done now; `unanswered` are the people who are to answer and have not."""
    if now - test.asked_at >= DAY_SEC or (test.began_at is not None and not unanswered):
        return Next.END
    if test.began_at is None:
        return Next.ASK_BOX if now - test.asked_at < ASKED_FOR_SEC else Next.WAIT
    is_time = test.asked_again_at is None and now - test.began_at >= AGAIN_SEC
    return Next.ASK_AGAIN if is_time else Next.WAIT
