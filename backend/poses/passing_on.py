"""Passes live poses on to the other servers, while somebody listens there."""

import time
from collections.abc import Callable

from backend.bus import Bus
from backend.poses.frame import PosesSeen
from backend.poses.messages import PosesPassedOn, PosesWanted

LISTENED_SEC = 6.0
"""A server that has not said for so long that somebody listens has nobody any more."""
EVERY_SEC = 0.2
"""A camera's poses are passed on as often at most."""


class PassingOn:
    """Publishes PosesPassedOn; costs nothing while nobody listens. `monotonic` is any clock that
    nobody sets.
    """

    def __init__(
        self,
        bus: Bus,
        household_of: Callable[[str], int],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bus, self._household_of, self._monotonic = bus, household_of, monotonic
        self._wanted_until: dict[PosesWanted, float] = {}
        self._next_at: dict[str, float] = {}
        bus.subscribe_to_others(PosesWanted, self._want)
        bus.subscribe(PosesSeen, self._pass_on)

    def _want(self, wanted: PosesWanted) -> None:
        """By the thread that hears the others: the maps are replaced, since another one reads."""
        now = self._monotonic()
        still = {known: until for known, until in self._wanted_until.items() if until > now}
        self._wanted_until = still | {wanted: now + LISTENED_SEC}
        self._next_at = {name: at for name, at in self._next_at.copy().items() if at > now}

    def _pass_on(self, seen: PosesSeen) -> None:
        if not self._wanted_until:
            return
        camera_id, now = seen.frame.camera_id, self._monotonic()
        whose, until = self._household_of(camera_id), self._wanted_until
        of_it, of_all = PosesWanted(whose, camera_id), PosesWanted(whose, None)
        if now >= max(until.get(of_it, 0.0), until.get(of_all, 0.0)):
            return
        if now >= self._next_at.get(camera_id, 0.0):
            self._next_at[camera_id] = now + EVERY_SEC
            self._bus.publish(PosesPassedOn(seen.frame.live()))
