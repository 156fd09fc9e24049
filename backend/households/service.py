"""Households are made and ended, while the server runs."""

import time
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from backend.access.keys import FIRST_HOUSEHOLD, Caller
from backend.access.roles import Role
from backend.bus import Bus
from backend.cameras.service import CameraService
from backend.erasure.service import ErasureService
from backend.households import store
from backend.households.errors import FirstHousehold, OtherName
from backend.households.keys import HouseholdKeys
from backend.households.schemas import HouseholdShown
from backend.people import store as people
from backend.people.errors import LastOperator, UnknownHousehold, UnknownPerson
from backend.people.household import HouseholdSettings
from backend.people.invitations import InvitationService
from backend.people.service import PeopleChanged
from backend.people.sessions import SessionService
from backend.seen import within
from backend.storage.database import Database

FIRST_STAGE = 1


class HouseholdService:
    """Thread-safe; its methods wait for the database. Publishes PeopleChanged."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        keys: HouseholdKeys,
        invitations: InvitationService,
        sessions: SessionService,
        cameras: CameraService,
        erasures: ErasureService,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._bus, self._clock = database, bus, clock
        self._keys, self._invitations, self._sessions = keys, invitations, sessions
        self._cameras, self._erasures = cameras, erasures

    def shown_to(self, caller: Caller) -> list[HouseholdShown]:
        """All to an operator, to others those that they belong to."""
        with within(None), self._database.reading() as db:
            found = people.all_households(db)
            residents, watched = store.people_by_household(db), store.cameras_by_household(db)
            roles = {caller.household_id: caller.role}
            if caller.person_id is not None:
                mine = people.memberships_of(db, caller.person_id)
                roles = {it.household_id: it.role for it in mine}
        return [
            HouseholdShown(
                household_id=it.id,
                name=it.name,
                role=roles.get(it.id),
                people=residents.get(it.id, 0),
                cameras=watched.get(it.id, 0),
                created_at=it.created_at,
            )
            for it in found
            if caller.is_operator or it.id in roles
        ]

    def make(self, settings: HouseholdSettings, owner_id: int | None = None) -> int:
        """A new household, whose first owner this person is; its number.

        Raises UnknownPerson.
        """
        while True:
            try:
                with self._database.writing() as db:
                    number = self._add(db, settings, owner_id)
            except IntegrityError:  # another server has made one of this number meanwhile
                continue
            self._settle(number)
            return number

    def invite_owner(self, caller: Caller, household_id: int) -> tuple[str, float]:
        """A code for its first owner, and until when it is good."""
        return self._invitations.invite(replace(caller, household_id=household_id), Role.OWNER)

    def end(self, caller: Caller, household_id: int, name: str) -> None:
        """Its people leave, its keys are refused, and its record is erased in the background.

        Raises UnknownHousehold, FirstHousehold, OtherName and LastOperator.
        """
        if household_id == FIRST_HOUSEHOLD:
            raise FirstHousehold("the household that the server was set up for stays")
        with within(household_id):
            self._end(replace(caller, household_id=household_id), name)
        self._settle(household_id)

    def _end(self, caller: Caller, name: str) -> None:
        """Whatever a kill leaves undone, the same again does: the household is over last.

        Its people leave first: of two that end at once, the later one knows who is left.
        """
        whose, now = caller.household_id, self._clock()
        with self._database.writing() as db:
            _let_people_go(db, whose, name, now)
        self._keys.end_all(whose)
        self._cameras.remove_all(whose)
        with self._database.writing() as db:
            _let_people_go(db, whose, name, now)  # whoever has come meanwhile
            people.end_household(db, whose, now)
            store.forget(db, whose, now)
            store.end_incidents(db, whose, now)
            self._erasures.queue(db, caller, whose)
        self._sessions.end_in(whose)
        self._erasures.go_on()

    def _add(self, db: Connection, settings: HouseholdSettings, owner_id: int | None) -> int:
        number, now = people.next_household(db), self._clock()
        people.add_household(db, number, settings, now)
        if owner_id is not None:
            if not people.memberships_of(db, owner_id):
                raise UnknownPerson(f"nobody on this server has the id {owner_id}")
            people.join(db, owner_id, number, Role.OWNER, FIRST_STAGE, now)
        return number

    def _settle(self, household_id: int) -> None:
        self._database.is_durable()
        self._bus.publish(PeopleChanged(household_id))


def _let_people_go(db: Connection, household_id: int, name: str, now: float) -> None:
    household = people.household(db, household_id)
    if household is None:
        raise UnknownHousehold("expected a household of GET /households")
    if household.name != name:
        raise OtherName("expected the name of the household that is to end")
    had_operators = people.operators(db)
    for person in people.people_of(db, household_id):
        people.leave(db, person.id, household_id, now)
    if had_operators and not people.operators(db):
        raise LastOperator("expected an operator of another household first: all are of this one")
