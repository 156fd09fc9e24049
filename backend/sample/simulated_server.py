"""The parts of a server that record and alert, by a clock that the sample moves.

They are the server's own: what stands in the journal and in the database is what it would have
written. Nothing is sent; an alert counts as taken by the phone of whom it is for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pydantic import SecretStr

from backend.access.keys import FIRST_HOUSEHOLD
from backend.activity.service import ActivityService
from backend.alerts.ledger.deliveries import Deliveries
from backend.alerts.service import AlertService, AlertSettings
from backend.bus import Bus
from backend.cameras.visits import VisitService
from backend.cluster.name import own_name
from backend.escalation.answer import Way
from backend.escalation.answering import Speaker
from backend.escalation.desk import Desk
from backend.escalation.links import AnswerLinks
from backend.escalation.roster import HouseholdRecipients
from backend.escalation.rounds import Rounds
from backend.escalation.service import EscalationService
from backend.events.journal.journal import Journal
from backend.events.journal.record import Record
from backend.events.journal.segment import day_of
from backend.events.senders import Senders
from backend.events.store import EventStore
from backend.people.service import PeopleService
from backend.people.signer import Signer
from backend.sample.people import CAREGIVER_ID, OWNER_ID, Said
from backend.sample.phone import SimulatedPhone, SimulatedWays
from backend.storage.database import Database
from contract.events import FALL, IncidentEvent
from contract.incidents import Incident

PIECE_BYTES = 4 * 2**20


@dataclass
class MovedClock:
    """A clock that shows `now`, seconds since 1970."""

    now: float

    def __call__(self) -> float:
        return self.now


class SimulatedServer:
    """One thread. All is taken at the time up to which was passed."""

    def __init__(self, data_dir: Path, database: Database, began: float) -> None:
        self._database, self._clock = database, MovedClock(began)
        self._journal = Journal(data_dir / "events")
        list(self._journal.open())
        server = own_name(data_dir)  # the one that is started on the record goes on from here
        self._store, self._senders = EventStore(database, server), Senders({})
        bus = Bus()
        people = PeopleService(database, bus)
        self.activity = ActivityService(
            data_dir / "events", database, people.zone, self._clock, server=server
        )
        self._visits = VisitService(database, self._clock)
        self._phones = [SimulatedPhone(OWNER_ID), SimulatedPhone(CAREGIVER_ID)]
        desk = self._open_desk(people, bus)
        self._rounds = Rounds(desk)
        self._escalation = EscalationService(desk, _no_links(self._clock))

    def record(self, records: Sequence[Record]) -> None:
        """Write these to the journal, in the order in which they arrived, and count them."""
        for _, of_day in groupby(records, lambda record: day_of(record.received_at)):
            self._append(list(of_day))
        while self.activity.count_piece(PIECE_BYTES):
            pass

    def take(self, record: Record) -> Incident:
        """Take a START or END, and notify of it as the server does; the incident as it is then."""
        (taken,) = self._store.add([record])
        if isinstance(record.event, IncidentEvent):
            self._escalation.consider(taken.incident, record.event, record.received_at)
        self._deliver()
        return taken.incident

    def hear(self, said: Said, incident_id: str) -> None:
        """Take what a person says of an incident."""
        speaker = Speaker(FIRST_HOUSEHOLD, said.person_id, Way.PAGE)
        if said.answer is not None:
            self._escalation.answer(incident_id, speaker, said.answer)
        if said.is_over:
            self._escalation.resolve(incident_id, speaker)
        if said.verdict is not None:
            self._escalation.verdict(incident_id, speaker, said.verdict)
        if said.note is not None:
            self._escalation.note(incident_id, speaker, said.note)
        self._deliver()

    def visit(self, person_id: int, minutes: float) -> None:
        """Somebody comes, and stays so long."""
        self._visits.begin(FIRST_HOUSEHOLD, person_id, minutes)

    def pass_time(self, until: float) -> None:
        """Do all that is due up to then."""
        while (due_at := self._next_due_at()) is not None and due_at <= until:
            self._clock.now = max(self._clock.now, due_at)
            self._rounds.advance(self._clock.now)
            self._deliver()
        self._clock.now = max(self._clock.now, until)

    def close(self) -> None:
        """Let go of the journal; all is written."""
        self._journal.close()

    def _open_desk(self, people: PeopleService, bus: Bus) -> Desk:
        recipients = HouseholdRecipients(
            people,
            _no_links(self._clock),
            lambda: SimulatedWays(self._phones),
            lambda: self._alerts.channels,
            self._clock,
        )
        settings = AlertSettings(time_zone=people.zone, anomalous_labels=frozenset({FALL}))
        self._alerts = AlertService(
            settings, self._phones, self._database, bus, self._clock, self._clock, recipients
        )
        return Desk(self._database, self._alerts, recipients, people, bus, self._clock, self._clock)

    def _append(self, records: Sequence[Record]) -> None:
        """Records of one day (UTC), which is a file."""
        before = self._journal.closed_up_to
        self._journal.append([record.line for record in records], records[-1].received_at)
        if self._journal.closed_up_to != before:
            self._store.save_position(self._journal.closed_up_to, self._senders.saved())
        for record in records:
            if not record.head.is_incident:
                self._senders.note(record.line, record.head, record.identity)

    def _queues(self) -> list[Deliveries]:
        return [
            Deliveries(self._database, phone.name, urgent=urgent)
            for phone in self._phones
            for urgent in (True, False)
        ]

    def _next_due_at(self) -> float | None:
        due = [queue.next_due_at() for queue in self._queues()]
        if (wait := self._rounds.until_next(self._clock.now)) is not None:
            due.append(self._clock.now + wait)
        return min((at for at in due if at is not None), default=None)

    def _deliver(self) -> None:
        for queue in self._queues():
            while attempt := queue.take_due(self._clock.now):
                queue.mark_sent(attempt, self._clock.now)


def _no_links(clock: MovedClock) -> AnswerLinks:
    """Nobody is sent one."""
    return AnswerLinks(Signer(SecretStr("signs nothing"), clock), None)
