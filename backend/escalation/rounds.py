"""The steps that are due: each is done once, with what it sends, whatever kills the server."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from backend.alerts.channels.base import Alert, Channel
from backend.alerts.ledger.course import first_alert, notified_channels
from backend.alerts.message.render import ASK
from backend.escalation import store
from backend.escalation.desk import Crew, Desk, alert_key
from backend.escalation.steps import (
    FIRST,
    PATIENCE,
    Course,
    Step,
    StepKind,
    next_step,
    stage_at,
)
from backend.escalation.store import Due, Escalation
from backend.incidents.fall_tests import MOST_SEC
from backend.people.household import Household


class Rounds:
    """Called by one thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def advance(self, now: float) -> None:
        """Do what is due; of several rounds that were missed only the last one."""
        with self._desk.database.reading() as db:
            due = store.due(db, now)
        for step in due:
            self._do(step, now)

    def until_next(self, now: float) -> float | None:
        """Seconds; None while nothing waits."""
        with self._desk.database.reading() as db:
            due_at = store.next_due_at(db)
        return None if due_at is None else max(0.0, due_at - now)

    def turn_back(self, now: float) -> None:
        """Call at a start: no step waits longer than it should, whatever clock its time is of."""
        households = self._desk.people.households()
        with self._desk.database.writing() as db:
            for household in households:
                store.turn_back(db, household.id, now + _longest(household))

    def _do(self, due: Due, now: float) -> None:
        crew = self._desk.crew(due.household_id)
        with self._desk.database.writing() as db:
            if crew.household is None:  # it has ended since
                store.plan(db, due.incident_id, None)
                return
            escalation = store.find(db, due.incident_id)
            if escalation is None:
                return
            course = store.course(db, escalation)
            stage = _stage(due, course, crew.household, now)
            if not store.mark_done(db, due.number, stage, now):
                return
            entered = self._perform(db, due, escalation, course, stage, crew)
            self._desk.plan(db, store.find(db, due.incident_id) or escalation, crew.household)
        self._desk.changed(due.incident_id, entered)
        if due.kind is StepKind.REAL:
            self._desk.publish(due.incident_id)

    def _perform(
        self,
        db: Connection,
        due: Due,
        escalation: Escalation,
        course: Course,
        stage: int,
        crew: Crew,
    ) -> list[Alert]:
        root, now = escalation.incident_id, self._desk.clock()
        match due.kind:
            case StepKind.EXHAUSTED:
                store.change(db, root, exhausted_at=now)
                return []
            case StepKind.ASK:
                return self._ask(db, root, course, due.round, crew)
            case StepKind.REAL:
                self._desk.make_real(db, root)
                return self._raise_alarm(db, root, course, crew, now)
            case StepKind.NOTIFY:
                quietly = stage == course.stage
                to = crew.roster.up_to(stage, self._channels(crew, is_repeat=quietly))
                return self.notify(db, root, due.round, to, now)

    def _channels(self, crew: Crew, *, is_repeat: bool) -> Sequence[str]:
        """Those for a round: a repeat is not for what has few memos a day and wakes nobody."""
        open_now = self._desk.alerts.channels
        return [it for it in crew.channels if not (is_repeat and _is_scarce(open_now.get(it)))]

    def notify(
        self, db: Connection, root: str, number: int, to: Sequence[str], now: float
    ) -> list[Alert]:
        """Enter a round within a transaction of the caller's; the alert, unless it is there."""
        newest = [first for it in store.members(db, root) if (first := first_alert(db, it))]
        if not newest:
            return []
        key = alert_key(root, "round", number)
        alert = replace(newest[-1], key=key, incident=root, round=number)
        return [alert] if self._desk.alerts.follow_up(db, alert, to, now) else []

    def _raise_alarm(
        self, db: Connection, root: str, course: Course, crew: Crew, now: float
    ) -> list[Alert]:
        """Notify those who are first of what was taken for a test, or tell them who has it."""
        to = crew.roster.up_to(FIRST, crew.channels)
        if course.last is not None and course.is_answered:
            who = crew.roster.people.get(course.last.person_id or 0)
            name = who.name if who else None
            return self._desk.notice(db, root, course.last.answer, name, to, StepKind.REAL)
        step = Step(StepKind.NOTIFY, course.number(StepKind.NOTIFY), FIRST, now)
        store.add_done(db, root, step, now)
        return self.notify(db, root, step.round, to, now)

    def _ask(
        self, db: Connection, root: str, course: Course, number: int, crew: Crew
    ) -> list[Alert]:
        """Where somebody has answered without a name, all are asked."""
        person_id = course.last.person_id if course.last else None
        told = notified_channels(db, store.members(db, root))
        to: Sequence[str] = [it for it in told if it in crew.channels]
        if person_id is not None:
            to = crew.roster.of(person_id, crew.channels)
        return self._desk.notice(db, root, ASK, None, to, number)


def _longest(household: Household) -> float:
    """Seconds for which a step may wait."""
    return max(
        PATIENCE * household.repeat_sec,
        household.ask_again_sec,
        household.unanswered_sec,
        household.accompanied_sec + household.repeat_sec,
        MOST_SEC,
    )


def _stage(due: Due, course: Course, household: Household, now: float) -> int:
    """How far a step goes: a round that is late as far as it should by now."""
    if due.kind is not StepKind.NOTIFY:
        return course.stage
    planned = next_step(course, household)
    wanted = planned.stage if planned else course.stage
    return max(course.stage, wanted, stage_at(course.began_at, household, now))


def _is_scarce(channel: Channel | None) -> bool:
    return channel is not None and channel.quota is not None and not channel.rings
