"""A fall test: somebody falls before a camera on purpose, and nobody else is alarmed.

For minutes the incidents of that camera are tests, of which whoever made it is notified. What is
not over when its time is over is real: a real fall is hidden for no longer than that.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from backend.alerts.ledger.withdrawal import withdraw
from backend.escalation import store
from backend.escalation.answer import Answer, Verdict
from backend.escalation.answering import Speaker
from backend.escalation.desk import Desk
from backend.escalation.errors import FallTestUnderWay, NoFallTest, SomebodyInNeed
from backend.escalation.steps import FIRST, Step, StepKind
from backend.escalation.store import By, Escalation
from backend.incidents import fall_tests
from backend.incidents import store as incidents
from backend.incidents.fall_tests import MOST_SEC, FallTest
from backend.incidents.store import Wanted
from backend.people.errors import NotSetUp
from contract.incidents import Incident

GRACE_SEC = 15.0
"""A camera may see so much later that somebody is up who has just ended the test."""
SHOWN = 20


class FallTests:
    """Thread-safe. All that it knows is in the database: a restart neither ends nor prolongs one.

    What was said is on the disk when a method returns, if that takes it.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def begin(
        self, household_id: int, camera_id: str, person_id: int | None, seconds: float
    ) -> FallTest:
        """Let this person try this camera from now on, for MOST_SEC at most.

        Raises NotSetUp, FallTestUnderWay and SomebodyInNeed.
        """
        if self._desk.people.household(household_id) is None:
            raise NotSetUp("the household is not set up yet, so that nobody would be notified")
        now = self._desk.wall_clock()
        until = now + min(seconds, MOST_SEC)
        with self._desk.database.writing() as db:
            if other := fall_tests.running(db, household_id, now):
                raise FallTestUnderWay(f"the camera {other.camera_id} is tried out already")
            _check_nobody_in_need(db, camera_id)
            test = fall_tests.begin(db, household_id, camera_id, person_id, now, until)
        self._desk.database.is_durable()
        return test

    def running(self, household_id: int) -> FallTest | None:
        """The one that lasts now."""
        with self._desk.database.reading() as db:
            return fall_tests.running(db, household_id, self._desk.wall_clock())

    def last(self, household_id: int, person_id: int | None) -> FallTest | None:
        """The newest that this person has made, which may last still."""
        with self._desk.database.reading() as db:
            return fall_tests.last(db, household_id, person_id)

    def incidents(self, test: FallTest) -> list[Incident]:
        """What was seen during a test, oldest first."""
        wanted = Wanted(
            camera_id=test.camera_id,
            is_trouble=False,
            since=test.began_at,
            household_id=test.household_id,
        )
        with self._desk.database.reading() as db:
            found = incidents.newest(db, wanted, SHOWN)
        return [it for it in reversed(found) if it.received_at < test.until]

    def end(self, speaker: Speaker) -> FallTest:
        """The one who fell is up, as the speaker says: what the camera has seen to its end is over.

        What it has not is real in GRACE_SEC, unless the camera sees by then that it is over. Raises
        NoFallTest.
        """
        now, changed = self._desk.wall_clock(), list[Escalation]()
        with self._desk.database.writing() as db:
            test = fall_tests.running(db, speaker.household_id, now)
            if test is None:
                raise NoFallTest("no fall test lasts now")
            fall_tests.end(db, test.number, now)
            for root in store.of_fall_test(db, test.number):
                if root.over_at is None:
                    self._finish(db, root, speaker, min(GRACE_SEC, test.until - now))
                    changed.append(root)
        self._desk.database.is_durable()
        for root in changed:
            self._desk.publish(root.incident_id)
            self._desk.changed(root.incident_id)
        return test

    def _finish(self, db: Connection, root: Escalation, speaker: Speaker, grace: float) -> None:
        ids, now = store.members(db, root.incident_id), self._desk.clock()
        if not _are_seen_to_their_end(db, ids):
            step = Step(StepKind.REAL, 1, FIRST, now + grace)
            store.plan(db, root.incident_id, step)
            return
        by = By(root.incident_id, root.household_id, speaker.person_id, now)
        store.add_answer(db, by, Answer.ALL_WELL, speaker.way)
        store.add_verdict(db, by, Verdict.TEST)
        withdraw(db, ids, now)
        store.end(db, ids, now)
        incidents.resolve(db, ids)


def _are_seen_to_their_end(db: Connection, ids: Sequence[str]) -> bool:
    found = [incidents.find(db, it) for it in ids]
    return all(it is None or it.ended_at is not None for it in found)


def _check_nobody_in_need(db: Connection, camera_id: str) -> None:
    """Raise SomebodyInNeed while an incident of the camera waits for an answer."""
    for escalation in store.open_escalations(db):
        incident = incidents.find(db, escalation.incident_id)
        if incident and incident.camera_id == camera_id and not escalation.is_test:
            raise SomebodyInNeed(f"{incident.label} of {camera_id} is not over: answer it first")
