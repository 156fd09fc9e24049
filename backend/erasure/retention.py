"""The thread that has erased each night what a household keeps no longer."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from backend.access.keys import Caller
from backend.erasure.service import ErasureService
from backend.incidents.days import bounds_of
from backend.part import always
from backend.people.service import PeopleService
from common.repeating import Repeating
from contract.erasures import Erasure

ROUND_SEC = 60.0
NIGHT = range(3, 6)
"""The hours of a household in which it begins; a server that was away takes all the next night."""


class RetentionService:
    """Thread-safe. The rows of erasures know what is done: whatever kills the server, each
    household has one a night. `clock` is seconds since 1970.
    """

    def __init__(
        self,
        erasures: ErasureService,
        people: PeopleService,
        clock: Callable[[], float] = time.time,
        is_on_duty: Callable[[], bool] = always,
    ) -> None:
        self._erasures, self._people = erasures, people
        self._clock, self._is_on_duty = clock, is_on_duty
        self._repeating = Repeating(
            "retention",
            self.round,
            ROUND_SEC,
            "what is older than it is kept was not erased; that is tried again",
        )

    def start(self) -> None:
        """Begin to look."""
        self._repeating.start()

    def stop(self, timeout: float = 2.0) -> None:
        """Finish the round that is under way."""
        self._repeating.stop(timeout)

    def plan(self, caller: Caller, kept_days: int) -> Erasure:
        """What would go if the caller's household kept so many days; reads the whole journal.

        Raises ErasureRunning while another counts.
        """
        zone = self._people.zone(caller.household_id)
        until = kept_since(kept_days, zone, self._clock())
        return self._erasures.plan(caller, self._erasures.older(caller.household_id, until))

    def round(self) -> None:
        """Have erased what has had its time in each household where it is night."""
        if not self._is_on_duty():
            return
        now, due = self._clock(), {}
        for household in self._people.households():
            zone = self._people.zone_of(household)
            if household.kept_days is not None and is_night(zone, now):
                due[household.id] = kept_since(household.kept_days, zone, now)
        if due:
            self._erasures.retain(due)


def is_night(zone: ZoneInfo, now: float) -> bool:
    """Whether hardly anybody looks at the record now."""
    return datetime.fromtimestamp(now, zone).hour in NIGHT


def kept_since(kept_days: int, zone: ZoneInfo, now: float) -> float:
    """When the oldest of so many whole days before today began."""
    today = datetime.fromtimestamp(now, zone).date()
    return bounds_of(today - timedelta(days=kept_days), zone)[0]
