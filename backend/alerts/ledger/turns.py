"""Whose turn it is in the queue of one channel: fair between cameras, within bounds for each."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, nulls_first, select

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.states import DeliveryState
from backend.alerts.ledger.tables import deliveries, memos
from backend.alerts.limits import Limits, Quota
from backend.alerts.policy import is_follow_up

KEPT_FOR_FALLS = "the rest of the day's memos is kept for falls"
KEPT_FOR_OTHERS = "the rest of the day's memos is kept for other cameras"
QUIET_HOURS = "the reader has quiet hours"
JOINED = "this camera has reported much in a short time: what follows is joined into one memo"


@dataclass(frozen=True)
class Wait:
    """Until when nothing is sent (seconds since 1970), and why, in one line."""

    until: float
    reason: str


@dataclass(frozen=True)
class Turn:
    """Of `camera`, or of all of a household together (None); `joined` into one memo, or its oldest
    alert.

    A `follow_up` is what comes after the first alert of an incident.
    """

    household_id: int
    camera: str | None
    joined: bool
    wait: Wait | None
    follow_up: bool = False


class Turns:
    """Asks, and notes, within a transaction of the caller."""

    def __init__(self, channel: str, *, urgent: bool, limits: Limits, quota: Quota | None) -> None:
        self._channel = channel
        self._urgent = urgent
        self._limits = limits
        self._quota = quota

    def next(self, db: Connection, now: float, quiet_until: float | None = None) -> Turn | None:
        """Whose turn it is; None when nothing is due. What is not urgent waits while it is quiet.

        A follow-up has its own pace: it is neither limited nor joined.
        """
        found = self._first_due(db, now)
        if found is None:
            return None
        household_id, camera, due, follow_up = found
        if not self._urgent:
            quiet = Wait(quiet_until, QUIET_HOURS) if quiet_until else None
            wait = quiet or self._wait_for_tomorrow(db, None, now)
            joined = not follow_up
            return Turn(household_id, None, joined=joined, wait=wait, follow_up=follow_up)
        if follow_up:
            return Turn(household_id, camera, joined=False, wait=None, follow_up=True)
        lately, last = self._sent(db, camera, now - self._limits.lately)
        many = lately >= self._limits.singles
        wait = self._wait_for_tomorrow(db, camera, now)
        if wait is None and many and now < last + self._limits.joined:
            wait = Wait(last + self._limits.joined, JOINED)
        return Turn(household_id, camera, many or due > self._limits.singles, wait)

    def note(self, db: Connection, first: Alert, now: float) -> None:
        """The channel took a memo whose first alert is this."""
        row = {
            "channel": self._channel,
            "urgent": self._urgent,
            "follow_up": is_follow_up(first),
            "camera_id": first.camera_id,
            "sent_at": now,
        }
        db.execute(insert(memos).values(row))

    def memos(self, db: Connection, since: float) -> int:
        """How many memos the channel has taken since then, urgent or not."""
        taken = and_(memos.c.channel == self._channel, memos.c.sent_at >= since)
        return db.scalar(select(func.count()).select_from(memos).where(taken)) or 0

    def _first_due(self, db: Connection, now: float) -> tuple[int, str, int, bool] | None:
        """Of which household the camera is that has waited longest since its last memo, it, and
        how many of it are due.

        First alerts go before what follows up, which the last says.
        """
        due = deliveries.c
        last_sent = (
            select(func.max(memos.c.sent_at))
            .where(
                memos.c.channel == self._channel,
                memos.c.urgent == self._urgent,
                memos.c.follow_up == due.follow_up,
                memos.c.camera_id == due.camera_id,
            )
            .scalar_subquery()
        )
        query = (
            select(due.household_id, due.camera_id, func.count(), due.follow_up)
            .where(*is_due(self._channel, now, urgent=self._urgent))
            .group_by(due.household_id, due.camera_id, due.follow_up)
            .order_by(due.follow_up, nulls_first(last_sent), func.min(due.queued_at))
            .limit(1)
        )
        found = db.execute(query).first()
        return (found[0], found[1], found[2], found[3]) if found else None

    def _sent(self, db: Connection, camera: str, since: float) -> tuple[int, float]:
        """How many urgent memos of `camera` were taken since then, and when the last one was.

        Those that follow up are not counted: they hold up no fall.
        """
        query = select(func.count(), func.coalesce(func.max(memos.c.sent_at), 0.0)).where(
            memos.c.channel == self._channel,
            memos.c.urgent,
            ~memos.c.follow_up,
            memos.c.camera_id == camera,
            memos.c.sent_at >= since,
        )
        count, last = db.execute(query).one()
        return count, last

    def _wait_for_tomorrow(self, db: Connection, camera: str | None, now: float) -> Wait | None:
        """Whether what is left of the day's memos is kept for others."""
        if (quota := self._quota) is None:
            return None
        began = quota.began_at()
        left = quota.a_day - self.memos(db, began)
        if camera is None:
            kept, reason = quota.for_urgent, KEPT_FOR_FALLS
        else:
            had_its_share = self._sent(db, camera, began)[0] >= quota.for_camera
            kept, reason = quota.for_others if had_its_share else 0, KEPT_FOR_OTHERS
        return Wait(now + quota.look_again, reason) if kept and left <= kept else None


def is_due(channel: str, now: float, *, urgent: bool) -> tuple[ColumnElement[Any], ...]:
    """The conditions that a delivery through `channel` is to be tried."""
    return (
        deliveries.c.channel == channel,
        deliveries.c.urgent == urgent,
        deliveries.c.state == DeliveryState.PENDING,
        deliveries.c.next_attempt_at <= now,
    )
