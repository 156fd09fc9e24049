"""The household and its people."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from backend.access.roles import Role
from backend.bus import Bus
from backend.errors import InvalidInput
from backend.people.errors import LastOwner, NotSetUp, UnknownPerson
from backend.people.household import HouseholdSettings
from backend.people.schemas import PersonChanges
from backend.people.service import PeopleChanged, PeopleService
from testkit.households import HOME


def changes(home: Any) -> int:
    return sum(isinstance(it, PeopleChanged) for it in home.published)


def test_household_has_times_from_the_start(home: Any) -> None:
    home.set_up()
    household = home.people.household(HOME)
    assert (household.repeat_sec, household.second_after_sec, household.all_after_sec) == (
        60.0,
        180.0,
        360.0,
    )
    assert (household.ask_again_sec, household.unanswered_sec, household.accompanied_sec) == (
        900.0,
        300.0,
        30.0,
    )
    assert household.self_test_weekday is household.daily_word_hour is None


def test_time_zone_is_that_of_the_environment_else_what_the_household_has_set(home: Any) -> None:
    assert home.people.zone(HOME).key == "Asia/Seoul"
    home.set_up()
    home.people.set_household(HouseholdSettings(name="Home", time_zone="Europe/Berlin"), HOME)
    assert home.people.zone(HOME).key == "Europe/Berlin"
    fixed = PeopleService(home.database, Bus(), fixed_zone=ZoneInfo("America/Lima"))
    assert fixed.zone(HOME).key == "America/Lima"


def test_household_is_changed_and_it_is_published(home: Any) -> None:
    home.set_up()
    before = changes(home)
    settings = HouseholdSettings(name="우리 집", repeat_sec=30, entry_code="1234*")
    assert home.people.set_household(settings, HOME).entry_code == "1234*"
    assert home.people.household(HOME).repeat_sec == 30.0
    assert changes(home) == before + 1


def test_household_that_is_not_set_up_cannot_be_changed(home: Any) -> None:
    with pytest.raises(NotSetUp):
        home.people.set_household(HouseholdSettings(name="우리 집"), HOME)
    assert home.published == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"repeat_sec": 0.5},
        {"repeat_sec": float("nan")},
        {"time_zone": "Mars/Base"},
        {"time_zone": "../../etc/passwd"},
        {"language": "fr"},
        {"second_after_sec": 400},
        {"self_test_weekday": 6},
        {"self_test_weekday": 7, "self_test_hour": 15},
        {"daily_word_hour": 24},
        {"daily_word_hour": False},
        {"accompanied_sec": True},
        {"adress": "a word that is misspelt"},
    ],
)
def test_wrong_setting_of_the_household_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        HouseholdSettings.model_validate({"name": "우리 집"} | wrong)


def test_only_what_is_named_of_a_person_is_changed(home: Any) -> None:
    home.set_up()
    person = home.join("junho")
    quiet = PersonChanges(quiet_from="22:00", quiet_until="07:00")
    assert home.people.change(person.id, quiet, HOME).quiet_from == "22:00"
    changed = home.people.change(person.id, PersonChanges(stage=None, name="준호"), HOME)
    assert (changed.stage, changed.name, changed.quiet_until) == (None, "준호", "07:00")
    assert home.people.person(person.id) == changed
    with pytest.raises(InvalidInput):
        home.people.change(person.id, PersonChanges(quiet_from=None), HOME)


def test_last_owner_is_neither_removed_nor_made_less(home: Any) -> None:
    owner = home.set_up()
    home.join("junho")
    for role in (Role.CAREGIVER, Role.VIEWER):
        with pytest.raises(LastOwner):
            home.people.change(owner.id, PersonChanges(role=role), HOME)
    with pytest.raises(LastOwner):
        home.people.remove(owner.id, HOME)
    assert home.people.person(owner.id) == owner
    # Control: with a second one it may be.
    second = home.join("sora", Role.OWNER)
    home.people.change(owner.id, PersonChanges(role=Role.VIEWER), HOME)
    with pytest.raises(LastOwner):
        home.people.remove(second.id, HOME)


def test_removed_person_is_still_known_by_name_and_the_login_is_free(home: Any) -> None:
    home.set_up()
    gone = home.join("junho")
    home.people.remove(gone.id, HOME)
    assert [it.login for it in home.people.people(HOME)] == ["minji"]
    known = home.people.person(gone.id)
    assert (known.name, known.removed_at) == ("junho", home.clock())
    assert home.join("junho").id != gone.id
    with pytest.raises(UnknownPerson):
        home.people.remove(gone.id, HOME)


def test_another_households_person_is_unknown(home: Any) -> None:
    owner = home.set_up()
    with pytest.raises(UnknownPerson):
        home.people.change(owner.id, PersonChanges(name="x"), household_id=2)
    assert home.people.people(2) == []
    assert home.people.household(2) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_from": "24:00"},
        {"quiet_from": "7:00"},
        {"stage": 4},
        {"stage": True},
        {"login": "other"},
        {"name": None},
        {"name": ""},
        {"language": None},
        {"role": None},
    ],
)
def test_wrong_change_of_a_person_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PersonChanges.model_validate(wrong)
