"""Links by which something is downloaded without a log-in, until they expire."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Table, delete, insert, select

from backend.storage.database import Database

DAY_SEC = 86_400.0


@dataclass(frozen=True)
class ShareLink:
    """What a link leads to, and whose it is; without a person it is a key's."""

    subject_id: str
    household_id: int
    created_by: int | None


class ShareLinks:
    """Those of one `table`, whose column `subject` says what each leads to. Thread-safe.

    A link's token is shown once, and kept as a digest.
    """

    def __init__(
        self,
        database: Database,
        table: Table,
        subject: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._table, self._subject, self._clock = database, table, subject, clock

    def make(
        self, subject_id: str, days: int, household_id: int, created_by: int | None
    ) -> tuple[str, float]:
        """The token of a new one, and when it expires; those that have, are forgotten."""
        token, now = secrets.token_urlsafe(32), self._clock()
        row = {
            self._subject: subject_id,
            "digest": _digest(token),
            "household_id": household_id,
            "created_by": created_by,
            "created_at": now,
            "expires_at": now + days * DAY_SEC,
        }
        with self._database.writing() as db:
            db.execute(delete(self._table).where(self._table.c.expires_at <= now))
            db.execute(insert(self._table).values(row))
        return token, now + days * DAY_SEC

    def find(self, token: str) -> ShareLink | None:
        """What the token leads to; None once the link is over."""
        of = self._table.c
        query = select(of[self._subject], of.household_id, of.created_by).where(
            of.digest == _digest(token), of.expires_at > self._clock()
        )
        with self._database.reading() as db:
            row = db.execute(query).first()
        return ShareLink(*row) if row else None


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
