"""Who may make and end households: named and unnamed, and never nobody."""

from typing import Any

import pytest

from backend.access.roles import Role
from backend.people.errors import LastOperator, UnknownPerson
from backend.people.sessions import as_caller
from testkit.households import HOME


def ids(home: Any) -> list[int]:
    return [it.id for it in home.operators.all()]


def test_who_set_up_the_server_names_another_who_takes_over(home: Any) -> None:
    minji, sora = home.set_up(), home.join("sora")
    assert ids(home) == [minji.id]
    assert home.operators.name(sora.id).is_operator
    assert ids(home) == [minji.id, sora.id]
    home.operators.unname(minji.id)
    assert ids(home) == [sora.id]
    assert not as_caller(home.people.person(minji.id, 1), "s").is_operator


def test_last_one_stays_also_where_it_is_asked_twice(home: Any) -> None:
    minji, sora = home.set_up(), home.join("sora")
    for _ in range(2):
        with pytest.raises(LastOperator):
            home.operators.unname(minji.id)
    assert home.operators.unname(sora.id).is_operator is False, "who is none is none still"
    assert ids(home) == [minji.id]


def test_last_one_is_removed_from_no_last_household(home: Any) -> None:
    minji, sora = home.set_up(), home.join("sora", Role.OWNER)
    with pytest.raises(LastOperator):
        home.people.remove(minji.id, HOME)
    assert [it.id for it in home.people.people(HOME)] == [minji.id, sora.id]
    home.operators.name(sora.id)
    home.people.remove(minji.id, HOME)
    assert ids(home) == [sora.id]


def test_whoever_is_not_here_is_named_nothing(home: Any) -> None:
    sora = home.set_up(), home.join("sora")
    home.people.remove(sora[1].id, HOME)
    for person_id in (sora[1].id, 99):
        with pytest.raises(UnknownPerson):
            home.operators.name(person_id)
