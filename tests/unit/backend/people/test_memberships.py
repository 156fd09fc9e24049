"""One person in several households of a server."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from backend.access.keys import HOUSEHOLD
from backend.access.roles import Role
from backend.people import store
from backend.people.errors import (
    AlreadyMember,
    LastOwner,
    UnknownHousehold,
    UnknownPerson,
    WrongCode,
)
from backend.people.household import HouseholdSettings
from backend.people.person import Person
from backend.people.schemas import Credentials, PersonChanges
from backend.people.sessions import SessionEnded, SessionMoved, Tokens

SECOND = replace(HOUSEHOLD, household_id=2)


def add_second(home: Any) -> None:
    """A household that nobody belongs to yet."""
    with home.database.writing() as db:
        store.add_household(db, 2, HouseholdSettings(name="301호"), home.clock())


def accept(home: Any, person: Person, role: Role = Role.CAREGIVER) -> Person:
    """The person belongs to household 2 as well."""
    code, _ = home.invitations.invite(SECOND, role)
    joined: Person = home.accounts.accept(code, person.id)
    return joined


def begin(home: Any, person: Person) -> Tokens:
    tokens: Tokens = home.sessions.begin(person, "a phone", "192.168.0.7")
    return tokens


def test_first_who_comes_is_notified_first_and_the_others_follow(home: Any) -> None:
    minji = home.set_up()
    sora = home.join("sora")
    add_second(home)
    first, second = accept(home, minji, Role.OWNER), accept(home, sora)
    assert (first.household_id, first.role, first.stage) == (2, Role.OWNER, 1)
    assert (second.household_id, second.role, second.stage) == (2, Role.CAREGIVER, 2)


def test_person_is_another_thing_in_each_household(home: Any) -> None:
    minji = home.set_up()
    add_second(home)
    accept(home, minji, Role.OWNER)
    sora = home.join("sora", Role.VIEWER)
    accept(home, sora)
    home.people.change(sora.id, PersonChanges(stage=3, name="소라"), 2)
    assert [(it.household_id, it.role, it.stage) for it in home.people.memberships(sora.id)] == [
        (1, Role.VIEWER, None),
        (2, Role.CAREGIVER, 3),
    ]
    assert home.people.person(sora.id, 1).name == "소라"
    assert home.people.person(sora.id, 3) is None


def test_last_owner_of_one_household_is_none_of_another(home: Any) -> None:
    minji = home.set_up()
    add_second(home)
    accept(home, minji, Role.OWNER)
    home.join("sora", Role.OWNER)
    home.people.remove(minji.id, 1)
    with pytest.raises(LastOwner):
        home.people.remove(minji.id, 2)


def test_invitation_serves_once_and_not_for_who_is_there(home: Any) -> None:
    home.set_up()
    add_second(home)
    sora, mina = home.join("sora"), home.join("mina")
    code, _ = home.invitations.invite(SECOND, Role.CAREGIVER)
    home.accounts.accept(code, sora.id)
    with pytest.raises(WrongCode):
        home.accounts.accept(code, mina.id)
    other, _ = home.invitations.invite(SECOND, Role.OWNER)
    with pytest.raises(AlreadyMember):
        home.accounts.accept(other, sora.id)
    assert home.people.person(sora.id, 2).role is Role.CAREGIVER
    assert home.accounts.accept(other, mina.id).role is Role.OWNER, "it is still good"


def test_who_leaves_one_household_stays_in_the_other_and_may_come_back(home: Any) -> None:
    home.set_up()
    add_second(home)
    sora = home.join("sora")
    accept(home, sora)
    home.people.remove(sora.id, 1)
    assert [it.household_id for it in home.people.memberships(sora.id)] == [2]
    entered = home.accounts.log_in(
        Credentials(login="sora", password=SecretStr("as long as a sentence")), "192.168.0.7"
    )
    assert entered.person.household_id == 2
    with pytest.raises(UnknownPerson):
        home.people.remove(sora.id, 1)
    code, _ = home.invitations.invite(HOUSEHOLD, Role.VIEWER)
    back = home.accounts.accept(code, sora.id)
    assert (back.household_id, back.role, back.removed_at) == (1, Role.VIEWER, None)


def test_account_ends_with_the_last_household(home: Any) -> None:
    home.set_up()
    add_second(home)
    sora = home.join("sora")
    accept(home, sora)
    for household_id in (1, 2):
        assert home.people.person(sora.id).removed_at is None
        home.people.remove(sora.id, household_id)
    gone = home.people.person(sora.id)
    assert (gone.name, gone.removed_at) == ("sora", home.clock())
    assert home.join("sora").id != sora.id, "the login is free again"


def test_session_looks_at_one_household_at_a_time(home: Any) -> None:
    home.set_up()
    add_second(home)
    sora = home.join("sora", Role.VIEWER)
    tokens = begin(home, sora)
    with pytest.raises(UnknownHousehold):
        home.sessions.look_at(tokens.session_id, sora.id, 2)
    accept(home, sora, Role.OWNER)
    home.sessions.look_at(tokens.session_id, sora.id, 2)
    caller = home.sessions.caller_of(tokens.access)
    assert (caller.household_id, caller.role) == (2, Role.OWNER)
    assert SessionMoved(tokens.session_id) in home.published
    assert SessionEnded(tokens.session_id) not in home.published


def test_who_is_removed_is_logged_out_where_she_looks_and_nowhere_else(home: Any) -> None:
    home.set_up()
    add_second(home)
    sora = home.join("sora")
    accept(home, sora)
    here, there = begin(home, sora), begin(home, sora)
    home.sessions.look_at(there.session_id, sora.id, 2)
    home.people.remove(sora.id, 1)
    assert home.sessions.caller_of(here.access).name == "stranger", "also before it is ended"
    home.sessions.end_in(1, sora.id)
    assert SessionEnded(here.session_id) in home.published
    assert home.sessions.caller_of(there.access).household_id == 2


def test_only_the_first_owner_makes_households(home: Any) -> None:
    assert home.set_up().is_operator
    assert not home.join("sora", Role.OWNER).is_operator
