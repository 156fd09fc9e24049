"""What people say of an incident: an answer ends its rounds, and the others are told."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.course import notified_channels
from backend.alerts.ledger.withdrawal import withdraw
from backend.audit import service as audit
from backend.audit.actions import Action
from backend.audit.service import Entry
from backend.comments import store as comments
from backend.escalation import store
from backend.escalation.answer import RESOLVED, Answer, Verdict, Way
from backend.escalation.course import subject_of
from backend.escalation.desk import Crew, Desk
from backend.escalation.errors import IncidentOver, NoAnswerExpected
from backend.escalation.store import By, Escalation
from backend.incidents import fall_tests
from backend.incidents import store as incidents
from backend.incidents.errors import UnknownIncident
from backend.incidents.service import IncidentChanged
from backend.troubles.table import TROUBLES
from contract.incidents import Incident, IncidentState

RECORD_SEC = 5.0
RECORD_TRIES = 50
"""So long, and so often, a disk that lags is asked whether it has what somebody said."""


@dataclass(frozen=True)
class Speaker:
    """Who says something; without a `person_id` whoever has the household's key."""

    household_id: int
    person_id: int | None
    way: Way


@dataclass(frozen=True)
class _Case:
    """An incident that is to be answered, with its parts; `found` is its escalation."""

    root: str
    ids: Sequence[str]
    found: Escalation | None

    @property
    def is_test(self) -> bool:
        """Whether what is said of it is no news to the others."""
        return self.found is not None and self.found.is_test

    @property
    def fall_test(self) -> int | None:
        """The number of the fall test that it belongs to."""
        return self.found.fall_test if self.found else None

    @property
    def is_self_test(self) -> bool:
        """Whether each person is to answer it: one answer is not the others'."""
        return self.is_test and self.fall_test is None


class Answering:
    """Thread-safe. What is said counts at once; each method says whether the disk has it by then,
    which it waits for, or a kill may undo it.
    """

    def __init__(self, desk: Desk, sleep: Callable[[float], None] = time.sleep) -> None:
        self._desk, self._sleep = desk, sleep

    def answer(self, incident_id: str, speaker: Speaker, answer: Answer) -> bool:
        """Record it, end the rounds, and tell the others. The same again changes nothing.

        Raises UnknownIncident, IncidentOver, NoAnswerExpected.
        """
        crew, name = self._crew_and_name(speaker)
        with self._desk.database.writing() as db:
            case = self._open_case(db, incident_id, speaker)
            is_new = not self._is_repeat(db, case, speaker, answer)
            if is_new:
                number = store.add_answer(db, self._by(case, speaker), answer, speaker.way)
                self._note(db, case, speaker, Action.ANSWERED)
                changed = self._take(db, case, crew, speaker, answer)
                entered = self._tell(db, case, crew, speaker, answer.value, name, number)
        return self._done(case, changed, entered) if is_new else self._is_recorded()

    def resolve(self, incident_id: str, speaker: Speaker) -> bool:
        """It is over. Raises as `answer` does."""
        crew, name = self._crew_and_name(speaker)
        with self._desk.database.writing() as db:
            case = self._open_case(db, incident_id, speaker)
            number = store.add_answer(db, self._by(case, speaker), RESOLVED, speaker.way)
            self._note(db, case, speaker, Action.ANSWERED)
            changed = self._settle(db, case, crew, is_over=True)
            entered = self._tell(db, case, crew, speaker, RESOLVED, name, number)
        return self._done(case, changed, entered)

    def judge(self, incident_id: str, speaker: Speaker, verdict: Verdict) -> bool:
        """Record what it was; the newest verdict counts. Raises UnknownIncident."""
        with self._desk.database.writing() as db:
            case = self._case(db, incident_id, speaker)
            store.add_verdict(db, self._by(case, speaker), verdict)
            self._note(db, case, speaker, Action.GAVE_VERDICT)
        return self._done(case)

    def note(self, incident_id: str, speaker: Speaker, text: str) -> bool:
        """Record what somebody writes of it. Raises UnknownIncident."""
        with self._desk.database.writing() as db:
            case = self._case(db, incident_id, speaker)
            comments.add(db, self._on(case, speaker), text)
            self._note(db, case, speaker, Action.COMMENTED)
        return self._done(case)

    def _crew_and_name(self, speaker: Speaker) -> tuple[Crew, str | None]:
        household_id = speaker.household_id
        return self._desk.crew(household_id), self._desk.name_of(speaker.person_id, household_id)

    def _case(self, db: Connection, incident_id: str, speaker: Speaker) -> _Case:
        known_incident(db, incident_id, speaker.household_id)
        root = store.root_of(db, incident_id)
        return _Case(root, store.members(db, root), store.find(db, root))

    def _open_case(self, db: Connection, incident_id: str, speaker: Speaker) -> _Case:
        case = self._case(db, incident_id, speaker)
        incident = known_incident(db, case.root, speaker.household_id)
        if incident.label in TROUBLES:
            raise NoAnswerExpected("a trouble is over once it is mended, expected no answer")
        if incident.state is IncidentState.RESOLVED:
            raise IncidentOver("the incident is over, expected one that is not")
        return case

    def _is_repeat(self, db: Connection, case: _Case, speaker: Speaker, answer: Answer) -> bool:
        """Whether the same person said the same last, and was not asked since."""
        last = store.last_answer(db, case.root)
        if last is None or (last.answer, last.person_id) != (answer, speaker.person_id):
            return False
        return case.found is None or store.course(db, case.found).asked_at is None

    def _take(
        self, db: Connection, case: _Case, crew: Crew, speaker: Speaker, answer: Answer
    ) -> list[Incident]:
        """What changes by it: nothing of a self-test, which waits for each person."""
        if case.is_self_test:
            return []
        over = answer is Answer.ALL_WELL
        if over:
            was = Verdict.FALSE_ALARM if case.fall_test is None else Verdict.TEST
            store.add_verdict(db, self._by(case, speaker), was)
        elif case.fall_test:  # whoever goes there takes it for real
            fall_tests.end(db, case.fall_test, self._desk.wall_clock())
        return self._settle(db, case, crew, is_over=over)

    def _by(self, case: _Case, speaker: Speaker) -> By:
        now = self._desk.clock()
        return By(case.root, speaker.household_id, speaker.person_id, now)

    def _on(self, case: _Case, speaker: Speaker) -> comments.By:
        at, subject = self._desk.clock(), subject_of(case.root)
        return comments.By(speaker.household_id, speaker.person_id, subject, at)

    def _note(self, db: Connection, case: _Case, speaker: Speaker, action: Action) -> None:
        """In the audit log, with the incident that it is about, and how an answer came."""
        by, at = speaker.person_id, self._desk.wall_clock()
        subject, way = f"incident {case.root}", speaker.way if action is Action.ANSWERED else None
        entry = Entry(person_id=by, action=action, subject=subject, at=at, way=way)
        audit.add(db, entry, speaker.household_id)

    def _settle(self, db: Connection, case: _Case, crew: Crew, *, is_over: bool) -> list[Incident]:
        """No round follows; the incidents that have changed by it."""
        now = self._desk.clock()
        withdraw(db, case.ids, now)
        if is_over:
            store.end(db, case.ids, now)
            return incidents.resolve(db, case.ids)
        store.change(db, case.root, exhausted_at=None)
        if case.found and crew.household:
            self._desk.plan(db, case.found, crew.household)
        return incidents.acknowledge(db, case.ids)

    def _tell(
        self,
        db: Connection,
        case: _Case,
        crew: Crew,
        speaker: Speaker,
        word: str,
        name: str | None,
        number: int,
    ) -> list[Alert]:
        """Everybody who was notified hears of it, but the one who says it; nobody of a test."""
        if case.is_test:
            return []
        person_id = speaker.person_id
        own = crew.roster.of(person_id, crew.channels) if person_id is not None else ()
        told = notified_channels(db, case.ids)
        to = [it for it in told if it in crew.channels and it not in own]
        return self._desk.notice(db, case.root, word, name, to, number)

    def _done(
        self, case: _Case, changed: Sequence[Incident] = (), entered: Sequence[Alert] = ()
    ) -> bool:
        for incident in changed:
            self._desk.bus.publish(IncidentChanged(incident))
        self._desk.changed(case.root, entered)
        return self._is_recorded()

    def _is_recorded(self) -> bool:
        """Whether the disk has it; one that lags is waited for: no log has what people said."""
        for _ in range(RECORD_TRIES):
            if self._desk.database.is_durable():
                return True
            self._sleep(RECORD_SEC / RECORD_TRIES)
        return False


def known_incident(db: Connection, incident_id: str, household_id: int) -> Incident:
    """The incident of this household; raises UnknownIncident."""
    incident = incidents.of_household(db, incident_id, household_id)
    if incident is None:
        raise UnknownIncident(f"no incident {incident_id[:32]!r}")
    return incident
