"""How an escalation begins with the first alert of an incident, and how it ends by itself."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sqlalchemy import Connection

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.course import first_alert, notified_channels
from backend.alerts.ledger.entries import Entry, News, Plan
from backend.alerts.ledger.ledger import Along
from backend.alerts.ledger.withdrawal import supersede, withdraw
from backend.alerts.policy import Ruling
from backend.alerts.service import Decision, First
from backend.escalation import store
from backend.escalation.desk import Crew, Desk
from backend.escalation.steps import ALL, Step, StepKind
from backend.escalation.store import Escalation
from backend.incidents import fall_tests
from backend.incidents import store as incidents
from backend.incidents.fall_tests import FallTest
from backend.people.household import Household
from backend.troubles.table import TROUBLES
from contract.events import FALL, STILL_DOWN, End, IncidentEvent
from contract.incidents import Incident, IncidentState

BELONGS_SEC = 3600.0
"""Who is still down so long after a fall is of that fall."""
NO_TESTER = "a fall test of somebody without a channel"
TEST_OVER = "a test that is over"
GOT_UP = "got_up"
"""The notice that the person seems to be up again."""

IsAccompanied = Callable[[int, IncidentEvent, float], bool]
"""Whether somebody was with the person of a household at a fall, or is now (seconds since 1970)."""


class Beginning:
    """Hands events on to the alerts, and begins and ends escalations with them. Thread-safe."""

    def __init__(self, desk: Desk, is_accompanied: IsAccompanied) -> None:
        self._desk, self._is_accompanied = desk, is_accompanied

    def consider(
        self, incident: Incident, event: IncidentEvent, received_at: float | None
    ) -> Decision:
        """Decide on an event, and have it followed up until somebody answers. Idempotent.

        Until somebody has set up its household, alerts are sent once and nobody is asked.
        """
        alerts, household = self._desk.alerts, self._desk.people.household(incident.household_id)
        if household is None or event.event in TROUBLES:
            return alerts.consider(incident, event, received_at)
        decision = self._earlier(incident, event)
        if decision:
            alerts.settle(incident, event)
        else:
            first = self._first(incident, event, self._desk.crew(household.id), household)
            decision = alerts.consider(incident, event, received_at, first)
        if incident.state is IncidentState.RESOLVED:
            self._end(incident)
        if decision.news not in (None, News.REPEAT):
            self._desk.changed(incident.id)
        return decision

    def _earlier(self, incident: Incident, event: IncidentEvent) -> Decision | None:
        """What the ledger has of it: most of what a start hands over again, and new falls wait."""
        with self._desk.database.reading() as db:
            known = first_alert(db, incident.id)
        if known is None or (isinstance(event, End) and not known.ended):
            return None
        return Decision(Ruling.ALREADY_ALERTED, known.key, News.REPEAT)

    def _first(
        self, incident: Incident, event: IncidentEvent, crew: Crew, household: Household
    ) -> First:
        if incident.state is IncidentState.RESOLVED:  # its END says that nobody has to answer
            return First(mute=TEST_OVER) if incident.is_test else First()
        test = self._fall_test(incident) if incident.is_test and not event.test else None
        if root := self._root(incident):
            along = partial(self._join, root.incident_id, incident, household)
            return _to_tester(test, crew, along) if test else self._to_stage(root, crew, along)
        hold_sec = self._hold_sec(event, household)
        new = Escalation(incident.id, household.id, 0.0, incident.is_test)
        if test:
            new = replace(new, fall_test=test.number)
            return _to_tester(test, crew, partial(self._begin, new, household, False))
        if incident.is_test:
            everybody = crew.roster.up_to(ALL, crew.channels)
            return First(everybody, along=partial(self._begin, new, household, False))
        along = partial(self._begin, new, household, hold_sec > 0.0)
        return First(None, hold_sec, along)

    def _hold_sec(self, event: IncidentEvent, household: Household) -> float:
        """How long a fall waits for an "all is well", because somebody is there."""
        if event.event != FALL or self._desk.alerts.ruling(event) is not Ruling.ALERT:
            return 0.0
        there = self._is_accompanied(household.id, event, self._desk.clock())
        return household.accompanied_sec if there else 0.0

    def _fall_test(self, incident: Incident) -> FallTest | None:
        """The one that the incident belongs to."""
        with self._desk.database.reading() as db:
            return fall_tests.of_incident(db, incident, incident.received_at)

    def _to_stage(self, root: Escalation, crew: Crew, along: Along) -> First:
        """To all who were notified of the fall."""
        with self._desk.database.reading() as db:
            stage = store.course(db, root).stage
        return First(crew.roster.up_to(stage, crew.channels), along=along)

    def _root(self, incident: Incident) -> Escalation | None:
        """The fall's escalation that somebody who is still down belongs to, while it is open.

        No self-test is a fall, and nobody who is really down belongs to a test.
        """
        if incident.label != STILL_DOWN:
            return None
        with self._desk.database.reading() as db:
            falls = incidents.falls_before(db, incident, BELONGS_SEC)
            found = [it for fall in falls if (it := store.find(db, fall.id))]
        fit = (it for it in found if it.fall_test or not (it.is_test or incident.is_test))
        return next((it for it in fit if it.over_at is None), None)

    def _begin(
        self,
        new: Escalation,
        household: Household,
        is_held: bool,
        db: Connection,
        entry: Entry,
        plan: Plan,
    ) -> None:
        """In the transaction of the first alert, whose END may change when it is due."""
        if entry.is_new:
            held_until = plan.due if is_held else None
            escalation = replace(new, began_at=plan.due, held_until=held_until)
            store.begin(db, escalation)
            self._desk.plan(db, escalation, household)

    def _join(
        self,
        root_id: str,
        incident: Incident,
        household: Household,
        db: Connection,
        entry: Entry,
        plan: Plan,
    ) -> None:
        """In the transaction of the alert of who is still down: a round of the fall's, at once."""
        root = store.find(db, root_id)
        if not entry.is_new or root is None:
            return
        if root.over_at is not None:  # it was answered a moment ago
            new = Escalation(incident.id, household.id, plan.due)
            self._begin(new, household, False, db, entry, plan)
            return
        if root.is_test and not incident.is_test:
            root = self._made_real(db, root, plan.now)
        supersede(db, root_id, plan.channels, plan.now)
        if root.began_at > plan.now:
            store.change(db, root_id, began_at=plan.now, held_until=None)
        part = Escalation(
            incident.id, household.id, plan.now, root.is_test, root.fall_test, part_of=root_id
        )
        store.begin(db, part)
        _add_round(db, root, plan.now)
        began_at = min(root.began_at, plan.now)
        self._desk.plan(db, replace(root, began_at=began_at), household)

    def _made_real(self, db: Connection, root: Escalation, now: float) -> Escalation:
        """What was a test is none any more, and begins now."""
        self._desk.make_real(db, root.incident_id)
        return replace(root, is_test=False, fall_test=None, began_at=now)

    def _end(self, incident: Incident) -> None:
        """The person is up again, as the camera sees it: whoever was notified is told.

        An incident of its own is over by that, and a fall of a test; another fall that it is a part
        of wants its answer.
        """
        if not self._is_open(incident):
            return
        crew, now = self._desk.crew(incident.household_id), self._desk.clock()
        with self._desk.database.writing() as db:
            found = store.find(db, incident.id)
            if found is None or found.over_at is not None:
                return
            root = found.part_of or found.incident_id
            is_part = found.part_of is not None and not found.is_test
            ids = [found.incident_id] if is_part else store.members(db, root)
            told = notified_channels(db, store.members(db, root))
            store.end(db, ids, now)
            withdraw(db, ids, now)
            changed = incidents.resolve(db, ids) if found.is_test else []
            to = [it for it in told if it in crew.channels]
            entered: list[Alert] = self._desk.notice(db, root, GOT_UP, None, to, incident.id)
        self._desk.changed(root, entered)
        if changed:
            self._desk.publish(root)

    def _is_open(self, incident: Incident) -> bool:
        with self._desk.database.reading() as db:
            found = store.find(db, incident.id)
        return found is not None and found.over_at is None


def _to_tester(test: FallTest, crew: Crew, along: Along) -> First:
    """To the person who makes the test, and nobody else."""
    own = crew.roster.of(test.person_id, crew.channels) if test.person_id is not None else ()
    return First(own, along=along, mute=None if own else NO_TESTER)


def _add_round(db: Connection, root: Escalation, now: float) -> None:
    """The round that is notified now takes the place of the step that was due."""
    course = store.course(db, root)
    step = Step(StepKind.NOTIFY, course.number(StepKind.NOTIFY), course.stage, now)
    store.plan(db, root.incident_id, None)
    store.add_done(db, root.incident_id, step, now)
