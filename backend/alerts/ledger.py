"""Every alert, whom it has to reach, and what became of it: it survives a kill at any moment.

    open -> told        muted
      +-- END, or none in time

`open` is an incident that has begun: should the camera box die before its END, it is told all
the same. A told alert has one delivery a channel; `delivery` says what becomes of those.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum

from backend.alerts.channel import Alert
from backend.alerts.database import Database
from backend.alerts.delivery import ALERT_COLUMNS, DeliveryState

NOT_CONFIGURED = "the channel is no longer configured"
OLD_NEWS = "nobody could be told for more than a day"
ASKED_FOR = "it was asked to be sent again"
NEWS_SEC = 24 * 3600.0
"""A channel that is new tells what no channel has delivered yet, unless it is older than this."""

_INSERT_ALERT = (
    f"INSERT INTO alerts ({ALERT_COLUMNS}, state, reason, created_at, due_at)"  # noqa: S608
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING"
)
_DELIVERY = (
    "INSERT INTO deliveries (key, channel, state, reason, queued_at, updated_at, next_attempt_at)"
)
_QUEUE = (
    "INSERT INTO deliveries"
    " (key, channel, state, ambiguous, queued_at, updated_at, next_attempt_at)"
    " VALUES (?, ?, 'pending', ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_QUEUE_UNTOLD = (
    f"{_DELIVERY} SELECT key, ?, 'pending', NULL, ?, ?, max(due_at, ?) FROM alerts"  # noqa: S608
    " WHERE state != 'muted' AND created_at >= ? AND NOT EXISTS (SELECT 1 FROM deliveries AS other"
    " WHERE other.key = alerts.key AND other.state = 'sent') ORDER BY created_at"
    " ON CONFLICT DO UPDATE SET state = 'pending', reason = NULL, attempts = 0,"
    " queued_at = excluded.queued_at, next_attempt_at = excluded.next_attempt_at"
    " WHERE state = 'dead' AND reason = ?"
)
_BURY_UNTOLD = (
    f"{_DELIVERY} SELECT key, ?, 'dead', ?, ?, ?, ? FROM alerts"  # noqa: S608
    " WHERE state != 'muted' AND key NOT IN (SELECT key FROM deliveries)"
)


class AlertState(StrEnum):
    """Where an alert stands before its deliveries take over."""

    OPEN = "open"
    TOLD = "told"
    MUTED = "muted"


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
        self, database: Database, channels: Sequence[str], forgotten_until: float = 0.0
    ) -> None:
        """`channels` are the names of all that there are.

        What became of the incidents up to `forgotten_until` is not known: their memos may have
        been sent, and say so.
        """
        self._database = database
        self._channels = tuple(channels)
        self._forgotten_until = forgotten_until

    def take_up(self, now: float) -> None:
        """Call before the first attempt: gives channels that are new their work, and ends that of
        those that are gone."""
        with self._database.writing() as db:
            self._end_removed_channels(db, now)
            self._begin_new_channels(db, now)

    def open(self, alert: Alert, now: float, until: float) -> bool:
        """Record an incident that has begun and is due at `until`, unless its END is added first.

        False when its key is known already.
        """
        with self._database.writing() as db:
            return self._record(db, alert, AlertState.OPEN, now, until)

    def add(self, alert: Alert, now: float) -> bool:
        """Record an alert that is due now; False when its key is known as more than open."""
        with self._database.writing() as db:
            db.execute("DELETE FROM alerts WHERE key = ? AND state = 'open'", (alert.key,))
            return self._record(db, alert, AlertState.TOLD, now, now)

    def mute(self, alert: Alert, now: float, reason: str) -> bool:
        """Record an alert that is not to be told; False when its key is known already."""
        row = (*astuple(alert), AlertState.MUTED, reason, now, now)
        with self._database.writing() as db:
            return db.execute(_INSERT_ALERT, row).rowcount == 1

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

    def _record(
        self, db: sqlite3.Connection, alert: Alert, state: AlertState, now: float, due: float
    ) -> bool:
        row = (*astuple(alert), state, None, now, due)
        if db.execute(_INSERT_ALERT, row).rowcount == 0:
            return False
        self._queue(db, alert.key, now, due, ambiguous=alert.ended_at <= self._forgotten_until)
        return True

    def _queue(
        self, db: sqlite3.Connection, key: str, now: float, due: float, *, ambiguous: bool = False
    ) -> None:
        """A delivery to each channel that has none of this alert."""
        db.executemany(
            _QUEUE, [(key, channel, ambiguous, now, now, due) for channel in self._channels]
        )

    def _requeue(self, db: sqlite3.Connection, key: str, now: float) -> bool:
        removed = db.execute(
            f"DELETE FROM deliveries WHERE key = ? AND state = 'dead' AND {self._is_removed}",  # noqa: S608
            (key, *self._channels),
        )
        if removed.rowcount:
            self._queue(db, key, now, now)
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
