"""The people of a household on a database of the test's, by a clock of the test's."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pydantic import SecretStr

from backend.access.keys import HOUSEHOLD
from backend.access.roles import Role
from backend.bus import Bus
from backend.people.accounts import AccountService
from backend.people.attempts import Attempts
from backend.people.household import HouseholdSettings
from backend.people.invitations import InvitationService
from backend.people.operators import OperatorService
from backend.people.passwords import Passwords
from backend.people.person import Person
from backend.people.schemas import Registration, SetUp
from backend.people.service import PeopleChanged, PeopleService
from backend.people.sessions import SessionEnded, SessionMoved, SessionService
from backend.people.signer import Signer
from backend.storage.database import SqliteDatabase
from testkit.clock import Clock

QUICK = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
NOW = 1_800_000_000.0
SECRET = SecretStr("s" * 32)
PASSWORD = SecretStr("as long as a sentence")
ADDRESS = "192.168.0.7"


@dataclass
class Home:
    """The services of people, and what they published."""

    database: SqliteDatabase
    clock: Clock = field(default_factory=lambda: Clock(NOW))
    published: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        bus = Bus()
        for kind in (PeopleChanged, SessionEnded, SessionMoved):
            bus.subscribe(kind, self.published.append)
        self.signer = Signer(SECRET, self.clock)
        self.people = PeopleService(self.database, bus, self.clock)
        self.operators = OperatorService(self.database, bus)
        self.sessions = SessionService(self.database, self.signer, bus, self.clock)
        self.invitations = InvitationService(self.database, self.clock)
        self.accounts = AccountService(
            self.database,
            bus,
            self.invitations,
            Passwords(QUICK),
            Attempts(self.clock),
            self.clock,
        )

    def set_up(self, login: str = "minji") -> Person:
        """The first owner."""
        settings = HouseholdSettings(name="할머니 댁")
        wanted = SetUp(login=login, name="민지", password=PASSWORD, household=settings)
        return self.accounts.set_up(wanted).person

    def join(self, login: str, role: Role = Role.CAREGIVER) -> Person:
        """Somebody who was invited."""
        code, _ = self.invitations.invite(HOUSEHOLD, role)
        new = Registration(login=login, name=login, password=PASSWORD, invitation=code)
        return self.accounts.register(new, ADDRESS).person


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Nobody has set it up yet."""
    with closing(SqliteDatabase(tmp_path / "dolbom.sqlite3")) as database:
        yield Home(database)
