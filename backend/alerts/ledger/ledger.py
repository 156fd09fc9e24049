"""Every alert, whom it has to reach, and what became of it: it survives a kill at any moment.

    open -> told        muted
      +-- END, or its time

`open` is what waits for its time: an incident that has begun, which is told all the same should the
camera box die before its END, and a trouble that was told within the hour. An alert has one
delivery a channel; `delivery` says what becomes of those.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.deliveries import ALERT_COLUMNS, DeliveryState
from backend.alerts.ledger.incidents import AlertState, Entry, Incidents
from backend.alerts.ledger.schema import Database
from backend.alerts.limits import Limits
from contract.events import UNFINISHED_AFTER_SEC

NOT_CONFIGURED = "the channel is no longer configured"
OLD_NEWS = "nobody could be told for more than a day"
ASKED_FOR = "it was asked to be sent again"
NEWS_SEC = 24 * 3600.0
"""A channel that is new tells what no channel has delivered yet, unless it is older than this."""

_DELIVERY = (
    "INSERT INTO deliveries"
    " (key, channel, camera_id, urgent, state, reason, queued_at, updated_at, next_attempt_at)"
)
_QUEUE_UNTOLD = (
    f"{_DELIVERY} SELECT key, ?, camera_id, urgent, 'pending', NULL, ?, ?, max(due_at, ?)"  # noqa: S608
    " FROM alerts"
    " WHERE state != 'muted' AND created_at >= ? AND NOT EXISTS (SELECT 1 FROM deliveries AS other"
    " WHERE other.key = alerts.key AND other.state = 'sent') ORDER BY created_at"
    " ON CONFLICT DO UPDATE SET state = 'pending', reason = NULL, attempts = 0,"
    " queued_at = excluded.queued_at, next_attempt_at = excluded.next_attempt_at"
    " WHERE state = 'dead' AND reason = ?"
)
_BURY_UNTOLD = (
    f"{_DELIVERY} SELECT key, ?, camera_id, urgent, 'dead', ?, ?, ?, ? FROM alerts"  # noqa: S608
    " WHERE state != 'muted' AND key NOT IN (SELECT key FROM deliveries)"
)


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
        """`channels` are the names of all that there are.

        What became of the incidents up to `forgotten_until` is not known: their memos may have
        been sent, and say so.
        """
        self._database = database
        self._channels = tuple(channels)
        self._limits = limits or Limits()
        self._incidents = Incidents(self._channels, self._limits, forgotten_until)

    def take_up(self, now: float) -> None:
        """Call before the first attempt: gives channels that are new their work, and ends that of
        those that are gone. What another clock has put into the future is brought back."""
        with self._database.writing() as db:
            self._turn_back(db, now)
            self._end_removed_channels(db, now)
            self._begin_new_channels(db, now)

    def open(self, alert: Alert, now: float, until: float) -> Entry:
        """Record an incident that has begun; it is due at `until`, unless its END comes first."""
        with self._database.writing() as db:
            return self._incidents.enter(db, alert, AlertState.OPEN, now, until)

    def add(self, alert: Alert, now: float) -> Entry:
        """Record what is to be told: now, or with other troubles, or when its hour is over."""
        with self._database.writing() as db:
            return self._incidents.enter(db, alert, AlertState.TOLD, now, now)

    def mute(self, alert: Alert, now: float, reason: str) -> Entry:
        """Record an alert that is not to be told."""
        with self._database.writing() as db:
            return self._incidents.enter(db, alert, AlertState.MUTED, now, now, reason)

    def resend(self, keys: Sequence[str], now: float) -> list[str]:
        """Queue the dead letters of these alerts again; returns the keys of those that had any.

        What a removed channel left goes to the channels that there are, and without any nothing
        is queued.
        """
        with self._database.writing() as db:
            return [key for key in keys if self._channels and self._requeue(db, key, now)]

    def counts(self) -> dict[str, int]:
        """How many deliveries are in each state, and how many alerts are open or muted."""
        with self._database.reading() as db:
            alerts = db.execute(
                "SELECT state, count(*) FROM alerts WHERE state != 'told' GROUP BY state"
            ).fetchall()
            deliveries = db.execute(
                "SELECT coalesce(deliveries.state, 'pending'), count(*) FROM alerts"
                " LEFT JOIN deliveries USING (key) WHERE alerts.state = 'told' GROUP BY 1"
            ).fetchall()
        names = (AlertState.OPEN, *DeliveryState, AlertState.MUTED)
        return {name.value: 0 for name in names} | dict(alerts) | dict(deliveries)

    def oldest_unsent(self) -> Waiting | None:
        """What has been waiting longest."""
        with self._database.reading() as db:
            row = db.execute(
                "SELECT coalesce(queued_at, created_at), channel, deliveries.reason FROM alerts"
                " LEFT JOIN deliveries USING (key) WHERE alerts.state = 'told' AND"
                " coalesce(deliveries.state, 'pending') IN ('pending', 'sending')"
                " ORDER BY 1, alerts.rowid LIMIT 1"
            ).fetchone()
        return Waiting(*row) if row else None

    def dead_letters(self, since: float, limit: int = -1) -> list[DeadLetter]:
        """What was given up after `since`, newest first; all of it unless `limit` is given."""
        columns = ", ".join(f"alerts.{name}" for name in ALERT_COLUMNS.split(", "))
        with self._database.reading() as db:
            rows = db.execute(
                f"SELECT channel, deliveries.reason, attempts, updated_at, {columns}"  # noqa: S608
                " FROM deliveries JOIN alerts USING (key) WHERE deliveries.state = 'dead'"
                " AND updated_at >= ? ORDER BY updated_at DESC, deliveries.rowid DESC LIMIT ?",
                (since, limit),
            ).fetchall()
        return [DeadLetter(Alert(*row[4:]), *row[:4]) for row in rows]

    def count_dead(self, since: float) -> int:
        """How many deliveries were given up after `since`."""
        query = "SELECT count(*) FROM deliveries WHERE state = 'dead' AND updated_at >= ?"
        with self._database.reading() as db:
            count: int = db.execute(query, (since,)).fetchone()[0]
        return count

    def _turn_back(self, db: sqlite3.Connection, now: float) -> None:
        db.execute(
            "UPDATE alerts SET created_at = min(created_at, :now), due_at = min(due_at, :now +"
            " CASE WHEN urgent THEN :unfinished ELSE :repeat END) WHERE due_at > :now",
            {"now": now, "unfinished": UNFINISHED_AFTER_SEC, "repeat": self._limits.repeat},
        )
        db.execute("DELETE FROM memos WHERE sent_at NOT BETWEEN ? AND ?", (now - NEWS_SEC, now))

    def _requeue(self, db: sqlite3.Connection, key: str, now: float) -> bool:
        removed = db.execute(
            f"DELETE FROM deliveries WHERE key = ? AND state = 'dead' AND {self._is_removed}",  # noqa: S608
            (key, *self._channels),
        )
        if removed.rowcount:
            self._incidents.queue(db, key, now, now)
        queued = db.execute(
            "UPDATE deliveries SET state = 'pending', attempts = 0, reason = ?, queued_at = ?,"
            " updated_at = ?, next_attempt_at = ? WHERE key = ? AND state = 'dead'",
            (ASKED_FOR, now, now, now, key),
        )
        return removed.rowcount + queued.rowcount > 0

    @property
    def _is_removed(self) -> str:
        """The condition that a delivery's channel is none of ours, with a mark for each of them."""
        return f"channel NOT IN ({', '.join('?' * len(self._channels))})"

    def _end_removed_channels(self, db: sqlite3.Connection, now: float) -> None:
        db.execute(
            "UPDATE deliveries SET ambiguous = ambiguous + (state = 'sending'), state = 'dead',"  # noqa: S608
            " reason = ?, updated_at = ? WHERE state IN ('pending', 'sending')"
            f" AND {self._is_removed}",
            (NOT_CONFIGURED, now, *self._channels),
        )

    def _begin_new_channels(self, db: sqlite3.Connection, now: float) -> None:
        """Give a new (or returned) channel what nobody was told yet; what is old dies in sight."""
        untold_since = now - NEWS_SEC
        for channel in self._channels:
            row = (channel, now, now, now, untold_since, NOT_CONFIGURED)
            db.execute(_QUEUE_UNTOLD, row)
        for channel in self._channels[:1]:
            db.execute(_BURY_UNTOLD, (channel, OLD_NEWS, now, now, now))
