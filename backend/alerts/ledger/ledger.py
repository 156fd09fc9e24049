"""Every alert, whom it has to reach, and what became of it: it survives a kill at any moment.

    open -> queued      muted
      +-- END, or its time

`open` is what waits for its time: an incident that has begun, which is sent all the same should the
camera box die before its END, and a trouble that was sent within the hour. An alert has one
delivery a channel; `deliveries` says what becomes of those.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    func,
    not_,
    select,
    true,
    update,
)

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.channels import (
    NEWS_SEC,
    begin_channel,
    begin_channels,
    end_removed_channels,
    is_removed,
)
from backend.alerts.ledger.deliveries import settle_killed
from backend.alerts.ledger.entries import Entries, Entry, Plan, queue
from backend.alerts.ledger.states import WAITING, AlertState, DeliveryState
from backend.alerts.ledger.tables import ALERT, alerts, deliveries, memos
from backend.alerts.ledger.turns import QUIET_HOURS
from backend.alerts.ledger.withdrawal import supersede, withdraw_from
from backend.alerts.limits import Limits
from backend.alerts.recipients import Everybody, Reach
from backend.storage.database import Database
from contract.events import UNFINISHED_AFTER_SEC

ASKED_FOR = "it was asked to be sent again"
_JOINED = alerts.outerjoin(deliveries, alerts.c.key == deliveries.c.key)
Along = Callable[[Connection, Entry, Plan], object]
"""Writes what belongs to an entry, in its transaction."""


def nothing_along(_db: Connection, _entry: Entry, _plan: Plan) -> None:
    """Nothing else belongs to it."""


@dataclass(frozen=True)
class DeadLetter:
    """An alert that `channel` gave up at `at` (seconds since 1970, UTC)."""

    alert: Alert
    channel: str
    reason: str
    attempts: int
    at: float


@dataclass(frozen=True)
class Waiting:
    """A delivery that is not sent yet: since when, through what, and what it waits for.

    Without any channel `channel` is None.
    """

    since: float
    channel: str | None
    reason: str | None


class Ledger:
    """Thread-safe. Times are seconds since 1970 (UTC)."""

    def __init__(
        self,
        database: Database,
        channels: Sequence[str],
        forgotten_until: float = 0.0,
        limits: Limits | None = None,
    ) -> None:
        """`channels` are the names of those that are open.

        What became of the incidents up to `forgotten_until` is not known: their memos may have
        been sent, and say so.
        """
        self._database = database
        self._channels = tuple(channels)
        self._limits = limits or Limits()
        self._entries = Entries(self._limits, forgotten_until)

    @property
    def channels(self) -> tuple[str, ...]:
        """The names of those that are open."""
        return self._channels

    def take_up(self, now: float, reach: Reach | None = None) -> None:
        """Call before the first attempt: gives channels that are new their work, and ends that of
        those that are gone. What another clock has put into the future is brought back."""
        with self._database.writing() as db:
            self._turn_back(db, now)
            end_removed_channels(db, self._channels, now)
            begin_channels(db, self._channels, now, reach or Everybody())

    def open_channel(self, name: str, now: float, reach: Reach) -> None:
        """There is this channel too from now on; it gets what nobody was notified of yet."""
        self.add_channel(name)
        with self._database.writing() as db:
            begin_channel(db, name, now, reach)

    def add_channel(self, name: str) -> None:
        """There is this channel too. For those that are opened before `take_up`."""
        self._channels = (*self._channels, name)

    def close_channel(self, name: str, now: float) -> None:
        """This channel is gone; what waits for it is given up."""
        self._channels = tuple(other for other in self._channels if other != name)
        with self._database.writing() as db:
            end_removed_channels(db, self._channels, now)

    def open(self, alert: Alert, now: float, until: float) -> Entry:
        """Record an incident that has begun; it is due at `until`, unless its END comes first."""
        return self.enter(alert, Plan(AlertState.OPEN, now, until, self._channels))

    def add(self, alert: Alert, now: float) -> Entry:
        """Record what is to be sent: now, or with other troubles, or when its hour is over."""
        return self.enter(alert, Plan(AlertState.QUEUED, now, now, self._channels))

    def mute(self, alert: Alert, now: float, reason: str) -> Entry:
        """Record an alert that is not to be sent."""
        return self.enter(alert, Plan(AlertState.MUTED, now, now, reason=reason))

    def enter(self, alert: Alert, plan: Plan, along: Along = nothing_along) -> Entry:
        """Record what `alert` says that is new, as the plan has it, and what goes along with it."""
        with self._database.writing() as db:
            entry = self._entries.enter(db, alert, plan)
            along(db, entry, plan)
        return entry

    def follow_up(self, db: Connection, alert: Alert, channels: Sequence[str], now: float) -> bool:
        """Record a later round or a notice, within a transaction of the caller's.

        False where it is there already, or there is no channel. Where a round follows, what still
        waits of the one before is not sent any more.
        """
        if not channels:
            return False
        if alert.notice is None:
            supersede(db, alert.incident, channels, now)
        plan = Plan(AlertState.QUEUED, now, now, tuple(channels))
        return self._entries.follow_up(db, alert, plan)

    def resend(
        self,
        keys: Sequence[str],
        now: float,
        household_id: int,
        channels: Sequence[str] | None = None,
    ) -> list[str]:
        """Queue the dead letters of these alerts of a household again; returns the keys of those
        that had any.

        What a removed channel left goes to `channels`, all that there are if None, and without any
        nothing is queued.
        """
        to = tuple(self._channels if channels is None else channels)
        with self._database.writing() as db:
            return [key for key in keys if to and self._requeue(db, key, household_id, now, to)]

    def withdraw(self, household_id: int, channels: Sequence[str], now: float) -> None:
        """What waits in these channels of what is a household's is not sent."""
        with self._database.writing() as db:
            withdraw_from(db, household_id, channels, now)

    def due_channels(self, now: float) -> set[str]:
        """Those for which something is due that nobody is sending."""
        of = deliveries.c
        due = of.state == DeliveryState.PENDING, of.next_attempt_at <= now
        with self._database.reading() as db:
            return set(db.scalars(select(of.channel).distinct().where(*due)))

    def take_over(self, server: str, now: float) -> None:
        """Settle what a server was sending that was killed."""
        with self._database.writing() as db:
            settle_killed(db, server, now)

    def counts(self, household_id: int | None = None) -> dict[str, int]:
        """How many deliveries of one household, or of all, are in each state, and how many alerts
        are open or muted."""
        mine = _is_of(household_id)
        queued = and_(alerts.c.state == AlertState.QUEUED, mine)
        stands = func.coalesce(deliveries.c.state, DeliveryState.PENDING)
        rest = and_(alerts.c.state != AlertState.QUEUED, mine)
        of_alerts = select(alerts.c.state, func.count()).where(rest)
        of_deliveries = select(stands, func.count()).select_from(_JOINED).where(queued)
        with self._database.reading() as db:
            found = [
                (row[0], row[1])
                for query in (of_alerts.group_by(alerts.c.state), of_deliveries.group_by(stands))
                for row in db.execute(query)
            ]
        states = (it for it in DeliveryState if it is not DeliveryState.WITHDRAWN)  # if there are
        names = (AlertState.OPEN, *states, AlertState.MUTED)
        return {name.value: 0 for name in names} | dict(found)

    def oldest_unsent(self, household_id: int | None = None) -> Waiting | None:
        """What of one household, or of all, has been waiting longest."""
        since = func.coalesce(deliveries.c.queued_at, alerts.c.created_at)
        query = (
            select(since, deliveries.c.channel, deliveries.c.reason)
            .select_from(_JOINED)
            .where(
                alerts.c.state == AlertState.QUEUED,
                _is_of(household_id),
                func.coalesce(deliveries.c.state, DeliveryState.PENDING).in_(WAITING),
                deliveries.c.reason.is_distinct_from(QUIET_HOURS),
            )
            .order_by(since, alerts.c.number)
            .limit(1)
        )
        with self._database.reading() as db:
            row = db.execute(query).first()
        return Waiting(*row) if row else None

    def dead_letters(
        self, since: float, limit: int | None = None, household_id: int | None = None
    ) -> list[DeadLetter]:
        """What of one household, or of all, was given up after `since`, newest first; all of it
        unless `limit` is given."""
        of = deliveries.c
        query = (
            select(of.channel, of.reason, of.attempts, of.updated_at, *ALERT)
            .select_from(_JOINED)
            .where(of.state == DeliveryState.DEAD, of.updated_at >= since, _is_of(household_id))
            .order_by(of.updated_at.desc(), of.number.desc())
            .limit(limit)
        )
        with self._database.reading() as db:
            return [DeadLetter(Alert(*row[4:]), *row[:4]) for row in db.execute(query)]

    def count_dead(self, since: float, household_id: int | None = None) -> int:
        """How many deliveries of one household, or of all, were given up after `since`."""
        of = deliveries.c
        query = (
            select(func.count())
            .select_from(_JOINED)
            .where(of.state == DeliveryState.DEAD, of.updated_at >= since, _is_of(household_id))
        )
        with self._database.reading() as db:
            return db.scalar(query) or 0

    def _turn_back(self, db: Connection, now: float) -> None:
        of = alerts.c
        ahead = update(alerts).where(of.due_at > now)
        db.execute(ahead.where(of.created_at > now).values(created_at=now))
        for urgent, longest in ((True, UNFINISHED_AFTER_SEC), (False, self._limits.repeat)):
            late = ahead.where(of.urgent == urgent, of.due_at > now + longest)
            db.execute(late.values(due_at=now + longest))
        of_another_day = not_(memos.c.sent_at.between(now - NEWS_SEC, now))
        db.execute(delete(memos).where(of_another_day))

    def _requeue(
        self, db: Connection, key: str, household_id: int, now: float, channels: tuple[str, ...]
    ) -> bool:
        of = deliveries.c
        dead = and_(of.key == key, of.household_id == household_id, of.state == DeliveryState.DEAD)
        removed = db.execute(delete(deliveries).where(dead, is_removed(self._channels)))
        if removed.rowcount:
            queue(db, key, Plan(AlertState.QUEUED, now, now, channels))
        again = {
            "state": DeliveryState.PENDING,
            "attempts": 0,
            "reason": ASKED_FOR,
            "queued_at": now,
            "updated_at": now,
            "next_attempt_at": now,
        }
        queued = db.execute(update(deliveries).where(dead).values(again))
        return removed.rowcount + queued.rowcount > 0


def _is_of(household_id: int | None) -> ColumnElement[bool]:
    """The condition that an alert is of this household; of any if None."""
    return true() if household_id is None else alerts.c.household_id == household_id
