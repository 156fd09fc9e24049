"""Which incident an event belongs to, and what it changes: the deciding half of the ledger.

An incident is known by its camera, its label and its `incident_id`, and by its time: a counter that
begins anew, or an id that another camera uses too, names another one. An incident of a person has
one row for its START and its END; begin and end of a trouble have a row each.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.deliveries import ALERT_COLUMNS
from backend.alerts.limits import Limits
from backend.alerts.policy import is_urgent

DAY = 86_400.0
NAMELESS_SEC = 3600.0
"""A START and an END without `incident_id` that are further apart are of two incidents."""

_FIELDS = [field.name for field in fields(Alert)]
_values = attrgetter(*_FIELDS)  # astuple copies deeply, which a flood of events would feel
_INSERT = (
    f"INSERT INTO alerts ({ALERT_COLUMNS}, start_key, end_key, urgent, state, reason,"  # noqa: S608
    f" created_at, due_at) VALUES ({', '.join('?' * (len(_FIELDS) + 7))})"
)
_MARKS = ", ".join(f"{name} = ?" for name in ALERT_COLUMNS.split(", ")[1:])
_COMPLETE = f"UPDATE alerts SET {_MARKS}, end_key = ? WHERE key = ?"  # noqa: S608
_QUEUE = (
    "INSERT INTO deliveries (key, channel, camera_id, urgent, state, ambiguous, queued_at,"
    " updated_at, next_attempt_at) SELECT key, ?, camera_id, urgent, 'pending', ?, ?, ?, ?"
    " FROM alerts WHERE key = ? ON CONFLICT DO NOTHING"
)
_SAME_TROUBLE = "camera_id = :camera AND label = :label"
_SAME = f"{_SAME_TROUBLE} AND incident_id IS :incident"
_COLUMNS = "key, state, event_id, due_at"


class AlertState(StrEnum):
    """Where an alert stands before its deliveries take over."""

    OPEN = "open"
    TOLD = "told"
    MUTED = "muted"


class News(StrEnum):
    """What an event says that the ledger did not know."""

    ALL = "its incident"
    """Its incident, or the END of one that was not told yet."""
    HELD = "a trouble that was told within the hour: it waits until that is over"
    LATE_END = "the end of an incident that was told without it, or muted"
    LATE_START = "the begin of an incident that was told by its end, or muted"
    NOTHING = "another event of the same incident and time"
    REPEAT = "exactly this event was here before"


@dataclass(frozen=True)
class Entry:
    """The key of the alert that an event is of, and what the event says that was not known."""

    key: str
    news: News

    @property
    def is_new(self) -> bool:
        """Whether something is told, or muted, because of it."""
        return self.news in (News.ALL, News.HELD)


@dataclass(frozen=True)
class _Row:
    """An alert of the ledger, and the event that was last heard of it."""

    key: str
    state: str
    event_id: str
    due_at: float


@dataclass(frozen=True)
class _Plan:
    """What is to become of an alert; `due` is when it is told."""

    state: AlertState
    now: float
    due: float
    reason: str | None = None


class Incidents:
    """Enters alerts within a transaction of the caller. Times are seconds since 1970 (UTC)."""

    def __init__(self, channels: Sequence[str], limits: Limits, forgotten_until: float) -> None:
        self._channels = channels
        self._limits = limits
        self._forgotten_until = forgotten_until

    def enter(
        self,
        db: sqlite3.Connection,
        alert: Alert,
        state: AlertState,
        now: float,
        due: float,
        reason: str | None = None,
    ) -> Entry:
        """Record what `alert` says that is new; `state`, `due` and `reason` are for that."""
        if same := _same_event(db, alert):
            repeated = same.event_id == alert.event_id
            return Entry(same.key, News.REPEAT if repeated else News.NOTHING)
        if not is_urgent(alert) and state is AlertState.TOLD:
            return self._enter_trouble(db, alert, now)
        plan = _Plan(state, now, due, reason)
        if half := _other_half(db, alert):
            return _complete(db, half, alert, plan)
        self._insert(db, alert, None if alert.ended else alert.key, plan)
        return Entry(alert.key, News.ALL)

    def queue(
        self, db: sqlite3.Connection, key: str, now: float, due: float, *, ambiguous: bool = False
    ) -> None:
        """A delivery to each channel that has none of this alert."""
        db.executemany(
            _QUEUE, [(channel, ambiguous, now, now, due, key) for channel in self._channels]
        )

    def _enter_trouble(self, db: sqlite3.Connection, alert: Alert, now: float) -> Entry:
        """Its end is told as soon as its begin was; that is told once an hour."""
        soon = now + self._limits.gather
        begin = _other_half(db, alert) if alert.ended else None
        start_key = None if alert.ended else alert.key
        if begin:
            db.execute("UPDATE alerts SET end_key = ? WHERE key = ?", (alert.key, begin.key))
            start_key, due = begin.key, max(soon, begin.due_at)
        else:
            due = self._next_turn(db, alert, soon)
        held = due > soon
        self._insert(
            db, alert, start_key, _Plan(AlertState.OPEN if held else AlertState.TOLD, now, due)
        )
        return Entry(alert.key, News.HELD if held else News.ALL)

    def _next_turn(self, db: sqlite3.Connection, alert: Alert, soon: float) -> float:
        """When a trouble is told: with what of it is held already, else once its hour is over."""
        last: float | None
        (last,) = db.execute(
            f"SELECT max(due_at) FROM alerts WHERE {_SAME_TROUBLE}"  # noqa: S608
            " AND coalesce(start_key, key) = key",  # an end with its begin counts as that
            _identity(alert),
        ).fetchone()
        if last is None:
            return soon
        return last if last > soon else max(soon, last + self._limits.repeat)

    def _insert(
        self, db: sqlite3.Connection, alert: Alert, start_key: str | None, plan: _Plan
    ) -> None:
        end_key = alert.key if alert.ended else None
        decided = (plan.state, plan.reason, plan.now, plan.due)
        db.execute(_INSERT, (*_values(alert), start_key, end_key, is_urgent(alert), *decided))
        if plan.state is not AlertState.MUTED:
            at = alert.ended_at if alert.received_at is None else alert.received_at
            ambiguous = at <= self._forgotten_until
            self.queue(db, alert.key, plan.now, plan.due, ambiguous=ambiguous)


def _same_event(db: sqlite3.Connection, alert: Alert) -> _Row | None:
    """The alert that was made of exactly this event."""
    found = db.execute(
        f"SELECT {_COLUMNS} FROM alerts WHERE start_key = :key"  # noqa: S608
        f" UNION ALL SELECT {_COLUMNS} FROM alerts WHERE end_key = :key",
        {"key": alert.key},
    ).fetchone()
    return _Row(*found) if found else None


def _other_half(db: sqlite3.Connection, alert: Alert) -> _Row | None:
    """The newest incident that has no END yet, or for a START one that has nothing else."""
    missing = "end_key IS NULL" if alert.ended else "start_key IS NULL AND ended_at >= :at"
    apart = DAY if alert.incident_id else NAMELESS_SEC
    found = db.execute(
        f"SELECT {_COLUMNS} FROM alerts WHERE {_SAME} AND {missing}"  # noqa: S608
        " AND abs(ended_at - :at) <= :apart ORDER BY rowid DESC LIMIT 1",
        _identity(alert) | {"at": alert.ended_at, "apart": apart},
    ).fetchone()
    return _Row(*found) if found else None


def _complete(db: sqlite3.Connection, half: _Row, alert: Alert, plan: _Plan) -> Entry:
    """Add an event to the row of its incident; its END makes it due."""
    if not alert.ended:
        db.execute("UPDATE alerts SET start_key = ? WHERE key = ?", (alert.key, half.key))
        return Entry(half.key, News.LATE_START)
    db.execute(_COMPLETE, (*_values(alert)[1:], alert.key, half.key))
    if half.state != AlertState.OPEN:
        return Entry(half.key, News.LATE_END)
    db.execute(
        "UPDATE alerts SET state = ?, reason = ?, due_at = ? WHERE key = ?",
        (plan.state, plan.reason, plan.now, half.key),
    )
    if plan.state is AlertState.MUTED:
        db.execute("DELETE FROM deliveries WHERE key = ?", (half.key,))
    else:
        db.execute(
            "UPDATE deliveries SET queued_at = ?, next_attempt_at = ? WHERE key = ?",
            (plan.now, plan.now, half.key),
        )
    return Entry(half.key, News.ALL)


def _identity(alert: Alert) -> dict[str, object]:
    return {"camera": alert.camera_id, "label": alert.label, "incident": alert.incident_id}
