"""How somebody comes in: by setting up the household, by an invitation, by a password."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from anyio import CapacityLimiter
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from backend.access.keys import FIRST_HOUSEHOLD
from backend.access.roles import Role
from backend.bus import Bus
from backend.http.network import subnet_of
from backend.people import session_store, store
from backend.people.attempts import Attempts
from backend.people.errors import AlreadyMember, AlreadySetUp, LoginTaken, WrongLogin
from backend.people.invitations import Invitation, InvitationService
from backend.people.passwords import Passwords
from backend.people.person import Person, Stage
from backend.people.schemas import Credentials, NewAccount, PasswordChange, Registration, SetUp
from backend.people.service import PeopleChanged
from backend.storage.database import Database

AT_ONCE = 2
"""Passwords that are looked at together: each takes a core and 64 MiB."""
WRONG_LOGIN = "expected the name and the password of an account"


@dataclass(frozen=True)
class Entered:
    """Who has come in, and what was kept of the password then."""

    person: Person
    kept: str = field(repr=False)


class AccountService:
    """Thread-safe. Each method takes long, over a password: call it in a thread of `limiter`."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        invitations: InvitationService,
        passwords: Passwords,
        attempts: Attempts,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._bus, self._clock = database, bus, clock
        self._invitations, self._passwords, self._attempts = invitations, passwords, attempts
        self.limiter = CapacityLimiter(AT_ONCE)

    def log_in(self, given: Credentials, address: str) -> Entered:
        """Whose name and password these are; raises WrongLogin and TooManyRequests.

        Neither the answer nor its time says whether there is such an account.
        """
        with self._database.reading() as db:
            known = session_store.addresses_of(db, given.login)
            person, kept = store.by_login(db, given.login) or (None, None)
        is_known = subnet_of(address) in map(subnet_of, known)
        attempt = self._attempts.begin(given.login, address, is_known=is_known)
        if not self._passwords.fits(given.password, kept) or person is None or kept is None:
            raise WrongLogin(WRONG_LOGIN)
        self._attempts.succeed(attempt)
        return Entered(person, kept)

    def check_same(self, entered: Entered) -> None:
        """Raise WrongLogin where the password is another one by now.

        To be asked once there is a session: whoever changes a password ends those that there are.
        """
        with self._database.reading() as db:
            if store.password_hash(db, entered.person.id) != entered.kept:
                raise WrongLogin(WRONG_LOGIN)

    def register(self, new: Registration, address: str) -> Entered:
        """Somebody who was invited; raises WrongCode, LoginTaken and TooManyRequests.

        A login that is taken counts as a failure: an invitation is not for finding out who is here.
        """
        attempt = self._attempts.begin("", address, is_known=True)
        invitation = self._invitations.find(new.invitation)
        kept = self._passwords.hash(new.password)
        try:
            with self._database.writing() as db:
                self._invitations.use(db, new.invitation)
                stage = _stage_of(db, invitation)
                person = self._add(db, new, kept, invitation.household_id, invitation.role, stage)
        except IntegrityError as error:
            raise LoginTaken("expected another login, somebody has this one") from error
        self._attempts.succeed(attempt)
        self._settle(person)
        return Entered(person, kept)

    def accept(self, code: str, person_id: int) -> Person:
        """Somebody who has an account belongs to one household more.

        Raises WrongCode and AlreadyMember.
        """
        invitation, now = self._invitations.find(code), self._clock()
        whose = invitation.household_id
        with self._database.writing() as db:
            if store.present(db, person_id, whose) is not None:
                raise AlreadyMember("expected an invitation to another household")
            self._invitations.use(db, code)
            stage = _stage_of(db, invitation)
            person = store.join(db, person_id, whose, invitation.role, stage, now)
        self._settle(person)
        return person

    def set_up(self, wanted: SetUp) -> Entered:
        """The first owner of household 1, which is made with it; raises AlreadySetUp.

        That person may make other households too.
        """
        kept = self._passwords.hash(wanted.password)
        try:
            with self._database.writing() as db:
                store.add_household(db, FIRST_HOUSEHOLD, wanted.household, self._clock())
                person = self._add(
                    db, wanted, kept, FIRST_HOUSEHOLD, Role.OWNER, 1, is_operator=True
                )
        except IntegrityError as error:
            raise AlreadySetUp("the household is set up: log in, or be invited") from error
        self._settle(person)
        return Entered(person, kept)

    def change_password(self, person_id: int, change: PasswordChange, address: str) -> None:
        """Let it be another one; raises WrongLogin and TooManyRequests."""
        attempt = self._attempts.begin(f"person {person_id}", address, is_known=True)
        with self._database.reading() as db:
            kept = store.password_hash(db, person_id)
        if not self._passwords.fits(change.old, kept):
            raise WrongLogin("expected the password that was used until now")
        self._attempts.succeed(attempt)
        hashed = self._passwords.hash(change.new)
        with self._database.writing() as db:
            store.change_password(db, person_id, hashed)
        self._database.is_durable()

    def _add(
        self,
        db: Connection,
        new: NewAccount,
        kept: str,
        household_id: int,
        role: Role,
        stage: Stage | None,
        *,
        is_operator: bool = False,
    ) -> Person:
        values = {
            "household_id": household_id,
            "login": new.login,
            "name": new.name,
            "password_hash": kept,
            "role": role,
            "language": new.language,
            "stage": stage,
            "is_operator": is_operator,
            "created_at": self._clock(),
        }
        return store.add_person(db, values)

    def _settle(self, person: Person) -> None:
        self._database.is_durable()
        self._bus.publish(PeopleChanged(person.household_id))


def _stage_of(db: Connection, invitation: Invitation) -> Stage | None:
    """When who comes by it is notified: the first owner first, who only looks not at all."""
    if invitation.role is Role.VIEWER:
        return None
    return 2 if store.owners(db, invitation.household_id) else 1
