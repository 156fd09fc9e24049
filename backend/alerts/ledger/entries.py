"""What an alert says that the ledger did not know: the deciding half of the ledger.

An incident of a person has one row for its START and its END; begin and end of a trouble have a row
each.
"""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    exists,
    func,
    insert,
    not_,
    select,
    update,
)

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.states import AlertState, DeliveryState
from backend.alerts.ledger.tables import ALERT, alerts, deliveries
from backend.alerts.limits import Limits
from backend.alerts.policy import is_follow_up, is_urgent


class News(StrEnum):
    """What an event says that the ledger did not know."""

    ALL = "its incident"
    """Its incident, or the END of one of which nobody was notified yet."""
    HELD = "a trouble of which somebody was notified within the hour: it waits until that is over"
    LATE_END = "the end of an incident that was notified without it, or muted"
    OTHER = "nothing: another event of the same incident and time was here before"
    REPEAT = "nothing: this event was here before, or its incident is over"


@dataclass(frozen=True)
class Entry:
    """The key of the alert that an event is of, and what the event says that was not known."""

    key: str
    news: News

    @property
    def is_new(self) -> bool:
        """Whether somebody is notified, or it is muted, because of it."""
        return self.news in (News.ALL, News.HELD)


@dataclass(frozen=True)
class Plan:
    """What is to become of an alert from `now` on; `due` is when it is sent, through `channels`."""

    state: AlertState
    now: float
    due: float
    channels: tuple[str, ...] = ()
    reason: str | None = None


class Entries:
    """Enters alerts within a transaction of the caller. Times are seconds since 1970 (UTC)."""

    def __init__(self, limits: Limits, forgotten_until: float) -> None:
        self._limits = limits
        self._forgotten_until = forgotten_until

    def enter(self, db: Connection, alert: Alert, plan: Plan) -> Entry:
        """Record what `alert` says that is new; the plan is for that."""
        if not is_urgent(alert) and plan.state is AlertState.QUEUED:
            return self._enter_trouble(db, alert, plan)
        if known := _row(db, is_first_of(alert.incident)):
            return _complete(db, known, alert, plan)
        self._insert(db, alert, plan)
        return Entry(alert.key, News.ALL)

    def follow_up(self, db: Connection, alert: Alert, plan: Plan) -> bool:
        """Enter a later round or a notice; False where it is there already."""
        if _row(db, alerts.c.key == alert.key):
            return False
        self._insert(db, alert, plan)
        return True

    def _enter_trouble(self, db: Connection, alert: Alert, plan: Plan) -> Entry:
        """Its end is notified as soon as its begin was; that is once an hour."""
        same = alerts.c.incident == alert.incident
        if known := _row(db, and_(same, alerts.c.ended == alert.ended)):
            return Entry(known.key, News.REPEAT)
        soon = plan.now + self._limits.gather
        begin = _row(db, and_(same, not_(alerts.c.ended))) if alert.ended else None
        due = max(soon, begin.due_at) if begin else self._next_turn(db, alert, soon)
        held = due > soon
        state = AlertState.OPEN if held else AlertState.QUEUED
        self._insert(db, alert, replace(plan, state=state, due=due))
        return Entry(alert.key, News.HELD if held else News.ALL)

    def _next_turn(self, db: Connection, alert: Alert, soon: float) -> float:
        """When a trouble is sent: with what of it is held already, else once its hour is over."""
        begin = alerts.alias()
        has_begin = exists().where(begin.c.incident == alerts.c.incident, not_(begin.c.ended))
        last: float | None = db.scalar(
            select(func.max(alerts.c.due_at)).where(
                alerts.c.camera_id == alert.camera_id,
                alerts.c.label == alert.label,
                not_(alerts.c.ended) | ~has_begin,  # an end with its begin counts as that
            )
        )
        if last is None:
            return soon
        return last if last > soon else max(soon, last + self._limits.repeat)

    def _insert(self, db: Connection, alert: Alert, plan: Plan) -> None:
        decided = {
            "urgent": is_urgent(alert),
            "state": plan.state,
            "reason": plan.reason,
            "created_at": plan.now,
            "due_at": plan.due,
        }
        db.execute(insert(alerts).values(asdict(alert) | decided))
        if plan.state is not AlertState.MUTED:
            at = alert.ended_at if alert.received_at is None else alert.received_at
            ambiguous = at <= self._forgotten_until
            queue(db, alert.key, plan, ambiguous=ambiguous)


def queue(db: Connection, key: str, plan: Plan, *, ambiguous: bool = False) -> None:
    """A delivery to each channel of the plan that has none of this alert."""
    there = set(db.scalars(select(deliveries.c.channel).where(deliveries.c.key == key)))
    alert = db.execute(select(*ALERT, alerts.c.urgent).where(alerts.c.key == key)).one()
    row = {
        "key": key,
        "household_id": alert.household_id,
        "camera_id": alert.camera_id,
        "urgent": alert.urgent,
        "follow_up": is_follow_up(Alert(*alert[:-1])),
        "state": DeliveryState.PENDING,
        "ambiguous": int(ambiguous),
        "queued_at": plan.now,
        "updated_at": plan.now,
        "next_attempt_at": plan.due,
    }
    if rows := [row | {"channel": name} for name in plan.channels if name not in there]:
        db.execute(insert(deliveries), rows)


def is_first_of(incident: str | ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that an alert is the one by which `incident` was first notified."""
    of = alerts.c
    return and_(of.incident == incident, of.round == 0, of.notice.is_(None))


def _row(db: Connection, condition: ColumnElement[bool]) -> Row[*tuple[Any, ...]] | None:
    columns = [alerts.c[name] for name in ("key", "event_id", "state", "ended", "due_at")]
    return db.execute(select(*columns).where(condition)).first()


def _complete(db: Connection, known: Row[*tuple[Any, ...]], alert: Alert, plan: Plan) -> Entry:
    """Add an event to the row of its incident; its END makes it due."""
    if not alert.ended or known.ended:
        is_other = alert.ended == known.ended and alert.event_id != known.event_id
        return Entry(known.key, News.OTHER if is_other else News.REPEAT)
    mine = update(alerts).where(alerts.c.key == known.key)
    db.execute(mine.values(asdict(alert) | {"key": known.key}))
    if known.state != AlertState.OPEN:
        return Entry(known.key, News.LATE_END)
    db.execute(mine.values(state=plan.state, reason=plan.reason, due_at=plan.due))
    queued = deliveries.c.key == known.key
    if plan.state is AlertState.MUTED:
        db.execute(delete(deliveries).where(queued))
    else:
        due = {"queued_at": plan.now, "next_attempt_at": plan.due}
        db.execute(update(deliveries).where(queued).values(due))
        queue(db, known.key, plan)  # its END may be for more people than its START was
    return Entry(known.key, News.ALL)
