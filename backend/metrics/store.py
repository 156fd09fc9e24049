"""What the figures ask the household's database, within a transaction of the caller's.

Nothing that is a test is counted. Times are seconds since 1970 (UTC).
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, not_, select

from backend.alerts.ledger.states import WAITING, AlertState
from backend.alerts.ledger.tables import alerts, deliveries
from backend.alerts.ledger.turns import QUIET_HOURS
from backend.escalation import store as escalation_store
from backend.escalation.tables import answers, escalations, verdicts
from backend.incidents.store import incidents
from backend.metrics.families import Labels

OTHER_LABEL = "other"
NO_VERDICT = "none"


@dataclass(frozen=True)
class Waiting:
    """So many deliveries of a channel are due and not sent, the oldest since then."""

    channel: str
    count: int
    since: float


@dataclass(frozen=True)
class Unanswered:
    """So many incidents are not over; since when the oldest rings that nobody has answered."""

    open: int
    since: float | None


@dataclass(frozen=True)
class Answered:
    """The first answer to an alert, so many seconds after its incident arrived."""

    number: int
    seconds: float


def waiting(db: Connection) -> list[Waiting]:
    """By channel; what waits for the morning, or for its incident's end, is not due."""
    of = deliveries.c
    query = (
        select(of.channel, func.count(), func.min(of.queued_at))
        .select_from(deliveries.join(alerts, alerts.c.key == of.key))
        .where(
            alerts.c.state == AlertState.QUEUED,
            of.state.in_(WAITING),
            of.reason.is_distinct_from(QUIET_HOURS),
        )
        .group_by(of.channel)
    )
    return [Waiting(*row) for row in db.execute(query)]


def unanswered(db: Connection) -> Unanswered:
    """The escalations that are not over."""
    found = [it for it in escalation_store.open_escalations(db) if not it.is_test]
    ringing = [it for it in found if not escalation_store.last_answer(db, it.incident_id)]
    return Unanswered(len(found), min((it.began_at for it in ringing), default=None))


def incidents_by_verdict(db: Connection, known: Collection[str]) -> dict[Labels, float]:
    """How many there are of each label, `known` ones apart, and of each verdict that counts."""
    root = func.coalesce(escalations.c.part_of, incidents.c.id)
    newest = select(verdicts.c.incident_id, func.max(verdicts.c.number).label("number"))
    counts = newest.group_by(verdicts.c.incident_id).subquery()
    joined = (
        incidents.outerjoin(escalations, escalations.c.incident_id == incidents.c.id)
        .outerjoin(counts, counts.c.incident_id == root)
        .outerjoin(verdicts, verdicts.c.number == counts.c.number)
    )
    said = func.coalesce(verdicts.c.verdict, NO_VERDICT)
    query = select(incidents.c.label, said, func.count()).select_from(joined)
    rows = db.execute(query.where(not_(incidents.c.is_test)).group_by(incidents.c.label, said))
    found = Counter[Labels]()
    for label, verdict, count in rows:
        found[(label if label in known else OTHER_LABEL, verdict)] += count
    return {labels: float(count) for labels, count in found.items()}


def last_answer_number(db: Connection) -> int:
    """The number of the newest answer; 0 without one."""
    return db.scalar(select(func.max(answers.c.number))) or 0


def answered_after(db: Connection, number: int) -> list[Answered]:
    """The first answers behind the one of this number, oldest first."""
    of = answers.c
    firsts = select(func.min(of.number)).group_by(of.incident_id)
    query = (
        select(of.number, of.at - incidents.c.received_at)
        .select_from(answers.join(incidents, incidents.c.id == of.incident_id))
        .where(of.number > number, of.number.in_(firsts), not_(incidents.c.is_test))
    )
    return [Answered(*row) for row in db.execute(query.order_by(of.number))]
