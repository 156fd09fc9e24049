"""Links by which a look is downloaded without a log-in, until they expire."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import delete, insert, select

from backend.looks.errors import UnknownLook, UnknownLookShare
from backend.looks.service import LookService
from backend.looks.tables import look_shares
from backend.storage.database import Database
from contract.looks import Look

DAY_SEC = 86_400.0
OWN_HOUSEHOLD = 1
"""That of all links: only this server makes them."""


@dataclass(frozen=True)
class SharedLook:
    """What a link leads to, and whose it is; without a person it is the API_KEY's."""

    look: Look
    created_by: int | None


class LookShares:
    """Thread-safe. A link's token is shown once, and kept as a digest."""

    def __init__(
        self, database: Database, looks: LookService, clock: Callable[[], float] = time.time
    ) -> None:
        self._database, self._looks, self._clock = database, looks, clock

    def share(self, look: Look, days: int, created_by: int | None) -> tuple[str, float]:
        """The token of a link to it, and when that expires; those that have, are forgotten."""
        token, now = secrets.token_urlsafe(32), self._clock()
        row = {
            "look_id": look.id,
            "digest": _digest(token),
            "created_by": created_by,
            "created_at": now,
            "expires_at": now + days * DAY_SEC,
        }
        with self._database.writing() as db:
            db.execute(delete(look_shares).where(look_shares.c.expires_at <= now))
            db.execute(insert(look_shares).values(row))
        return token, now + days * DAY_SEC

    def find(self, token: str) -> SharedLook:
        """What the link leads to; raises UnknownLookShare once it is over, or the look is."""
        of = look_shares.c
        good = of.digest == _digest(token), of.expires_at > self._clock()
        with self._database.reading() as db:
            row = db.execute(select(of.look_id, of.created_by).where(*good)).first()
        try:
            look = self._looks.find(row.look_id if row else "", OWN_HOUSEHOLD)
        except UnknownLook as error:
            raise UnknownLookShare("expected a link of this server that is still good") from error
        return SharedLook(look, row.created_by if row else None)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
