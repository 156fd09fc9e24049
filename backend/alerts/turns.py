"""Whose turn it is in the queue of one channel: fair between cameras, within bounds for each."""

import sqlite3
from dataclasses import dataclass

from backend.alerts.limits import Limits, Quota

KEPT_FOR_FALLS = "the rest of the day's memos is kept for falls"
KEPT_FOR_OTHERS = "the rest of the day's memos is kept for other cameras"
JOINED = "this camera has told much in a short time: what follows is joined into one memo"

_DUE_CAMERA = (
    "SELECT camera_id, count(*) FROM deliveries AS due WHERE channel = ? AND urgent = ?"
    " AND state = 'pending' AND next_attempt_at <= ? GROUP BY camera_id ORDER BY"
    " (SELECT max(sent_at) FROM memos WHERE memos.channel = due.channel"
    " AND memos.urgent = due.urgent AND memos.camera_id = due.camera_id),"  # none comes first
    " min(queued_at) LIMIT 1"
)


@dataclass(frozen=True)
class Wait:
    """Until when nothing is sent (seconds since 1970), and why, in one line."""

    until: float
    reason: str


@dataclass(frozen=True)
class Turn:
    """Of `camera`, or of all together (None); `joined` into one memo, or its oldest alert."""

    camera: str | None
    joined: bool
    wait: Wait | None


class Turns:
    """Asks, and notes, within a transaction of the caller."""

    def __init__(self, channel: str, *, urgent: bool, limits: Limits, quota: Quota | None) -> None:
        self._channel = channel
        self._urgent = urgent
        self._limits = limits
        self._quota = quota

    def next(self, db: sqlite3.Connection, now: float) -> Turn | None:
        """Whose turn it is; None when nothing is due."""
        found = db.execute(_DUE_CAMERA, (self._channel, self._urgent, now)).fetchone()
        if found is None:
            return None
        if not self._urgent:
            return Turn(None, joined=True, wait=self._wait_for_tomorrow(db, None, now))
        camera, due = found
        lately, last = self._told(db, camera, now - self._limits.lately)
        many = lately >= self._limits.singles
        wait = self._wait_for_tomorrow(db, camera, now)
        if wait is None and many and now < last + self._limits.joined:
            wait = Wait(last + self._limits.joined, JOINED)
        return Turn(camera, many or due > self._limits.singles, wait)

    def note(self, db: sqlite3.Connection, camera: str, now: float) -> None:
        """The channel took a memo."""
        row = (self._channel, self._urgent, camera, now)
        db.execute(
            "INSERT INTO memos (channel, urgent, camera_id, sent_at) VALUES (?, ?, ?, ?)", row
        )

    def memos(self, db: sqlite3.Connection, since: float) -> int:
        """How many memos the channel has taken since then, urgent or not."""
        query = "SELECT count(*) FROM memos WHERE channel = ? AND sent_at >= ?"
        count: int = db.execute(query, (self._channel, since)).fetchone()[0]
        return count

    def _told(self, db: sqlite3.Connection, camera: str, since: float) -> tuple[int, float]:
        """How many urgent memos of `camera` were taken since then, and when the last one was."""
        query = (
            "SELECT count(*), coalesce(max(sent_at), 0) FROM memos WHERE channel = ? AND urgent"
            " AND camera_id = ? AND sent_at >= ?"
        )
        count, last = db.execute(query, (self._channel, camera, since)).fetchone()
        return count, last

    def _wait_for_tomorrow(
        self, db: sqlite3.Connection, camera: str | None, now: float
    ) -> Wait | None:
        """Whether what is left of the day's memos is kept for others."""
        if (quota := self._quota) is None:
            return None
        began = quota.began_at()
        left = quota.a_day - self.memos(db, began)
        if camera is None:
            kept, reason = quota.for_urgent, KEPT_FOR_FALLS
        else:
            had_its_share = self._told(db, camera, began)[0] >= quota.for_camera
            kept, reason = quota.for_others if had_its_share else 0, KEPT_FOR_OTHERS
        return Wait(now + quota.look_again, reason) if kept and left <= kept else None
