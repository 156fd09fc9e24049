"""What one channel has to deliver: the sending half of the ledger.

    pending <-> sending -> sent | dead

`sending` is written before the memo leaves. Found at the start, it is the ambiguous moment: the
memo may have been sent, so that it is tried once more at most.
"""

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from backend.alerts.channel import Alert
from backend.alerts.database import Database
from contract.events import UNFINISHED_AFTER_SEC

KILLED_WHILE_SENDING = "the server stopped while the memo was on its way"
UNANSWERED_TWICE = "sent twice without an answer; it may or may not have arrived"

ALERT_COLUMNS = (
    "key, event_id, label, camera_id, ended_at, duration_sec, incident_state, ended, detail,"
    " verdict, posture, posture_confidence"
)
"""Of an Alert, in the order of its fields."""


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True)
class Attempt:
    """An alert that is to be sent now; `number` counts from 1.

    `resend` says that an earlier attempt got no answer and may have been sent. `queued_at` is
    when the alert was first due to be told (seconds since 1970, UTC). One that is not `recorded`
    on the disk may come once more, should the server be killed.
    """

    alert: Alert
    number: int
    resend: bool
    queued_at: float
    recorded: bool = True


class Deliveries:
    """Those of one channel. Thread-safe. Times are seconds since 1970 (UTC)."""

    def __init__(self, database: Database, channel: str) -> None:
        self._database = database
        self._channel = channel

    def recover(self, now: float) -> None:
        """Settle what a kill left behind and make all due that waits; what is open waits no longer
        than it should.

        Call before the first attempt, and when the clock was set back.
        """
        query = "SELECT key FROM deliveries WHERE channel = ? AND state = 'sending'"
        with self._database.writing() as db:
            for (key,) in db.execute(query, (self._channel,)).fetchall():
                self._settle_ambiguous(db, key, now, now, KILLED_WHILE_SENDING)
            latest = now + UNFINISHED_AFTER_SEC
            db.execute(
                "UPDATE deliveries SET next_attempt_at = min(next_attempt_at, ?)"
                " WHERE channel = ? AND state = 'pending'",
                (latest, self._channel),
            )
        self.hasten(now)

    def hasten(self, now: float) -> None:
        """What waits for its next attempt is due now."""
        with self._database.writing() as db:
            db.execute(
                "UPDATE deliveries SET next_attempt_at = ? WHERE channel = ? AND state = 'pending'"
                " AND key IN (SELECT key FROM alerts WHERE state = 'told')",
                (now, self._channel),
            )

    def take_due(self, now: float) -> Attempt | None:
        """The oldest alert that is due, marked as being sent; None when there is none.

        The mark is on the disk by then, unless that refuses or takes its time. An incident that
        was open is told from here on.
        """
        with self._database.writing() as db:
            taken = db.execute(
                "UPDATE deliveries SET state = 'sending', attempts = attempts + 1, updated_at = ?"
                " WHERE rowid = (SELECT rowid FROM deliveries WHERE channel = ? AND"
                " state = 'pending' AND next_attempt_at <= ? ORDER BY queued_at, rowid LIMIT 1)"
                " RETURNING key, attempts, ambiguous, queued_at",
                (now, self._channel, now),
            ).fetchone()
            if taken is None:
                return None
            key, number, ambiguous, queued_at = taken
            alert = db.execute(
                f"UPDATE alerts SET state = 'told' WHERE key = ? RETURNING {ALERT_COLUMNS}",  # noqa: S608
                (key,),
            ).fetchone()
        recorded = self._database.is_durable()
        return Attempt(Alert(*alert), number, bool(ambiguous), queued_at, recorded)

    def next_due_at(self) -> float | None:
        """When the next alert is to be tried; None when none waits."""
        query = "SELECT min(next_attempt_at) FROM deliveries WHERE channel = ? AND state = ?"
        with self._database.reading() as db:
            row = db.execute(query, (self._channel, DeliveryState.PENDING)).fetchone()
        at: float | None = row[0]
        return at

    def sent_since(self, since: float) -> int:
        """How many alerts the channel has taken since then."""
        query = (
            "SELECT count(*) FROM deliveries WHERE channel = ? AND state = ? AND updated_at >= ?"
        )
        with self._database.reading() as db:
            row = db.execute(query, (self._channel, DeliveryState.SENT, since)).fetchone()
        count: int = row[0]
        return count

    def mark_sent(self, key: str, now: float) -> None:
        """The channel took it."""
        with self._database.writing() as db:
            self._move(db, key, DeliveryState.SENT, now, now, None)

    def postpone(self, key: str, now: float, until: float, reason: str) -> None:
        """It was not sent; try again at `until`."""
        with self._database.writing() as db:
            self._move(db, key, DeliveryState.PENDING, now, until, reason)

    def mark_ambiguous(self, key: str, now: float, until: float, reason: str) -> bool:
        """It may have been sent: try once more at `until`, or give up if that was that (True)."""
        with self._database.writing() as db:
            return self._settle_ambiguous(db, key, now, until, reason)

    def bury(self, key: str, now: float, reason: str) -> None:
        """It is given up."""
        with self._database.writing() as db:
            self._move(db, key, DeliveryState.DEAD, now, now, reason)

    def _settle_ambiguous(
        self, db: sqlite3.Connection, key: str, now: float, until: float, reason: str
    ) -> bool:
        (times,) = db.execute(
            "UPDATE deliveries SET ambiguous = ambiguous + 1 WHERE key = ? AND channel = ?"
            " RETURNING ambiguous",
            (key, self._channel),
        ).fetchone()
        if times > 1:
            self._move(db, key, DeliveryState.DEAD, now, now, f"{UNANSWERED_TWICE} ({reason})")
        else:
            self._move(db, key, DeliveryState.PENDING, now, until, reason)
        return bool(times > 1)

    def _move(
        self,
        db: sqlite3.Connection,
        key: str,
        state: DeliveryState,
        now: float,
        until: float,
        reason: str | None,
    ) -> None:
        db.execute(
            "UPDATE deliveries SET state = ?, updated_at = ?, next_attempt_at = ?, reason = ?"
            " WHERE key = ? AND channel = ?",
            (state, now, until, reason, key, self._channel),
        )
