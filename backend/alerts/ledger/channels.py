"""What the ledger does when a channel comes or goes. Times are seconds since 1970 (UTC)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    exists,
    insert,
    literal,
    select,
    update,
)

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.states import WAITING, AlertState, DeliveryState
from backend.alerts.ledger.tables import ALERT, alerts, deliveries
from backend.alerts.recipients import Reach

NOT_CONFIGURED = "the channel is no longer configured"
OLD_NEWS = "nobody could be notified for more than a day"
NEWS_SEC = 24 * 3600.0
"""A channel that is new sends what no channel has delivered yet, unless it is older than this."""


def begin_channels(db: Connection, channels: Sequence[str], now: float, reach: Reach) -> None:
    """Begin each of these, which are all there are; what is old and has no delivery dies in
    sight."""
    for channel in channels:
        begin_channel(db, channel, now, reach)
    is_waiting = alerts.c.state != AlertState.MUTED
    has_none = ~exists().where(deliveries.c.key == alerts.c.key)
    for channel in channels[:1]:
        dead = _new(channel, now, literal(now), DeliveryState.DEAD, OLD_NEWS)
        _deliver(db, dead, is_waiting, has_none)


def begin_channel(db: Connection, channel: str, now: float, reach: Reach) -> None:
    """Give a channel that is new, or has returned, what nobody was notified of yet."""
    wanted = alerts.c.key.in_(_unsent(db, channel, now, reach))
    due = case((alerts.c.due_at > now, alerts.c.due_at), else_=now)
    returned = and_(
        deliveries.c.channel == channel,
        deliveries.c.state == DeliveryState.DEAD,
        deliveries.c.reason == NOT_CONFIGURED,
    )
    keys = select(alerts.c.key).where(wanted)
    again = {
        "state": DeliveryState.PENDING,
        "reason": None,
        "attempts": 0,
        "queued_at": now,
        "next_attempt_at": select(due).where(alerts.c.key == deliveries.c.key).scalar_subquery(),
    }
    db.execute(update(deliveries).where(returned, deliveries.c.key.in_(keys)).values(again))
    mine = exists().where(deliveries.c.key == alerts.c.key, deliveries.c.channel == channel)
    new = _new(channel, now, due, DeliveryState.PENDING, None)
    _deliver(db, new, wanted, ~mine)


def end_removed_channels(db: Connection, channels: Sequence[str], now: float) -> None:
    """Give up what waits for a channel that is none of `channels`, which are all there are."""
    of = deliveries.c
    was_sending = case((of.state == DeliveryState.SENDING, 1), else_=0)
    ended = {
        "ambiguous": of.ambiguous + was_sending,
        "state": DeliveryState.DEAD,
        "reason": NOT_CONFIGURED,
        "updated_at": now,
    }
    waiting = update(deliveries).where(of.state.in_(WAITING), is_removed(channels))
    db.execute(waiting.values(ended))


def is_removed(channels: Sequence[str]) -> ColumnElement[bool]:
    """The condition that a delivery's channel is none of these."""
    return deliveries.c.channel.not_in(channels)


def _unsent(db: Connection, channel: str, now: float, reach: Reach) -> list[str]:
    """The keys of what no channel has delivered yet, and is for `channel`; rounds go on anyway."""
    of, other = alerts.c, deliveries.alias()
    is_sent = exists().where(other.c.key == of.key, other.c.state == DeliveryState.SENT)
    query = select(*ALERT).where(
        of.state != AlertState.MUTED,
        of.created_at >= now - NEWS_SEC,
        of.withdrawn_at.is_(None),
        of.round == 0,
        of.notice.is_(None),
        ~is_sent,
    )
    found = [Alert(*row) for row in db.execute(query.order_by(of.created_at, of.number))]
    return [alert.key for alert in found if reach.includes(channel, alert)]


def _new(
    channel: str, now: float, due: ColumnElement[Any], state: DeliveryState, reason: str | None
) -> dict[str, Any]:
    """The values of a new delivery, by column."""
    return {
        "key": alerts.c.key,
        "channel": literal(channel),
        "household_id": alerts.c.household_id,
        "camera_id": alerts.c.camera_id,
        "urgent": alerts.c.urgent,
        "follow_up": literal(value=False),
        "state": literal(state),
        "attempts": literal(0),
        "ambiguous": literal(0),
        "reason": literal(reason),
        "queued_at": literal(now),
        "updated_at": literal(now),
        "next_attempt_at": due,
    }


def _deliver(db: Connection, values: dict[str, Any], *wanted: ColumnElement[bool]) -> None:
    """A delivery of these values for each alert that is wanted, oldest first."""
    rows = select(*values.values()).where(*wanted).order_by(alerts.c.created_at, alerts.c.number)
    db.execute(insert(deliveries).from_select(list(values), rows))
