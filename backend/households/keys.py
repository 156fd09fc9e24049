"""The keys of households: each opens all of one, and is shown once."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, func, insert, select, update

from backend.access.keys import Caller, HouseholdKey, Keyring, digest_of
from backend.bus import Bus
from backend.households.errors import TooManyKeys, UnknownKey
from backend.households.schemas import KeyListed, KeyMade
from backend.households.tables import household_keys
from backend.people import store as people
from backend.people.errors import UnknownHousehold
from backend.storage.database import Database

KEY_BYTES = 32
MAX_KEYS = 20
"""Of one household."""
_OF = household_keys.c
_IS_GOOD = _OF.ended_at.is_(None)


@dataclass(frozen=True)
class KeysChanged:
    """For the bus: some household has a key more, or less."""


class HouseholdKeys:
    """Thread-safe; its methods wait for the database, which has only a digest of each key.

    Without a keyring, which is for trying things out, nobody asks for keys.
    """

    def __init__(
        self,
        database: Database,
        keyring: Keyring | None,
        bus: Bus,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._keyring, self._clock = database, keyring, clock
        self._bus = bus
        self.take_keys()
        bus.subscribe(KeysChanged, lambda _: self.take_keys(), everywhere=True)

    def take_keys(self) -> None:
        """Let in who has a key that is kept, and from now on nobody by another one."""
        if self._keyring is None:
            return
        query = select(_OF.digest, _OF.number, _OF.household_id).where(_IS_GOOD)
        with self._database.reading() as db:
            rows = db.execute(query).all()
        self._keyring.let_in_households(
            [HouseholdKey(bytes.fromhex(digest), number, whose) for digest, number, whose in rows]
        )

    def make(self, caller: Caller, household_id: int, name: str) -> KeyMade:
        """A new key; raises UnknownHousehold and TooManyKeys."""
        key, now = secrets.token_urlsafe(KEY_BYTES), self._clock()
        row = {
            "household_id": household_id,
            "name": name,
            "digest": digest_of(key.encode()).hex(),
            "created_by": caller.person_id,
            "created_at": now,
        }
        with self._database.writing() as db:
            if people.household(db, household_id) is None:
                raise UnknownHousehold(f"no household {household_id} on this server")
            count = select(func.count()).where(_IS_GOOD, _OF.household_id == household_id)
            if (db.scalar(count) or 0) >= MAX_KEYS:
                raise TooManyKeys(f"expected at most {MAX_KEYS} keys, end one first")
            made = db.execute(insert(household_keys).values(row).returning(household_keys)).one()
        self._settle()
        return KeyMade(**_listed(made).model_dump(), key=key)

    def all(self, household_id: int) -> list[KeyListed]:
        """Those of the household that are good, in the order of their making."""
        query = select(household_keys).where(_IS_GOOD, _OF.household_id == household_id)
        with self._database.reading() as db:
            return [_listed(row) for row in db.execute(query.order_by(_OF.number))]

    def end(self, household_id: int, key_id: int) -> None:
        """Let the key be good no more; raises UnknownKey."""
        if not self._end(_OF.household_id == household_id, _OF.number == key_id):
            raise UnknownKey(f"household {household_id} has no key {key_id}")

    def end_all(self, household_id: int) -> None:
        """Let no key of the household be good any more."""
        self._end(_OF.household_id == household_id)

    def _end(self, *wanted: ColumnElement[bool]) -> int:
        query = update(household_keys).where(_IS_GOOD, *wanted)
        with self._database.writing() as db:
            ended = db.execute(query.values(ended_at=self._clock())).rowcount
        self._settle()
        return ended

    def _settle(self) -> None:
        self._database.is_durable()
        self._bus.publish(KeysChanged())


def _listed(row: Row[tuple[object, ...]]) -> KeyListed:
    return KeyListed(
        key_id=row.number, name=row.name, created_by=row.created_by, created_at=row.created_at
    )
