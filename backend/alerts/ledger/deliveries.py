"""What one channel has to deliver, urgent or not: the sending half of the ledger.

    pending <-> sending -> sent | dead
       +-- withdrawn

`sending` is written before the memo leaves. Found at the start, it is the ambiguous moment: the
memo may have been sent, so that it is tried once more at most.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Update, case, func, select, update

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.states import AlertState, DeliveryState
from backend.alerts.ledger.tables import ALERT, alerts, deliveries
from backend.alerts.ledger.turns import Turn, Turns, Wait, is_due
from backend.alerts.ledger.withdrawal import settle_withdrawn
from backend.alerts.limits import Limits, Quota
from backend.incidents.store import mark_notified
from backend.storage.database import Database
from contract.events import UNFINISHED_AFTER_SEC
from contract.incidents import Incident

KILLED_WHILE_SENDING = "the server stopped while the memo was on its way"
UNANSWERED_TWICE = "sent twice without an answer; it may or may not have arrived"


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


def settle_killed(db: Connection, server: str, now: float) -> None:
    """A server was killed: what it was sending may have been sent, and is due once more."""
    of = deliveries.c
    killed = of.state == DeliveryState.SENDING, of.server == server
    keys = list(db.scalars(select(of.key).where(*killed)))
    settled = _ambiguous(now, now, KILLED_WHILE_SENDING)
    db.execute(update(deliveries).where(*killed).values(settled))
    settle_withdrawn(db, keys, now)


def _ambiguous(now: float, until: float, reason: str) -> dict[str, Any]:
    """The values of a delivery that may have been sent: it is tried once more, or given up."""
    is_second = deliveries.c.ambiguous > 0
    return {
        "ambiguous": deliveries.c.ambiguous + 1,
        "updated_at": now,
        "next_attempt_at": until,
        "state": case((is_second, DeliveryState.DEAD), else_=DeliveryState.PENDING),
        "reason": case((is_second, f"{UNANSWERED_TWICE} ({reason})"), else_=reason),
    }


class Deliveries:
    """Those of one channel, the urgent ones or the others.

    Thread-safe. Times are seconds since 1970 (UTC). `server` is the name of this one, which what it
    sends bears: of several that share the database each settles its own.
    """

    def __init__(
        self,
        database: Database,
        channel: str,
        *,
        urgent: bool = True,
        limits: Limits | None = None,
        quota: Quota | None = None,
        quiet_until: Callable[[float], float | None] = lambda _now: None,
        server: str = "",
    ) -> None:
        self._database, self._quiet_until = database, quiet_until
        self._server = server
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
        of, sending = deliveries.c, self._mine(DeliveryState.SENDING)
        with self._database.writing() as db:
            killed = db.scalars(select(of.key).where(*sending, of.server == self._server)).all()
            self._settle_ambiguous(db, killed, now, now, KILLED_WHILE_SENDING)
            for column, limit in ((of.next_attempt_at, latest), (of.queued_at, now)):
                late = [*self._mine(DeliveryState.PENDING), column > limit]
                db.execute(update(deliveries).where(*late).values({column: limit}))
        self.hasten(now)

    def hasten(self, now: float) -> None:
        """What waits for its next attempt is due now."""
        queued = select(alerts.c.key).where(alerts.c.state == AlertState.QUEUED)
        waiting = (*self._mine(DeliveryState.PENDING), deliveries.c.key.in_(queued))
        with self._database.writing() as db:
            db.execute(update(deliveries).where(*waiting).values(next_attempt_at=now))

    def take_due(self, now: float) -> Attempt | None:
        """What is to be sent next, marked as being sent; None when nothing is due.

        The mark is on the disk by then, unless that refuses or takes its time. An incident that
        was open waits for its END no longer.
        """
        while turn := self._next(now):
            if turn.wait:
                self._put_off(turn, turn.wait, now)
            elif attempt := self._take(turn, now):
                return attempt
        return None

    def next_due_at(self) -> float | None:
        """When the next alert is to be tried; None when none waits."""
        waiting = self._mine(DeliveryState.PENDING)
        with self._database.reading() as db:
            at: float | None = db.scalar(
                select(func.min(deliveries.c.next_attempt_at)).where(*waiting)
            )
        return at

    def memos_since(self, since: float) -> int:
        """How many memos the channel has taken since then, urgent or not."""
        with self._database.reading() as db:
            return self._turns.memos(db, since)

    def mark_sent(self, attempt: Attempt, now: float) -> list[Incident]:
        """The channel took it; returns the incidents of which somebody is notified by that."""
        with self._database.writing() as db:
            self._move(db, attempt, DeliveryState.SENT, now, now, None)
            self._turns.note(db, attempt.alerts[0], now)
            return mark_notified(db, [alert.incident for alert in attempt.alerts])

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
        quiet_until = None if self._urgent else self._quiet_until(now)
        with self._database.reading() as db:
            return self._turns.next(db, now, quiet_until)

    def _take(self, turn: Turn, now: float) -> Attempt | None:
        """What is to be sent in this turn; None if it was muted meanwhile."""
        of = deliveries.c
        query = select(of.key, of.attempts, of.ambiguous).where(*self._due(turn, now))
        with self._database.writing() as db:
            rows = db.execute(query.order_by(of.queued_at, of.number)).all()
            # What may have been sent before is not mixed with what was not: the memo says which.
            resend = any(row.ambiguous for row in rows[:1])
            same = [row for row in rows if bool(row.ambiguous) == resend]
            taken = same if turn.joined else rows[:1]
            begun = tuple(self._begin(db, row.key, now) for row in taken)
        number = 1 + min((row.attempts for row in taken), default=0)
        if not begun:
            return None
        return Attempt(begun, number, resend, recorded=self._database.is_durable())

    def _begin(self, db: Connection, key: str, now: float) -> Alert:
        db.execute(
            self._of(key).values(
                state=DeliveryState.SENDING,
                server=self._server,
                attempts=deliveries.c.attempts + 1,
                updated_at=now,
            )
        )
        queued = update(alerts).where(alerts.c.key == key).values(state=AlertState.QUEUED)
        return Alert(*db.execute(queued.returning(*ALERT)).one())

    def _put_off(self, turn: Turn, wait: Wait, now: float) -> None:
        later = {"next_attempt_at": wait.until, "reason": wait.reason}
        with self._database.writing() as db:
            db.execute(update(deliveries).where(*self._due(turn, now)).values(later))

    def _due(self, turn: Turn, now: float) -> tuple[ColumnElement[Any], ...]:
        """What is due of the turn: a trouble that still waits for others goes along."""
        by = now if self._urgent else now + self._limits.gather
        of = deliveries.c
        due = is_due(self._channel, by, urgent=self._urgent)
        alike = *due, of.household_id == turn.household_id, of.follow_up == turn.follow_up
        return alike if turn.camera is None else (*alike, of.camera_id == turn.camera)

    def _mine(self, state: DeliveryState) -> tuple[ColumnElement[Any], ...]:
        of = deliveries.c
        return of.channel == self._channel, of.urgent == self._urgent, of.state == state

    def _of(self, key: str) -> Update:
        of = deliveries.c
        return update(deliveries).where(of.key == key, of.channel == self._channel)

    def _settle_ambiguous(
        self, db: Connection, keys: Sequence[str], now: float, until: float, reason: str
    ) -> None:
        for key in keys:
            db.execute(self._of(key).values(_ambiguous(now, until, reason)))
        settle_withdrawn(db, keys, now)

    def _move(
        self,
        db: Connection,
        attempt: Attempt,
        state: DeliveryState,
        now: float,
        until: float,
        reason: str | None,
    ) -> None:
        moved = {"state": state, "updated_at": now, "next_attempt_at": until, "reason": reason}
        for key in attempt.keys:
            db.execute(self._of(key).values(moved))
        if state is DeliveryState.PENDING:
            settle_withdrawn(db, attempt.keys, now)
