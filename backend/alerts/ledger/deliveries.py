"""What one channel has to deliver, urgent or not: the sending half of the ledger.

    pending <-> sending -> sent | dead

`sending` is written before the memo leaves. Found at the start, it is the ambiguous moment: the
memo may have been sent, so that it is tried once more at most.
"""

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.schema import Database
from backend.alerts.limits import Limits, Quota
from backend.alerts.turns import Turn, Turns, Wait
from contract.events import UNFINISHED_AFTER_SEC

KILLED_WHILE_SENDING = "the server stopped while the memo was on its way"
UNANSWERED_TWICE = "sent twice without an answer; it may or may not have arrived"

ALERT_COLUMNS = (
    "key, event_id, label, camera_id, ended_at, incident_id, received_at, duration_sec,"
    " incident_state, ended, detail, verdict, posture, posture_confidence"
)
"""Of an Alert, in the order of its fields."""

_MINE = "channel = :channel AND urgent = :urgent"
_DUE = f"{_MINE} AND state = 'pending' AND next_attempt_at <= :now"


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True)
class Attempt:
    """Alerts that are to be sent in one memo now, oldest first.

    `number` counts from 1, of the one that was tried least. `resend` says that an earlier attempt
    got no answer and may have been sent. One that is not `recorded` on the disk may come once more,
    should the server be killed.
    """

    alerts: tuple[Alert, ...]
    number: int
    resend: bool
    recorded: bool = True

    @property
    def keys(self) -> list[str]:
        """Of the alerts."""
        return [alert.key for alert in self.alerts]

    @property
    def name(self) -> str:
        """The alerts, for the log."""
        further = len(self.alerts) - 1
        return self.alerts[0].key + (f" and {further} more" if further else "")


class Deliveries:
    """Those of one channel, the urgent ones or the others.

    Thread-safe. Times are seconds since 1970 (UTC).
    """

    def __init__(
        self,
        database: Database,
        channel: str,
        *,
        urgent: bool = True,
        limits: Limits | None = None,
        quota: Quota | None = None,
    ) -> None:
        self._database = database
        self._channel = channel
        self._urgent = urgent
        self._limits = limits or Limits()
        self._turns = Turns(channel, urgent=urgent, limits=self._limits, quota=quota)

    def recover(self, now: float) -> None:
        """Settle what a kill left behind and make all due that waits; what is open waits no longer
        than it should, whatever clock its time came from.

        Call before the first attempt.
        """
        latest = now + (UNFINISHED_AFTER_SEC if self._urgent else self._limits.repeat)
        with self._database.writing() as db:
            killed = db.execute(
                f"SELECT key FROM deliveries WHERE {_MINE} AND state = 'sending'",  # noqa: S608
                self._mine(),
            ).fetchall()
            self._settle_ambiguous(db, [key for (key,) in killed], now, now, KILLED_WHILE_SENDING)
            db.execute(
                "UPDATE deliveries SET next_attempt_at = min(next_attempt_at, :latest),"  # noqa: S608
                f" queued_at = min(queued_at, :now) WHERE {_MINE} AND state = 'pending'",
                self._mine(now=now, latest=latest),
            )
        self.hasten(now)

    def hasten(self, now: float) -> None:
        """What waits for its next attempt is due now."""
        with self._database.writing() as db:
            db.execute(
                f"UPDATE deliveries SET next_attempt_at = :now WHERE {_MINE} AND state = 'pending'"  # noqa: S608
                " AND key IN (SELECT key FROM alerts WHERE state = 'told')",
                self._mine(now=now),
            )

    def take_due(self, now: float) -> Attempt | None:
        """What is to be sent next, marked as being sent; None when nothing is due.

        The mark is on the disk by then, unless that refuses or takes its time. An incident that
        was open is told from here on.
        """
        while turn := self._next(now):
            if turn.wait:
                self._put_off(turn.camera, turn.wait, now)
            elif attempt := self._take(turn, now):
                return attempt
        return None

    def next_due_at(self) -> float | None:
        """When the next alert is to be tried; None when none waits."""
        query = f"SELECT min(next_attempt_at) FROM deliveries WHERE {_MINE} AND state = 'pending'"  # noqa: S608
        with self._database.reading() as db:
            row = db.execute(query, self._mine()).fetchone()
        at: float | None = row[0]
        return at

    def memos_since(self, since: float) -> int:
        """How many memos the channel has taken since then, urgent or not."""
        with self._database.reading() as db:
            return self._turns.memos(db, since)

    def mark_sent(self, attempt: Attempt, now: float) -> None:
        """The channel took it."""
        with self._database.writing() as db:
            self._move(db, attempt, DeliveryState.SENT, now, now, None)
            self._turns.note(db, attempt.alerts[0].camera_id, now)

    def postpone(self, attempt: Attempt, now: float, until: float, reason: str) -> None:
        """It was not sent; try again at `until`."""
        with self._database.writing() as db:
            self._move(db, attempt, DeliveryState.PENDING, now, until, reason)

    def mark_ambiguous(self, attempt: Attempt, now: float, until: float, reason: str) -> bool:
        """It may have been sent: try once more at `until`, or give up if that was that (True)."""
        with self._database.writing() as db:
            self._settle_ambiguous(db, attempt.keys, now, until, reason)
        return attempt.resend

    def bury(self, attempt: Attempt, now: float, reason: str) -> None:
        """It is given up."""
        with self._database.writing() as db:
            self._move(db, attempt, DeliveryState.DEAD, now, now, reason)

    def _next(self, now: float) -> Turn | None:
        with self._database.reading() as db:
            return self._turns.next(db, now)

    def _take(self, turn: Turn, now: float) -> Attempt | None:
        """What is to be sent in this turn; None if it was muted meanwhile."""
        with self._database.writing() as db:
            rows = db.execute(
                "SELECT key, attempts, ambiguous FROM deliveries"  # noqa: S608
                f" WHERE {_DUE} AND camera_id = coalesce(:camera, camera_id)"
                " ORDER BY queued_at, rowid",
                self._due(turn.camera, now),
            ).fetchall()
            # What may have been sent before is not mixed with what was not: the memo says which.
            resend = any(ambiguous for _, _, ambiguous in rows[:1])
            taken = [row for row in rows if bool(row[2]) == resend] if turn.joined else rows[:1]
            alerts = tuple(self._begin(db, key, now) for key, _, _ in taken)
        number = 1 + min((attempts for _, attempts, _ in taken), default=0)
        if not alerts:
            return None
        return Attempt(alerts, number, resend, recorded=self._database.is_durable())

    def _begin(self, db: sqlite3.Connection, key: str, now: float) -> Alert:
        db.execute(
            "UPDATE deliveries SET state = 'sending', attempts = attempts + 1, updated_at = ?"
            " WHERE key = ? AND channel = ?",
            (now, key, self._channel),
        )
        row = db.execute(
            f"UPDATE alerts SET state = 'told' WHERE key = ? RETURNING {ALERT_COLUMNS}",  # noqa: S608
            (key,),
        ).fetchone()
        return Alert(*row)

    def _put_off(self, camera: str | None, wait: Wait, now: float) -> None:
        with self._database.writing() as db:
            db.execute(
                "UPDATE deliveries SET next_attempt_at = :until, reason = :reason"  # noqa: S608
                f" WHERE {_DUE} AND camera_id = coalesce(:camera, camera_id)",
                self._due(camera, now) | {"until": wait.until, "reason": wait.reason},
            )

    def _due(self, camera: str | None, now: float) -> dict[str, object]:
        """What is due of `camera`, or of all: a trouble that still waits for others goes along."""
        return self._mine(now=now if self._urgent else now + self._limits.gather, camera=camera)

    def _mine(self, **values: object) -> dict[str, object]:
        return {"channel": self._channel, "urgent": self._urgent, **values}

    def _settle_ambiguous(
        self, db: sqlite3.Connection, keys: list[str], now: float, until: float, reason: str
    ) -> None:
        db.executemany(
            "UPDATE deliveries SET ambiguous = ambiguous + 1, updated_at = ?, next_attempt_at = ?,"
            " state = CASE WHEN ambiguous THEN 'dead' ELSE 'pending' END,"
            " reason = CASE WHEN ambiguous THEN ? ELSE ? END WHERE key = ? AND channel = ?",
            [
                (now, until, f"{UNANSWERED_TWICE} ({reason})", reason, key, self._channel)
                for key in keys
            ],
        )

    def _move(
        self,
        db: sqlite3.Connection,
        attempt: Attempt,
        state: DeliveryState,
        now: float,
        until: float,
        reason: str | None,
    ) -> None:
        db.executemany(
            "UPDATE deliveries SET state = ?, updated_at = ?, next_attempt_at = ?, reason = ?"
            " WHERE key = ? AND channel = ?",
            [(state, now, until, reason, key, self._channel) for key in attempt.keys],
        )
