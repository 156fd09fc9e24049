"""Who is logged in where: sessions, and the two tokens of each."""

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlalchemy.exc import SQLAlchemyError

from backend.access.keys import STRANGER, Caller, digest_of
from backend.bus import Bus
from backend.people import session_store, store
from backend.people.errors import (
    ExpiredToken,
    InvalidToken,
    PeopleUnavailable,
    SessionOver,
    UnknownHousehold,
    UnknownSession,
)
from backend.people.person import Person
from backend.people.session_store import Session
from backend.people.signer import Signer
from backend.storage.database import Database

ACCESS_SEC, REFRESH_SEC = 3600.0, 7 * 86_400.0
ACCESS, REFRESH = "access", "refresh"
MAX_DEVICE_LENGTH = 200


class EndReason(StrEnum):
    """Why a session has ended."""

    LOGOUT = "logout"
    REUSED = "reused"
    """A refresh token came twice: somebody else has had one of them."""
    PASSWORD = "password"  # noqa: S105
    REMOVED = "removed"


@dataclass(frozen=True)
class SessionEnded:
    """For the bus: nothing that belongs to it is to be answered any more."""

    session_id: str


@dataclass(frozen=True)
class SessionMoved:
    """For the bus: it looks at another household; what it was shown live is not to go on."""

    session_id: str


@dataclass(frozen=True)
class Tokens:
    """An access token, good for an hour, and a refresh token, good once and for a week."""

    session_id: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)


class SessionService:
    """Thread-safe; its methods wait for the database. Publishes SessionEnded and SessionMoved."""

    def __init__(
        self, database: Database, signer: Signer, bus: Bus, clock: Callable[[], float] = time.time
    ) -> None:
        self._database, self._signer, self._bus, self._clock = database, signer, bus, clock

    def begin(self, person: Person, device: str, address: str) -> Tokens:
        """`person` is logged in from now on, on this device at this address."""
        now = self._clock()
        tokens = self._tokens(secrets.token_urlsafe(16), now)
        session = Session(
            id=tokens.session_id,
            device=device[:MAX_DEVICE_LENGTH],
            address=address,
            created_at=now,
            used_at=now,
            expires_at=now + REFRESH_SEC,
        )
        with self._database.writing() as db:
            too_many = session_store.add(db, person, session, _digest(tokens.refresh))
        self._database.is_durable()
        for session_id in too_many:
            self._bus.publish(SessionEnded(session_id))
        return tokens

    def caller_of(self, token: str) -> Caller | None:
        """Whose access token this is, a stranger's if its session is over.

        None if it is no access token of this server's. Raises PeopleUnavailable.
        """
        try:
            claims = self._signer.read(token, ACCESS)
        except ExpiredToken:
            return STRANGER
        except InvalidToken:
            return None
        session_id = claims["session"]
        person = self._person_of(session_id)
        return as_caller(person, session_id) if person else STRANGER

    def refresh(self, token: str) -> Tokens:
        """New tokens for a refresh token, which is good once: a second time ends the session.

        Raises SessionOver.
        """
        session_id, now = self._session_of(token), self._clock()
        tokens = self._tokens(session_id, now)
        digests = _digest(token), _digest(tokens.refresh)
        with self._database.writing() as db:
            is_first = session_store.rotate(db, session_id, *digests, now, now + REFRESH_SEC)
        if not is_first:
            self._end(EndReason.REUSED, session_store.is_one(session_id))
            raise SessionOver("expected the newest refresh token of a session that is not over")
        # A server that is killed now must know the new one: the old one would end the session.
        self._database.is_durable()
        return tokens

    def sessions(self, person_id: int) -> list[Session]:
        """Where the person is logged in, the one that was used last first."""
        with self._database.reading() as db:
            return session_store.listed(db, person_id, self._clock())

    def end(self, session_id: str, person_id: int) -> None:
        """Log the person out there; raises UnknownSession."""
        wanted = session_store.is_one(session_id), session_store.is_of(person_id)
        if not self._end(EndReason.LOGOUT, *wanted):
            raise UnknownSession("the person is not logged in there")

    def end_of(self, session_id: str | None, refresh_token: str | None) -> None:
        """Log out whoever has this session, or this refresh token; both may be over."""
        with suppress(SessionOver):
            session_id = session_id or self._session_of(refresh_token or "")
            self._end(EndReason.LOGOUT, session_store.is_one(session_id))

    def look_at(self, session_id: str, person_id: int, household_id: int) -> Person:
        """Let the session look at another household of the person's; raises UnknownHousehold."""
        with self._database.writing() as db:
            person = store.present(db, person_id, household_id)
            if person is None:
                raise UnknownHousehold(f"the person does not belong to household {household_id}")
            session_store.look_at(db, session_id, household_id)
        self._database.is_durable()
        self._bus.publish(SessionMoved(session_id))
        return person

    def end_in(self, household_id: int, person_id: int | None = None) -> None:
        """Log out who looks at the household: this person, or everybody."""
        wanted = [session_store.looks_at(household_id)]
        if person_id is not None:
            wanted.append(session_store.is_of(person_id))
        self._end(EndReason.REMOVED, *wanted)

    def end_all(self, person_id: int, reason: EndReason, but: str | None = None) -> None:
        """Log the person out everywhere, but for one session."""
        wanted = [session_store.is_of(person_id)]
        if but is not None:
            wanted.append(~session_store.is_one(but))
        self._end(reason, *wanted)

    def _end(self, reason: EndReason, *wanted: ColumnElement[bool]) -> list[str]:
        with self._database.writing() as db:
            ended = session_store.end(db, self._clock(), reason, *wanted)
        self._database.is_durable()
        for session_id in ended:
            self._bus.publish(SessionEnded(session_id))
        return ended

    def _person_of(self, session_id: str) -> Person | None:
        try:
            with self._database.reading() as db:
                return session_store.person_of(db, session_id, self._clock())
        except SQLAlchemyError as error:
            raise PeopleUnavailable("the database does not answer") from error

    def _session_of(self, refresh_token: str) -> str:
        try:
            claims = self._signer.read(refresh_token, REFRESH)
        except InvalidToken as error:
            raise SessionOver("expected a refresh token that is still good") from error
        session_id: str = claims["session"]
        return session_id

    def _tokens(self, session_id: str, now: float) -> Tokens:
        claims = {"session": session_id}
        access = self._signer.sign(claims, ACCESS, now + ACCESS_SEC)
        # Of two that are made within one second each is another.
        nonce = {"nonce": secrets.token_urlsafe(8)}
        refresh = self._signer.sign(claims | nonce, REFRESH, now + REFRESH_SEC)
        return Tokens(session_id, access, refresh)


def as_caller(person: Person, session_id: str | None) -> Caller:
    """Who asks where `person` is logged in by this session."""
    return Caller(
        name=f"person {person.id}",
        person_id=person.id,
        household_id=person.household_id,
        role=person.role,
        session_id=session_id,
        is_operator=person.is_operator,
    )


def _digest(token: str) -> str:
    return digest_of(token.encode()).hex()
