"""Escalations by themselves, by a clock that a test moves: a household, its people and phones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from backend.access.roles import Role
from backend.alerts.ledger.deliveries import Deliveries
from backend.alerts.message.digest import compose
from backend.alerts.message.render import Marks
from backend.alerts.service import AlertService, AlertSettings
from backend.bus import Bus
from backend.escalation.beginning import IsAccompanied
from backend.escalation.desk import Desk
from backend.escalation.links import AnswerLinks
from backend.escalation.roster import HouseholdRecipients
from backend.escalation.rounds import Rounds
from backend.escalation.service import EscalationService, nobody_is_there
from backend.incidents.service import IncidentService
from backend.people import store
from backend.people.household import HouseholdSettings
from backend.people.person import Person
from backend.people.service import PeopleService
from backend.people.signer import Signer
from backend.storage.database import Database, open_database
from contract.events import IncidentEvent
from contract.incidents import Incident
from testkit.clock import Clock
from testkit.households import HOME
from testkit.phones import Phone

PUBLIC_URL = "https://care.test"
SECRET = SecretStr("a-secret-of-tests-that-signs-answer-links")


@dataclass(frozen=True)
class OnesOwn:
    """Whose a channel is."""

    channel: str
    person_id: int


@dataclass(frozen=True)
class OwnWays:
    """The ways to people, as a list."""

    known: Sequence[OnesOwn]

    def ways(self, person_ids: Iterable[int]) -> list[OnesOwn]:
        """Those to these people."""
        wanted = set(person_ids)
        return [way for way in self.known if way.person_id in wanted]

    def reader(self, channel: str) -> int | None:
        """Whose it is."""
        return next((way.person_id for way in self.known if way.channel == channel), None)


@dataclass(frozen=True)
class Member:
    """One who is to be in the household; `person_id` is the place in the list, from 1."""

    name: str
    stage: int | None
    language: str = "ko"
    quiet_from: str | None = None
    quiet_until: str | None = None
    role: Role = Role.CAREGIVER


KIM, LEE, PARK = Member("Kim", 1), Member("Lee", 2), Member("Park", 3)


def set_up(
    database: Database,
    settings: HouseholdSettings,
    members: Iterable[Member],
    household_id: int = HOME,
) -> list[Person]:
    """A household and its people, as the set-up makes them."""
    with database.writing() as db:
        store.add_household(db, household_id, settings, 0.0)
        people = []
        for number, member in enumerate(members, start=1):
            person = {
                "household_id": household_id,
                "login": f"person-{household_id}-{number}",
                "name": member.name,
                "password_hash": "none",
                "role": member.role.value,
                "language": member.language,
                "stage": member.stage,
                "quiet_from": member.quiet_from,
                "quiet_until": member.quiet_until,
                "created_at": 0.0,
            }
            people.append(store.add_person(db, person))
    return people


class EscalationAlone:
    """A household whose people have a phone each; nothing runs but what a test calls.

    `phones` are those of the people, in their order, and then the household's own. `neighbours`
    are another household, number 2, with people of its own.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        members: Iterable[Member] = (KIM, LEE, PARK),
        settings: HouseholdSettings | None = None,
        own: Iterable[Phone] = (),
        is_accompanied: IsAccompanied = nobody_is_there,
        neighbours: tuple[HouseholdSettings, Sequence[Member]] | None = None,
    ) -> None:
        others = neighbours[1] if neighbours else ()
        self.folder, self.clock, self.members = folder, clock, (*members, *others)
        self.is_accompanied = is_accompanied
        self.phones = [
            *(Phone(f"contact-{number}") for number in range(1, len(self.members) + 1)),
            *own,
        ]
        self.database = open_database(None, folder)
        if settings is not None:
            set_up(self.database, settings, self.members[: len(self.members) - len(others)])
        if neighbours is not None:
            set_up(self.database, neighbours[0], others, 2)
        self._open()

    def restart(self) -> None:
        """As after a stop in good order, on the same data."""
        self.database.close()
        self.database = open_database(None, self.folder)
        self._open()

    def _open(self) -> None:
        self.bus = Bus()
        self.incidents = IncidentService(self.database, self.bus)
        people = self.people = PeopleService(self.database, self.bus)
        links = AnswerLinks(Signer(SECRET, self.clock), PUBLIC_URL)
        numbers = range(1, len(self.members) + 1)
        ways = OwnWays([OnesOwn(f"contact-{n}", n) for n in numbers])
        self.recipients = HouseholdRecipients(
            people, links, lambda: ways, lambda: self.alerts.channels, self.clock
        )
        settings = AlertSettings(time_zone=people.zone, anomalous_labels=frozenset({"fall"}))
        self.alerts = AlertService(
            settings, self.phones, self.database, self.bus, self.clock, self.clock, self.recipients
        )
        desk = Desk(
            self.database,
            self.alerts,
            self.recipients,
            people,
            self.bus,
            self.clock,
            self.clock,
        )
        self.service = EscalationService(desk, links, self.is_accompanied)
        self.rounds = Rounds(desk)

    def hear(self, event: IncidentEvent) -> Incident:
        """Take an event as the server does; the incident as it stands then."""
        incident = self.incidents.take(event, self.clock())
        self.service.consider(incident, event, self.clock())
        return incident

    def run(self, seconds: float) -> None:
        """Let time pass, and do what is due as the thread would; then deliver."""
        until = self.clock.now + seconds
        self.deliver()
        while (wait := self.rounds.until_next(self.clock())) is not None:
            if self.clock.now + wait > until:
                break
            self.clock.now += wait
            self.rounds.advance(self.clock())
            self.deliver()
        self.clock.now = until
        self.deliver()

    def deliver(self) -> None:
        """Send what is due, one channel after the other, and record what comes of it."""
        for phone in self.phones:
            for urgent in (True, False):
                self._deliver(phone, urgent=urgent)

    def _deliver(self, phone: Phone, *, urgent: bool) -> None:
        queue = Deliveries(self.database, phone.name, urgent=urgent)
        while attempt := queue.take_due(self.clock()):
            envelope = self.recipients.envelope(phone.name, attempt.alerts[-1])
            zone = self.people.zone(attempt.alerts[-1].household_id)
            phone.send(compose(attempt.alerts, zone, Marks(attempt.resend), envelope))
            queue.mark_sent(attempt, self.clock())
