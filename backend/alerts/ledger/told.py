"""What was sent without the ledger comes into it, in the transaction of its alert or after it."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, Update, insert, update

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.entries import Plan, queue
from backend.alerts.ledger.states import AlertState, DeliveryState
from backend.alerts.ledger.tables import alerts, deliveries, memos

TOLD_ELSEWHERE = "another server has told of it without the database, and may still say so"
NO_ANSWER = "no answer came when it was sent without the database"
ELSEWHERE_SEC = 8.0
"""For so long the server that has told may enter that; who is killed meanwhile cannot. Somebody was
told already: nobody is late by it."""


def settle(
    db: Connection, alert: Alert, sent: Mapping[str, float], server: str, now: float
) -> None:
    """The channels that took `alert`, which is entered, are not to send it."""
    key = alert.key
    queue(db, key, Plan(AlertState.QUEUED, now, now, tuple(sent)))
    for channel, at in sent.items():
        moved = {
            "state": DeliveryState.SENT,
            "reason": None,
            "attempts": deliveries.c.attempts + 1,
            "server": server,
            **dict.fromkeys(("queued_at", "updated_at", "next_attempt_at"), at),
        }
        if db.execute(_waiting(key, [channel]).values(moved)).rowcount:
            _note_memo(db, alert, channel, at)
    of = alerts.c
    is_open = of.key == key, of.state == AlertState.OPEN
    db.execute(update(alerts).where(*is_open).values(state=AlertState.QUEUED))


def doubt(
    db: Connection, key: str, until: float, reason: str, channels: Collection[str] | None = None
) -> None:
    """What waits in these channels, or in all, may have been sent: it says so, and waits until."""
    values = {"ambiguous": 1, "next_attempt_at": until, "reason": reason}
    db.execute(_waiting(key, channels).values(values))


def _waiting(key: str, channels: Collection[str] | None) -> Update:
    of = deliveries.c
    waiting = update(deliveries).where(of.key == key, of.state == DeliveryState.PENDING)
    return waiting if channels is None else waiting.where(of.channel.in_(channels))


def _note_memo(db: Connection, alert: Alert, channel: str, at: float) -> None:
    row = {"channel": channel, "urgent": True, "camera_id": alert.camera_id, "sent_at": at}
    db.execute(insert(memos).values(row))
