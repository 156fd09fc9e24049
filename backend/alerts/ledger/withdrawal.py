"""What is not sent any more, because somebody has answered or a later round says it again.

What is on its way at that moment arrives. Should it fail, it is not tried again.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, exists, select, update

from backend.alerts.ledger.states import AlertState, DeliveryState
from backend.alerts.ledger.tables import alerts, deliveries

ANSWERED = "its incident was answered, or is over"
SAID_AGAIN = "a later round says it again"
READER_LEFT = "its reader has left the household"
HOUSEHOLD_OVER = "its household has ended"


def withdraw(db: Connection, incidents: Sequence[str], now: float) -> None:
    """Send no round of these incidents any more; the notices of what has become of them go on."""
    rounds = alerts.c.incident.in_(incidents), alerts.c.notice.is_(None)
    mine = update(alerts).where(*rounds)
    db.execute(mine.where(alerts.c.withdrawn_at.is_(None)).values(withdrawn_at=now))
    db.execute(mine.where(alerts.c.state == AlertState.OPEN).values(state=AlertState.QUEUED))
    settle_withdrawn(db, db.scalars(select(alerts.c.key).where(*rounds)).all(), now)


def settle_withdrawn(db: Connection, keys: Sequence[str], now: float) -> None:
    """What waits of those alerts of `keys` that were withdrawn is withdrawn too."""
    is_withdrawn = exists().where(
        alerts.c.key == deliveries.c.key, alerts.c.withdrawn_at.is_not(None)
    )
    waiting = deliveries.c.key.in_(keys), deliveries.c.state == DeliveryState.PENDING, is_withdrawn
    values = {"state": DeliveryState.WITHDRAWN, "reason": ANSWERED, "updated_at": now}
    db.execute(update(deliveries).where(*waiting).values(values))


def withdraw_from(db: Connection, household_id: int, channels: Sequence[str], now: float) -> None:
    """What waits in these channels of what is a household's is withdrawn."""
    of = deliveries.c
    mine = of.household_id == household_id, of.channel.in_(channels)
    waiting = update(deliveries).where(*mine, of.state == DeliveryState.PENDING)
    values = {"state": DeliveryState.WITHDRAWN, "reason": READER_LEFT, "updated_at": now}
    db.execute(waiting.values(values))


def withdraw_all(db: Connection, household_id: int, now: float) -> None:
    """Nothing of a household is sent any more: it is over."""
    mine = update(alerts).where(alerts.c.household_id == household_id)
    db.execute(mine.where(alerts.c.withdrawn_at.is_(None)).values(withdrawn_at=now))
    db.execute(mine.where(alerts.c.state == AlertState.OPEN).values(state=AlertState.QUEUED))
    of = deliveries.c
    waiting = of.household_id == household_id, of.state == DeliveryState.PENDING
    values = {"state": DeliveryState.WITHDRAWN, "reason": HOUSEHOLD_OVER, "updated_at": now}
    db.execute(update(deliveries).where(*waiting).values(values))


def supersede(db: Connection, incident: str, channels: Sequence[str], now: float) -> None:
    """What waits in these channels of the incident's rounds so far is withdrawn."""
    rounds = alerts.c.incident == incident, alerts.c.notice.is_(None)
    keys = db.scalars(select(alerts.c.key).where(*rounds)).all()
    is_open = alerts.c.key.in_(keys), alerts.c.state == AlertState.OPEN
    db.execute(update(alerts).where(*is_open).values(state=AlertState.QUEUED))
    waiting = deliveries.c.key.in_(keys), deliveries.c.state == DeliveryState.PENDING
    here = deliveries.c.channel.in_(channels)
    values = {"state": DeliveryState.WITHDRAWN, "reason": SAID_AGAIN, "updated_at": now}
    db.execute(update(deliveries).where(*waiting, here).values(values))
