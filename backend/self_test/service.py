"""The thread that begins the weekly self-test, follows it, and says what has not arrived."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from backend.cameras.service import CameraService
from backend.events.self_test_calls import SelfTestCalls
from backend.part import Part, part
from backend.people.person import Person
from backend.people.service import PeopleService
from backend.self_test import store
from backend.self_test.errors import NoCameraToTest, SelfTestUnderWay
from backend.self_test.schedule import ASKED_FOR_SEC, Next, SelfTest, due, next_in, pick
from backend.storage.database import Database

logger = logging.getLogger(__name__)

ROUND_SEC = 5.0
SHOWN = 20


class Followers(Protocol):
    """What is done with the incident of a self-test. Each call is within a transaction of the
    caller's, and the functions that are given back are called once that is over."""

    def ask_again(
        self, db: Connection, incident_id: str, people: Sequence[int], now: float
    ) -> Callable[[], None]:
        """Notify these people of it again."""

    def resolve(self, db: Connection, incident_id: str, now: float) -> Callable[[], None]:
        """It is over: nobody is notified of it any more."""


class SelfTestShown(BaseModel):
    """One self-test. Times are seconds since 1970 (UTC).

    `answered` and `waiting_for` are people; `failure` says, once it is over, what has not arrived.
    """

    id: int
    camera_id: str
    weekly: bool
    incident_id: str | None
    asked_at: float
    began_at: float | None
    over_at: float | None
    answered: list[int]
    waiting_for: list[int]
    failure: str | None


@dataclass(frozen=True)
class _Answered:
    """Who of the people who are to answer has, and who has not."""

    answered: Sequence[Person]
    waiting_for: Sequence[Person]

    @property
    def waited_for(self) -> list[int]:
        return [person.id for person in self.waiting_for]


class SelfTestService:
    """Thread-safe. All that it knows is in the database: a killed server goes on where it was."""

    def __init__(
        self,
        database: Database,
        cameras: CameraService,
        people: PeopleService,
        calls: SelfTestCalls,
        followers: Followers,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._cameras, self._people = database, cameras, people
        self._calls, self._followers, self._clock = calls, followers, clock
        self._failure: str | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="self-test", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self, timeout: float = 2.0) -> None:
        """Finish the round that is under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def begin(
        self, household_id: int, camera_id: str | None = None, asked_by: int | None = None
    ) -> SelfTestShown:
        """Begin one now; raises NoCameraToTest and SelfTestUnderWay."""
        now = self._clock()
        chosen = self._chosen(household_id, camera_id)
        with self._database.writing() as db:
            for test in store.open_tests(db):
                if now - test.asked_at < ASKED_FOR_SEC:
                    raise SelfTestUnderWay(
                        f"the self-test of {test.camera_id} is under way, expected one an hour"
                    )
                store.change(db, test.number, over_at=now)
            test = store.begin(db, household_id, chosen, now, asked_by=asked_by)
        self._call(test)
        return self._shown(test)

    def newest(self, household_id: int, limit: int = SHOWN) -> list[SelfTestShown]:
        """Newest first."""
        with self._database.reading() as db:
            tests = store.newest(db, household_id, limit)
        return [self._shown(test) for test in tests]

    def health(self) -> Part:
        """What has not arrived of the last self-test that is over."""
        with self._database.reading() as db:
            last = store.last_over(db, 1)
        if not self._thread.is_alive():
            return part("the thread that makes the self-tests does not run")
        shown = self._shown(last) if last else None
        reason = self._failure or (shown.failure if shown else None)
        return part(reason, last=shown.model_dump(mode="json") if shown else None)

    def round(self) -> None:
        """Begin what is due, and follow what has begun."""
        now = self._clock()
        self._begin_weekly(now)
        with self._database.reading() as db:
            tests = store.open_tests(db)
        for test in tests:
            self._follow(test, now)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.round()
                self._failure = None
            except Exception as error:  # nobody else would notice that the thread has ended
                if self._failure is None:
                    logger.exception("a round of the self-test failed; the next one follows")
                self._failure = f"self-tests are not made: {type(error).__name__}"
            self._stopping.wait(ROUND_SEC)

    def _chosen(self, household_id: int, camera_id: str | None) -> str:
        if camera_id is not None:
            return self._cameras.find(camera_id).camera_id
        with self._database.reading() as db:
            tested_at = store.tested_at(db, household_id)
        chosen = pick(self._cameras.all(), tested_at)
        if chosen is None:
            raise NoCameraToTest("no camera box is there, expected one that reports")
        return chosen

    def _begin_weekly(self, now: float) -> None:
        household = self._people.household()
        if household is None:
            return
        weekday, hour = household.self_test_weekday, household.self_test_hour
        if weekday is None or hour is None:
            return
        with self._database.reading() as db:
            last = store.last_scheduled(db, household.id)
        at = due(weekday, hour, ZoneInfo(household.time_zone), now, last)
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
        answered = self._answered(test)
        match next_in(test, answered.waited_for, now):
            case Next.ASK_BOX:
                self._call(test)
            case Next.ASK_AGAIN:
                self._ask_again(test, answered.waited_for, now)
            case Next.END:
                self._end(test, now)
            case Next.WAIT if test.began_at is None:
                self._calls.end(test.camera_id)

    def _with_incident(self, test: SelfTest) -> SelfTest:
        """The test, with the incident that has come of it."""
        if test.incident_id is not None:
            return test
        with self._database.writing() as db:
            found = store.incident_of(db, test)
            if found is None:
                return test
            store.change(db, test.number, incident_id=found[0], began_at=found[1])
        self._calls.end(test.camera_id)
        return SelfTest(**{**test.__dict__, "incident_id": found[0], "began_at": found[1]})

    def _ask_again(self, test: SelfTest, people: Sequence[int], now: float) -> None:
        if test.incident_id is None:
            return
        with self._database.writing() as db:
            store.change(db, test.number, asked_again_at=now)
            send = self._followers.ask_again(db, test.incident_id, people, now)
        send()

    def _end(self, test: SelfTest, now: float) -> None:
        self._calls.end(test.camera_id)
        with self._database.writing() as db:
            store.change(db, test.number, over_at=now)
            incident_id = test.incident_id
            publish = self._followers.resolve(db, incident_id, now) if incident_id else None
        if publish:
            publish()
        if failure := self._failure_of(test, self._answered(test)):
            logger.warning("the self-test has failed: %s", failure)

    def _answered(self, test: SelfTest) -> _Answered:
        """Those to whom alerts go, as the household is now."""
        people = [it for it in self._people.people(test.household_id) if it.stage is not None]
        if test.incident_id is None:
            return _Answered([], people)
        with self._database.reading() as db:
            said = store.who_answered(db, test.incident_id)
        return _Answered(
            [it for it in people if it.id in said], [it for it in people if it.id not in said]
        )

    def _shown(self, test: SelfTest) -> SelfTestShown:
        answered = self._answered(test)
        return SelfTestShown(
            id=test.number,
            camera_id=test.camera_id,
            weekly=test.scheduled_for is not None,
            incident_id=test.incident_id,
            asked_at=test.asked_at,
            began_at=test.began_at,
            over_at=test.over_at,
            answered=[person.id for person in answered.answered],
            waiting_for=answered.waited_for,
            failure=self._failure_of(test, answered) if test.over_at is not None else None,
        )

    def _failure_of(self, test: SelfTest, answered: _Answered) -> str | None:
        """What has not arrived, in one line."""
        household = self._people.household(test.household_id)
        zone = ZoneInfo(household.time_zone) if household else None
        day = datetime.fromtimestamp(test.asked_at, zone).date()
        if test.began_at is None:
            return f"the self-test of {day} did not come from the camera box of {test.camera_id}"
        if names := ", ".join(person.name for person in answered.waiting_for):
            return f"the self-test of {day} was not answered by {names}"
        return None
