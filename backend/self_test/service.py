"""The thread that begins the weekly self-test, follows it, and says what has not arrived."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from sqlalchemy.exc import IntegrityError

from backend.cameras.service import CameraService
from backend.escalation.answer import Way
from backend.escalation.answering import Speaker
from backend.escalation.errors import IncidentOver
from backend.escalation.service import EscalationService
from backend.events.self_test_calls import SelfTestCalls
from backend.part import Part, part
from backend.people.service import PeopleService
from backend.self_test import store
from backend.self_test.errors import NoCameraToTest, SelfTestUnderWay
from backend.self_test.report import Reports, SelfTestShown
from backend.self_test.schedule import ASKED_FOR_SEC, Next, SelfTest, due, next_in, pick
from backend.storage.database import Database
from common.repeating import Repeating

logger = logging.getLogger(__name__)

ROUND_SEC = 5.0
SHOWN = 20


class SelfTestService:
    """Thread-safe. All that it knows is in the database: a killed server goes on where it was.

    `clock` is seconds since 1970 as the household's clock has it.
    """

    def __init__(
        self,
        database: Database,
        cameras: CameraService,
        people: PeopleService,
        calls: SelfTestCalls,
        escalation: EscalationService,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._cameras, self._people = database, cameras, people
        self._calls, self._escalation, self._clock = calls, escalation, clock
        self._reports = Reports(database, people)
        self._repeating = Repeating(
            "self-test",
            self.round,
            ROUND_SEC,
            "a round of the self-test failed; the next one follows",
        )

    def start(self) -> None:
        """Begin to look."""
        self._repeating.start()

    def stop(self, timeout: float = 2.0) -> None:
        """Finish the round that is under way."""
        self._repeating.stop(timeout)

    def begin(
        self, household_id: int, camera_id: str | None = None, asked_by: int | None = None
    ) -> SelfTestShown:
        """Begin one now, instead of the one before.

        Raises UnknownCamera, NoCameraToTest and SelfTestUnderWay.
        """
        now = self._clock()
        chosen = self._chosen(household_id, camera_id)
        self._make_room(household_id, now)
        with self._database.writing() as db:
            test = store.begin(db, household_id, chosen, now, asked_by=asked_by)
        self._database.is_durable()
        self._call(test)
        return self._reports.shown(test)

    def newest(self, household_id: int, limit: int = SHOWN) -> list[SelfTestShown]:
        """Newest first."""
        with self._database.reading() as db:
            tests = store.newest(db, household_id, limit)
        return [self._reports.shown(test) for test in tests]

    def health(self, household_id: int) -> Part:
        """What has not arrived of a household's last self-test that is over."""
        with self._database.reading() as db:
            last = store.last_over(db, household_id)
        shown = self._reports.shown(last) if last else None
        reason = shown.failure if shown else None
        if self._repeating.failure:
            reason = f"self-tests are not made: {self._repeating.failure}"
        if not self._repeating.is_running:
            reason = "the thread that makes the self-tests does not run"
        return part(reason, last=shown.model_dump(mode="json") if shown else None)

    def round(self) -> None:
        """Begin what is due, and follow what has begun."""
        now = self._clock()
        self._begin_weekly(now)
        for test in self._open_tests():
            self._follow(test, now)

    def _open_tests(self, household_id: int | None = None) -> list[SelfTest]:
        with self._database.reading() as db:
            return store.open_tests(db, household_id)

    def _chosen(self, household_id: int, camera_id: str | None) -> str:
        if camera_id is not None:
            return self._cameras.find(camera_id, household_id).camera_id
        with self._database.reading() as db:
            tested_at = store.tested_at(db, household_id)
        chosen = pick(self._cameras.all(household_id), tested_at)
        if chosen is None:
            raise NoCameraToTest("no camera box is there, expected one that reports")
        return chosen

    def _make_room(self, household_id: int, now: float) -> None:
        """End the household's tests of before; raises SelfTestUnderWay where one is fresh."""
        open_tests = self._open_tests(household_id)
        for test in open_tests:
            if now - test.asked_at < ASKED_FOR_SEC:
                raise SelfTestUnderWay(
                    f"the self-test of {test.camera_id} is under way, expected one an hour"
                )
        for test in open_tests:
            self._end(test, now)

    def _begin_weekly(self, now: float) -> None:
        """Those of all households whose hour has come, each in its own time zone."""
        with self._database.reading() as db:
            last = store.last_scheduled(db)
        for household in self._people.households():
            weekday, hour = household.self_test_weekday, household.self_test_hour
            if weekday is None or hour is None:
                continue
            zone = self._people.zone_of(household)
            at = due(weekday, hour, zone, now, last.get(household.id))
            if at is not None:
                self._begin_scheduled(household.id, at, now)

    def _begin_scheduled(self, household_id: int, at: float, now: float) -> None:
        try:
            chosen = self._chosen(household_id, None)
            with self._database.writing() as db:
                test = store.begin(db, household_id, chosen, now, scheduled_for=at)
        except (NoCameraToTest, IntegrityError):
            return  # none is there yet, or another server was faster
        # Only one that is known after a kill is asked for: else there would be two.
        self._database.is_durable()
        logger.info("the weekly self-test of %s begins", chosen)
        self._call(test)

    def _call(self, test: SelfTest) -> None:
        self._calls.begin(test.camera_id, test.name)

    def _follow(self, test: SelfTest, now: float) -> None:
        test = self._with_incident(test)
        waiting_for = [person.id for person in self._reports.waiting_for(test)]
        match next_in(test, waiting_for, now):
            case Next.ASK_BOX:
                self._call(test)
            case Next.ASK_AGAIN if test.incident_id is not None:
                # Done twice, after a kill between the two, it is one round all the same.
                self._escalation.ask_again(test.incident_id, test.household_id, waiting_for)
                self._change(test, asked_again_at=now)
            case Next.END:
                self._end(test, now)
            case Next.WAIT if test.began_at is None:
                self._calls.end(test.camera_id)

    def _with_incident(self, test: SelfTest) -> SelfTest:
        """The test, with the incident that has come of it."""
        if test.incident_id is not None:
            return test
        with self._database.reading() as db:
            found = store.incident_of(db, test)
        if found is None:
            return test
        self._calls.end(test.camera_id)
        incident_id, began_at = found
        self._change(test, incident_id=incident_id, began_at=began_at)
        return replace(test, incident_id=incident_id, began_at=began_at)

    def _end(self, test: SelfTest, now: float) -> None:
        self._calls.end(test.camera_id)
        if test.incident_id is not None:
            with suppress(IncidentOver):  # an owner has ended it, or a kill came in between
                speaker = Speaker(test.household_id, None, Way.API)
                self._escalation.resolve(test.incident_id, speaker)
        self._change(test, over_at=now)
        if failure := self._reports.failure(test):
            logger.warning("%s", failure)

    def _change(self, test: SelfTest, **values: float | str) -> None:
        with self._database.writing() as db:
            store.change(db, test.number, **values)
