"""What all parts of an escalation share: who there is, and how they are told of it."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.course import first_alert
from backend.alerts.service import AlertService
from backend.bus import Bus
from backend.escalation import store
from backend.escalation.roster import HouseholdRecipients, Roster
from backend.escalation.steps import next_step
from backend.escalation.store import Escalation
from backend.people.household import Household
from backend.people.service import PeopleService
from backend.storage.database import Database


@dataclass(frozen=True)
class EscalationChanged:
    """For the bus: something was done or said of this incident."""

    incident_id: str


@dataclass(frozen=True)
class Crew:
    """Who there is at this moment, asked before a transaction; `channels` are open."""

    household: Household | None
    roster: Roster
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Desk:
    """Thread-safe. `clock` is seconds since 1970, and nobody sets it."""

    database: Database
    alerts: AlertService
    recipients: HouseholdRecipients
    people: PeopleService
    bus: Bus
    clock: Callable[[], float]

    def crew(self) -> Crew:
        """Who there is now. It asks the database: call it outside of a transaction."""
        roster = self.recipients.roster()
        return Crew(self.people.household(), roster, tuple(self.alerts.channels))

    def name_of(self, person_id: int | None) -> str | None:
        """Outside of a transaction."""
        person = None if person_id is None else self.people.person(person_id)
        return person.name if person else None

    def plan(self, db: Connection, escalation: Escalation, household: Household) -> None:
        """Let the step that follows be the next one; a test has none, since nobody is in need."""
        course = store.course(db, escalation)
        step = None if escalation.is_test else next_step(course, household)
        store.plan(db, escalation.incident_id, step)

    def notice(
        self, db: Connection, root: str, word: str, name: str | None, to: Sequence[str], of: object
    ) -> list[Alert]:
        """Tell those channels what has become of the incident; the alert, if there is one.

        `of` is what it comes of: the same is told once.
        """
        if (first := first_alert(db, root)) is None:
            return []
        key = alert_key(root, word, of)
        alert = replace(first, key=key, incident=root, notice=word, detail=name)
        return [alert] if self.alerts.follow_up(db, alert, to, self.clock()) else []

    def changed(self, root: str, entered: Sequence[Alert] = ()) -> None:
        """A transaction is over: send what it has entered, and let others know."""
        self.alerts.announce(*entered)
        self.bus.publish(EscalationChanged(root))


def alert_key(incident: str, word: str, of: object) -> str:
    """16 printable characters that name a round or a notice."""
    named = f"{incident}\0{word}\0{of}"
    return hashlib.blake2b(named.encode(), digest_size=8).hexdigest()
