"""Invitations: a code that lets one person register, once and within two days."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, insert, select, update

from backend.access.keys import Caller, digest_of
from backend.access.roles import Role
from backend.people import store
from backend.people.errors import NotSetUp, WrongCode
from backend.people.tables import households, invitations
from backend.storage.database import Database

GOOD_SEC = 48 * 3600.0
_WRONG = "expected the code of an invitation that is younger than 48 hours and was not used"


@dataclass(frozen=True)
class Invitation:
    """To which household, its name, and as what."""

    household_id: int
    household: str
    role: Role


class InvitationService:
    """Thread-safe; its methods wait for the database, which has only a digest of each code."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock

    def invite(self, caller: Caller, role: Role) -> tuple[str, float]:
        """A new code, and until when it is good; raises NotSetUp."""
        code, now = secrets.token_urlsafe(24), self._clock()
        row = {
            "household_id": caller.household_id,
            "digest": _digest(code),
            "role": role,
            "invited_by": caller.person_id,
            "created_at": now,
            "expires_at": now + GOOD_SEC,
        }
        with self._database.writing() as db:
            if store.household(db, caller.household_id) is None:
                raise NotSetUp("the household is not set up yet, its first owner is not invited")
            db.execute(insert(invitations).values(row))
        self._database.is_durable()
        return code, now + GOOD_SEC

    def find(self, code: str) -> Invitation:
        """The invitation of this code; raises WrongCode if it is no longer good."""
        of = invitations.c
        joined = invitations.join(households, households.c.number == of.household_id)
        query = select(of.household_id, households.c.name, of.role).select_from(joined)
        with self._database.reading() as db:
            found = db.execute(query.where(*self._is_good(code))).first()
        if found is None:
            raise WrongCode(_WRONG)
        return Invitation(found.household_id, found.name, Role(found.role))

    def use(self, db: Connection, code: str) -> None:
        """It is good no more; raises WrongCode if it was not, so that nobody comes in twice."""
        query = update(invitations).where(*self._is_good(code))
        if db.execute(query.values(used_at=self._clock())).rowcount != 1:
            raise WrongCode(_WRONG)

    def _is_good(self, code: str) -> tuple[ColumnElement[bool], ...]:
        columns = invitations.c
        is_young = columns.expires_at > self._clock()
        return columns.digest == _digest(code), columns.used_at.is_(None), is_young


def _digest(code: str) -> str:
    return digest_of(code.encode(errors="replace")).hex()
