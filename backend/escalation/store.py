"""The tables of the escalations, asked and changed within a transaction of the caller's.

Times are seconds since 1970 (UTC). An escalation has one step at most that is not done.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from backend.escalation.answer import RESOLVED, Answer, Verdict, Way
from backend.escalation.steps import Course, Done, Given, Step, StepKind
from backend.escalation.tables import answers, escalations, steps, verdicts


@dataclass(frozen=True)
class Escalation:
    """One row; its columns say more of each."""

    incident_id: str
    household_id: int
    began_at: float
    is_test: bool = False
    fall_test: int | None = None
    part_of: str | None = None
    held_until: float | None = None
    exhausted_at: float | None = None
    over_at: float | None = None


@dataclass(frozen=True)
class Due:
    """A step of an escalation that is due; `number` is its row."""

    number: int
    incident_id: str
    household_id: int
    kind: StepKind
    round: int


_ESCALATION = [escalations.c[name] for name in Escalation.__dataclass_fields__]


def find(db: Connection, incident_id: str) -> Escalation | None:
    """The escalation of this incident itself, which may be a part of another."""
    row = db.execute(select(*_ESCALATION).where(escalations.c.incident_id == incident_id)).first()
    return Escalation(*row) if row else None


def root_of(db: Connection, incident_id: str) -> str:
    """The incident that is answered for this one: itself, unless it is a part of another."""
    found = find(db, incident_id)
    return found.part_of if found and found.part_of else incident_id


def members(db: Connection, root: str) -> list[str]:
    """The incident and its parts."""
    query = select(escalations.c.incident_id).where(escalations.c.part_of == root)
    return [root, *db.scalars(query)]


def begin(db: Connection, escalation: Escalation) -> None:
    """Make it, or let it be as this is."""
    mine = escalations.c.incident_id == escalation.incident_id
    if not db.execute(update(escalations).where(mine).values(asdict(escalation))).rowcount:
        db.execute(insert(escalations).values(asdict(escalation)))


def make_real(db: Connection, ids: Sequence[str], now: float) -> None:
    """These are no tests any more, and begin now."""
    mine = escalations.c.incident_id.in_(ids)
    real = {"is_test": False, "fall_test": None, "began_at": now}
    db.execute(update(escalations).where(mine).values(real))


def change(db: Connection, incident_id: str, **values: float | None) -> None:
    """Let these columns have these values."""
    db.execute(update(escalations).where(escalations.c.incident_id == incident_id).values(values))


def course(db: Connection, escalation: Escalation) -> Course:
    """What has happened in it."""
    of = steps.c
    query = select(of.kind, of.round, of.stage, of.done_at).where(
        of.incident_id == escalation.incident_id, of.done_at.is_not(None)
    )
    done = [
        Done(StepKind(row.kind), row.round, row.stage, row.done_at)
        for row in db.execute(query.order_by(of.done_at, of.number))
    ]
    return Course(escalation.began_at, done, last_answer(db, escalation.incident_id))


def last_answer(db: Connection, incident_id: str) -> Given | None:
    """The newest answer to the alert."""
    of = answers.c
    query = select(of.answer, of.person_id, of.at).where(
        of.incident_id == incident_id, of.answer != RESOLVED
    )
    row = db.execute(query.order_by(of.at.desc(), of.number.desc()).limit(1)).first()
    return Given(Answer(row.answer), row.person_id, row.at) if row else None


def plan(db: Connection, incident_id: str, step: Step | None) -> None:
    """Let this be the one step that is not done; none if None."""
    of = steps.c
    db.execute(delete(steps).where(of.incident_id == incident_id, of.done_at.is_(None)))
    if step:
        db.execute(insert(steps).values(asdict(step) | {"incident_id": incident_id}))


def add_done(db: Connection, incident_id: str, step: Step, now: float) -> None:
    """A step that was not planned is done."""
    values = asdict(step) | {"incident_id": incident_id, "done_at": now}
    db.execute(insert(steps).values(values))


def mark_done(db: Connection, number: int, stage: int, now: float) -> bool:
    """The step is done; False where it was already, or is planned no more."""
    open_step = update(steps).where(steps.c.number == number, steps.c.done_at.is_(None))
    return bool(db.execute(open_step.values(stage=stage, done_at=now)).rowcount)


def due(db: Connection, now: float) -> list[Due]:
    """The steps that are due, longest first."""
    of = steps.c
    query = (
        select(of.number, of.incident_id, escalations.c.household_id, of.kind, of.round)
        .join_from(steps, escalations)
        .where(of.done_at.is_(None), of.due_at <= now)
    )
    rows = db.execute(query.order_by(of.due_at, of.number))
    return [Due(number, it, whose, StepKind(kind), n) for number, it, whose, kind, n in rows]


def next_due_at(db: Connection) -> float | None:
    """When the next step is due."""
    found: float | None = db.scalar(
        select(func.min(steps.c.due_at)).where(steps.c.done_at.is_(None))
    )
    return found


def due_at_of(db: Connection, incident_id: str) -> float | None:
    """When its next step is due."""
    of = steps.c
    found: float | None = db.scalar(
        select(of.due_at).where(of.incident_id == incident_id, of.done_at.is_(None))
    )
    return found


def turn_back(db: Connection, household_id: int, latest: float) -> None:
    """No step of a household is due later: its time came from a clock that was ahead."""
    of = escalations.c
    mine = select(of.incident_id).where(of.household_id == household_id, of.over_at.is_(None))
    late = update(steps).where(steps.c.done_at.is_(None), steps.c.due_at > latest)
    db.execute(late.where(steps.c.incident_id.in_(mine)).values(due_at=latest))


def of_fall_test(db: Connection, number: int) -> list[Escalation]:
    """Those of a fall test, oldest first."""
    of = escalations.c
    query = select(*_ESCALATION).where(of.fall_test == number, of.part_of.is_(None))
    return [Escalation(*row) for row in db.execute(query.order_by(of.began_at))]


def open_escalations(db: Connection, household_id: int | None = None) -> list[Escalation]:
    """Those of one household, or of all, that are not over, oldest first."""
    of = escalations.c
    query = select(*_ESCALATION).where(of.over_at.is_(None), of.part_of.is_(None))
    if household_id is not None:
        query = query.where(of.household_id == household_id)
    return [Escalation(*row) for row in db.execute(query.order_by(of.began_at))]


def end(db: Connection, ids: Sequence[str], now: float) -> None:
    """These are over."""
    mine = escalations.c.incident_id.in_(ids), escalations.c.over_at.is_(None)
    db.execute(update(escalations).where(*mine).values(over_at=now, exhausted_at=None))
    db.execute(delete(steps).where(steps.c.incident_id.in_(ids), steps.c.done_at.is_(None)))


@dataclass(frozen=True)
class By:
    """Who says something of an incident, and when."""

    incident_id: str
    household_id: int
    person_id: int | None
    at: float


def add_answer(db: Connection, by: By, answer: str, way: Way) -> int:
    """Record it; the number of the row."""
    query = insert(answers).values(asdict(by) | {"answer": answer, "way": way})
    number: int = db.execute(query.returning(answers.c.number)).scalar_one()
    return number


def verdicts_of(db: Connection, incident_ids: Sequence[str]) -> dict[str, Verdict]:
    """The newest verdict of each of these incidents of which there is one."""
    of, e = verdicts.c, escalations.c
    parts = select(e.incident_id, e.part_of).where(e.incident_id.in_(incident_ids))
    root_of = {row.incident_id: row.part_of or row.incident_id for row in db.execute(parts)}
    roots = {it: root_of.get(it, it) for it in incident_ids}
    query = select(of.incident_id, of.verdict).where(of.incident_id.in_(set(roots.values())))
    said = {row.incident_id: Verdict(row.verdict) for row in db.execute(query.order_by(of.number))}
    return {it: said[root] for it, root in roots.items() if root in said}


def add_verdict(db: Connection, by: By, verdict: Verdict) -> None:
    """Record it; the newest counts."""
    db.execute(insert(verdicts).values(asdict(by) | {"verdict": verdict}))


def last_verdicts(db: Connection, ids: Sequence[str]) -> dict[str, Verdict]:
    """The verdict that counts of each of these incidents that has one."""
    of = verdicts.c
    query = select(of.incident_id, of.verdict).where(of.incident_id.in_(ids)).order_by(of.number)
    return {row.incident_id: Verdict(row.verdict) for row in db.execute(query)}


def said(db: Connection, incident_id: str) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """Answers and verdicts of an incident, oldest first."""
    a, v = (
        db.execute(
            select(table).where(table.c.incident_id == incident_id).order_by(table.c.number)
        ).all()
        for table in (answers, verdicts)
    )
    return list(a), list(v)
