"""What all parts of an escalation share: who there is, and how they are told of it."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.course import first_alert
from backend.alerts.ledger.course import make_real as make_alerts_real
from backend.alerts.service import AlertService
from backend.bus import Bus
from backend.escalation import store
from backend.escalation.roster import HouseholdRecipients, Roster
from backend.escalation.steps import FIRST, Step, StepKind, next_step
from backend.escalation.store import Escalation
from backend.incidents import fall_tests
from backend.incidents import store as incidents
from backend.incidents.service import IncidentChanged
from backend.people.household import Household
from backend.people.service import PeopleService
from backend.storage.database import Database


@dataclass(frozen=True)
class EscalationChanged:
    """For the bus: something was done or said of this incident."""

    incident_id: str


@dataclass(frozen=True)
class Crew:
    """Who there is of a household at this moment, asked before a transaction.

    `channels` are those of its people, and its own, that are open.
    """

    household: Household | None
    roster: Roster
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Desk:
    """Thread-safe. Both clocks are seconds since 1970; nobody sets `clock`, by which steps are due.

    `wall_clock` is the machine's, by which events are received.
    """

    database: Database
    alerts: AlertService
    recipients: HouseholdRecipients
    people: PeopleService
    bus: Bus
    clock: Callable[[], float]
    wall_clock: Callable[[], float] = time.time

    def crew(self, household_id: int) -> Crew:
        """Who there is now. It asks the database: call it outside of a transaction."""
        roster = self.recipients.roster(household_id)
        channels = tuple(it for it in self.alerts.channels if roster.has(it))
        return Crew(self.people.household(household_id), roster, channels)

    def name_of(self, person_id: int | None, household_id: int) -> str | None:
        """What somebody of a household is called. Outside of a transaction."""
        person = None if person_id is None else self.people.person(person_id, household_id)
        return person.name if person else None

    def plan(self, db: Connection, escalation: Escalation, household: Household) -> None:
        """Let the step that follows be the next one."""
        if escalation.is_test:
            step = self._end_of_test(db, escalation)
        else:
            step = next_step(store.course(db, escalation), household)
        store.plan(db, escalation.incident_id, step)

    def _end_of_test(self, db: Connection, escalation: Escalation) -> Step | None:
        """What is not over by the end of its fall test is real; a self-test has no next step."""
        if escalation.fall_test is None:
            return None
        test = fall_tests.find(db, escalation.fall_test)
        left = test.until - self.wall_clock() if test else 0.0
        return Step(StepKind.REAL, 1, FIRST, self.clock() + max(0.0, left))

    def make_real(self, db: Connection, root: str) -> None:
        """The incident and its parts are no test any more."""
        ids = store.members(db, root)
        store.make_real(db, ids, self.clock())
        make_alerts_real(db, ids)
        incidents.make_real(db, ids)

    def publish(self, root: str) -> None:
        """Let others know how the incident and its parts stand. Outside of a transaction."""
        with self.database.reading() as db:
            found = [incidents.find(db, it) for it in store.members(db, root)]
        for incident in filter(None, found):
            self.bus.publish(IncidentChanged(incident))

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
