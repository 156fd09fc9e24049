"""The thread that tells the people once a day."""

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from backend.activity.service import ActivityService
from backend.alerts.channels.base import Alert
from backend.alerts.policy import DAILY_WORD
from backend.alerts.service import AlertService
from backend.daily_word.figures import figures, first_day
from backend.incidents.days import bounds_of
from backend.part import always
from backend.people.household import Household
from backend.people.service import PeopleService
from backend.storage.database import Database
from common.repeating import Repeating

logger = logging.getLogger(__name__)

ROUND_SEC = 20.0
LATE_SEC = 3 * 3600.0
"""A server that was away at the hour makes up for it so long."""

Channels = Callable[[int], Sequence[str]]
"""The ways to all people of a household who are notified; it may ask the database."""


class DailyWordService:
    """Thread-safe. The ledger of the alerts knows each day's word by its key: whatever kills the
    server, there is one a day for each household. `clock` is that of the households."""

    def __init__(
        self,
        database: Database,
        alerts: AlertService,
        activity: ActivityService,
        people: PeopleService,
        channels: Channels,
        clock: Callable[[], float] = time.time,
        is_on_duty: Callable[[], bool] = always,
    ) -> None:
        self._database, self._alerts, self._activity = database, alerts, activity
        self._people, self._channels, self._clock = people, channels, clock
        self._is_on_duty = is_on_duty
        self._said: dict[int, str] = {}
        self._repeating = Repeating(
            "daily-word",
            self.round,
            ROUND_SEC,
            "the word of the day was not told; that is tried again",
        )

    def start(self) -> None:
        """Begin to look."""
        self._repeating.start()

    def stop(self, timeout: float = 2.0) -> None:
        """Finish the round that is under way."""
        self._repeating.stop(timeout)

    def round(self) -> None:
        """Tell the people of each household whose time it is, and who were not told today."""
        if not self._is_on_duty():
            return
        now = self._clock()
        for household in self._people.households():
            zone = self._people.zone_of(household)
            if is_due(household, zone, now):
                self._tell(household, zone, now)

    def _tell(self, household: Household, zone: ZoneInfo, now: float) -> None:
        today = datetime.fromtimestamp(now, zone).date()
        key = _key(household.id, today)
        if self._said.get(household.id) == key:
            return
        alert = self._alert(key, household.id, today, zone, now)
        channels = self._channels(household.id)
        with self._database.writing() as db:
            is_new = self._alerts.follow_up(db, alert, channels, now)
        self._said[household.id] = key
        if is_new:
            logger.info("the word of the day goes to %d channels", len(channels))
            self._alerts.announce(alert)

    def _alert(self, key: str, household_id: int, today: date, zone: ZoneInfo, now: float) -> Alert:
        begin = bounds_of(first_day(today) - timedelta(days=1), zone)[0]
        hours = self._activity.between(household_id, begin, now)
        said = figures(hours, now, zone)
        return Alert(
            key=key,
            incident=key,
            event_id=key,
            label=DAILY_WORD,
            camera_id="",
            ended_at=now,
            detail=said.model_dump_json(),
            notice=DAILY_WORD,
            household_id=household_id,
        )


def _key(household_id: int, day: date) -> str:
    named = f"{DAILY_WORD}\0{household_id}\0{day}"
    return hashlib.blake2b(named.encode(), digest_size=8).hexdigest()


def is_due(household: Household, zone: ZoneInfo, now: float) -> bool:
    """Whether the hour has come today, and not long ago."""
    if household.daily_word_hour is None:
        return False
    local = datetime.fromtimestamp(now, zone)
    at = local.replace(hour=household.daily_word_hour, minute=0, second=0, microsecond=0)
    return 0.0 <= now - at.timestamp() < LATE_SEC
