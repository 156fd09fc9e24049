"""An incident is notified again and to more people until somebody answers: for the application."""

import logging
import threading
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from backend.alerts.service import Decision
from backend.comments import store as comments
from backend.escalation import store
from backend.escalation.answer import Answer, Verdict
from backend.escalation.answering import Answering, Speaker, known_incident
from backend.escalation.beginning import Beginning, IsAccompanied
from backend.escalation.course import (
    Facts,
    Figures,
    Readers,
    WholeCourse,
    facts,
    figures,
    subject_of,
)
from backend.escalation.course import whole_course as read_course
from backend.escalation.desk import Desk, EscalationChanged
from backend.escalation.errors import AnswerLinkOver
from backend.escalation.fall_tests import FallTests
from backend.escalation.links import AnswerClaims, AnswerLinks
from backend.escalation.rounds import Rounds
from backend.escalation.settled import settled_keys
from backend.escalation.store import Escalation
from backend.incidents import store as incidents
from backend.part import Part, part
from contract.comments import Comment
from contract.events import IncidentEvent
from contract.incidents import Incident, IncidentState

logger = logging.getLogger(__name__)

RETRY_SEC = 1.0


def nobody_is_there(_household_id: int, _event: IncidentEvent, _now: float) -> bool:
    """Nobody is known to be with the person."""
    return False


class State(BaseModel):
    """How far an incident's escalation is. Times are seconds since 1970 (UTC).

    `stage` is how far people were notified, from 1 to 3; `next_at` is when the next step is due.
    `answer` is the last one, by `answered_by`; `is_answered` until the person
    who is going was asked and did not reply.
    """

    model_config = ConfigDict(frozen=True)

    incident_id: str
    began_at: float
    held_until: float | None
    stage: int
    rounds: int
    next_at: float | None
    answer: Answer | None
    answered_by: int | None
    is_answered: bool
    exhausted_at: float | None
    over_at: float | None
    is_test: bool


class EscalationService:
    """Thread-safe. `start` it after the alerts and `stop` it before them.

    One thread does the steps when they are due. Whatever kills the server, each step is done once:
    it is marked in the transaction that enters what it sends.
    """

    def __init__(
        self,
        desk: Desk,
        links: AnswerLinks,
        is_accompanied: IsAccompanied = nobody_is_there,
    ) -> None:
        self.links = links
        self._desk, self._rounds = desk, Rounds(desk)
        self._beginning = Beginning(desk, is_accompanied)
        self._answering = Answering(desk)
        self.fall_tests = FallTests(desk)
        self._failure: str | None = None
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="escalation", daemon=True)
        desk.bus.subscribe(EscalationChanged, lambda _: self._wake.set(), everywhere=True)

    def start(self) -> None:
        """Begin; what an earlier run has left is due at once."""
        self._rounds.turn_back(self._desk.clock())
        self._thread.start()

    def stop(self) -> None:
        """Finish the step that is being done."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(2.0)

    def consider(
        self, incident: Incident, event: IncidentEvent, received_at: float | None = None
    ) -> Decision:
        """Decide on an event, and have it followed up until somebody answers. Idempotent."""
        return self._beginning.consider(incident, event, received_at)

    def settled(self, since: float) -> set[str]:
        """The keys of events received since then (seconds since 1970) that need no `consider` any
        more; not of all."""
        with self._desk.database.reading() as db:
            return settled_keys(db, since)

    def answer(self, incident_id: str, speaker: Speaker, answer: Answer) -> bool:
        """Record an answer, which ends the rounds; the others are told at once.

        Whether the disk has it, as of what else people say. Raises UnknownIncident, IncidentOver,
        NoAnswerExpected.
        """
        return self._answering.answer(incident_id, speaker, answer)

    def resolve(self, incident_id: str, speaker: Speaker) -> bool:
        """It is over. Raises as `answer` does."""
        return self._answering.resolve(incident_id, speaker)

    def verdict(self, incident_id: str, speaker: Speaker, verdict: Verdict) -> bool:
        """Record what it was. Raises UnknownIncident."""
        return self._answering.judge(incident_id, speaker, verdict)

    def verdicts(self, incident_ids: Sequence[str]) -> dict[str, Verdict]:
        """The newest verdict of each of these incidents of which there is one."""
        with self._desk.database.reading() as db:
            return store.verdicts_of(db, incident_ids)

    def note(self, incident_id: str, speaker: Speaker, text: str) -> bool:
        """Record what somebody writes of it. Raises UnknownIncident."""
        return self._answering.note(incident_id, speaker, text)

    def notes(self, incident_id: str, household_id: int) -> list[Comment]:
        """What people wrote of it, oldest first. Raises UnknownIncident."""
        with self._desk.database.reading() as db:
            known_incident(db, incident_id, household_id)
            return comments.of_subject(db, subject_of(store.root_of(db, incident_id)))

    def ask_again(self, incident_id: str, household_id: int, people: Sequence[int]) -> None:
        """Notify these people of a test once more. Asked twice, it is done once."""
        crew = self._desk.crew(household_id)
        to = [it for person_id in people for it in crew.roster.of(person_id, crew.channels)]
        with self._desk.database.writing() as db:
            entered = self._rounds.notify(db, incident_id, 1, to, self._desk.clock())
        self._desk.changed(incident_id, entered)

    def claims(self, token: str) -> AnswerClaims:
        """What an answer link is good for.

        Raises UnknownAnswerLink, and AnswerLinkOver once its incident is, or its person has left.
        """
        claims = self.links.read(token)
        person_id, household_id = claims.person_id, claims.household_id
        person = None if person_id is None else self._desk.people.person(person_id, household_id)
        if person_id is not None and not (person and person.may_answer):
            raise AnswerLinkOver("the person of this link has left, or only looks by now")
        with self._desk.database.reading() as db:
            # What was told before it was recorded may name the incident by its other event.
            named = incidents.of_key(db, claims.incident_id)
            incident_id = named.id if named else claims.incident_id
            root = incidents.of_household(db, store.root_of(db, incident_id), household_id)
        if root is None or root.state is IncidentState.RESOLVED:
            raise AnswerLinkOver("the incident of this link is over")
        return claims.model_copy(update={"incident_id": incident_id})

    def state(self, incident_id: str) -> State | None:
        """How far it is; None for an incident that nobody was asked to answer."""
        with self._desk.database.reading() as db:
            found = store.find(db, store.root_of(db, incident_id))
            return _state(db, found) if found else None

    def open_states(self, household_id: int | None = None) -> list[State]:
        """Those of the incidents of one household, or of all, that are not over, oldest first."""
        with self._desk.database.reading() as db:
            return [_state(db, it) for it in store.open_escalations(db, household_id)]

    def reached_at(self, stage: int, household_id: int) -> list[str | None]:
        """The names of those whom an alert goes to by `stage`; None is the household's own."""
        crew = self._desk.crew(household_id)
        people = map(crew.roster.person, crew.roster.up_to(stage, crew.channels))
        return list(dict.fromkeys(person.name if person else None for person in people))

    def channels_at(self, stage: int, household_id: int) -> Sequence[str]:
        """The channels that an alert of a household goes to by `stage`."""
        crew = self._desk.crew(household_id)
        return crew.roster.up_to(stage, crew.channels)

    def course(self, incident_id: str, household_id: int) -> WholeCourse:
        """All that has happened. Raises UnknownIncident."""
        return read_course(self._facts(incident_id, household_id), self._readers(household_id))

    def figures(self, incident_id: str, household_id: int) -> Figures:
        """How long it took. Raises UnknownIncident."""
        readers = self._readers(household_id)
        return figures(self._facts(incident_id, household_id), readers.rings)

    def health(self, household_id: int) -> Part:
        """Whether each incident of a household has been answered, or may still be."""
        with self._desk.database.reading() as db:
            open_now = store.open_escalations(db, household_id)
            exhausted = [
                incident
                for it in open_now
                if it.exhausted_at is not None and (incident := incidents.find(db, it.incident_id))
            ]
        shown = {"id", "label", "camera_id", "began_at"}
        unanswered = [it.model_dump(mode="json", include=shown) for it in exhausted]
        return part(self._reason(exhausted), open=len(open_now), unanswered=unanswered)

    def _reason(self, exhausted: list[Incident]) -> str | None:
        if not self._thread.is_alive():
            return "the thread that notifies again does not run"
        said = [f"nobody has answered: {it.label}, {it.camera_id}" for it in exhausted]
        return self._failure or "; ".join(said) or None

    def _facts(self, incident_id: str, household_id: int) -> Facts:
        with self._desk.database.reading() as db:
            known_incident(db, incident_id, household_id)
            return facts(db, store.root_of(db, incident_id))

    def _readers(self, household_id: int) -> Readers:
        crew, channels = self._desk.crew(household_id), self._desk.alerts.channels
        names = {person.id: person.name for person in crew.roster.people.values()}

        def rings(channel: str) -> bool:
            known = channels.get(channel)
            return known is None or known.rings

        return Readers(crew.roster, names, rings)

    def _run(self) -> None:
        wait: float | None
        while True:
            self._wake.clear()
            if self._stopping:  # looked at after the clear, because `stop` sets it before it wakes
                return
            try:
                self._rounds.advance(self._desk.clock())
                wait, self._failure = self._rounds.until_next(self._desk.clock()), None
            except Exception as error:
                if self._failure is None:
                    logger.exception("a step of an escalation failed; it is tried again")
                self._failure = f"an alert is not repeated: {type(error).__name__}"
                wait = RETRY_SEC
            self._wake.wait(wait)


def _state(db: Connection, found: Escalation) -> State:
    course = store.course(db, found)
    last = course.last
    return State(
        incident_id=found.incident_id,
        began_at=found.began_at,
        held_until=found.held_until,
        stage=course.stage,
        rounds=course.rounds,
        next_at=store.due_at_of(db, found.incident_id),
        answer=last.answer if last else None,
        answered_by=last.person_id if last else None,
        is_answered=course.is_answered,
        exhausted_at=found.exhausted_at,
        over_at=found.over_at,
        is_test=found.is_test,
    )
