"""What has become of the alerts of an incident, for those who show it or notify of it again."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select, update

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.entries import is_first_of
from backend.alerts.ledger.states import DeliveryState
from backend.alerts.ledger.tables import ALERT, alerts, deliveries


@dataclass(frozen=True)
class Delivery:
    """One alert on one channel: how it stands since `updated_at`, seconds since 1970 (UTC)."""

    round: int
    notice: str | None
    channel: str
    state: str
    reason: str | None
    attempts: int
    ambiguous: int
    queued_at: float
    updated_at: float


_DELIVERY = [
    (alerts if name in ("round", "notice") else deliveries).c[name]
    for name in Delivery.__dataclass_fields__
]


def first_alert(db: Connection, incident: str) -> Alert | None:
    """The alert by which `incident` was first notified."""
    row = db.execute(select(*ALERT).where(is_first_of(incident))).first()
    return Alert(*row) if row else None


def deliveries_of(db: Connection, incidents: Sequence[str]) -> list[Delivery]:
    """All deliveries of these incidents, in the order of their alerts."""
    joined = alerts.join(deliveries, alerts.c.key == deliveries.c.key)
    query = select(*_DELIVERY).select_from(joined).where(alerts.c.incident.in_(incidents))
    ordered = query.order_by(alerts.c.number, deliveries.c.number)
    return [Delivery(*row) for row in db.execute(ordered)]


def make_real(db: Connection, incidents: Sequence[str]) -> None:
    """What is sent of these from now on says no more that it is a test."""
    db.execute(update(alerts).where(alerts.c.incident.in_(incidents)).values(test=False))


def notified_channels(db: Connection, incidents: Sequence[str]) -> list[str]:
    """The channels that have carried an alert of these, or may have."""
    joined = alerts.join(deliveries, alerts.c.key == deliveries.c.key)
    gone = deliveries.c.state.in_((DeliveryState.SENT, DeliveryState.SENDING))
    carried = or_(gone, deliveries.c.ambiguous > 0)
    query = select(deliveries.c.channel).select_from(joined)
    mine = query.where(alerts.c.incident.in_(incidents), carried).distinct()
    return list(db.scalars(mine.order_by(deliveries.c.channel)))
