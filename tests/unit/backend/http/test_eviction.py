"""Who gives way when there are too many."""

from dataclasses import dataclass

import pytest

from backend.http.eviction import (
    MAX_CONNECTIONS,
    MAX_PER_ADDRESS,
    MAX_PER_OWNER,
    MAX_STRANGERS,
    choose_evicted,
)


@dataclass(eq=False)
class Guest:
    """A connection."""

    address: str
    since: float = 0.0
    is_admitted: bool = False
    owner: str = ""


def strangers(address: str, count: int) -> list[Guest]:
    return [Guest(address, float(number)) for number in range(count)]


def family(count: int) -> list[Guest]:
    return [Guest(f"192.168.0.{number % 200}", is_admitted=True) for number in range(count)]


def test_nobody_gives_way_while_there_is_room() -> None:
    present = [*strangers("10.0.0.1", MAX_STRANGERS - 1), *family(MAX_STRANGERS)]
    assert choose_evicted(present, Guest("10.0.0.2")) is None


def test_of_too_many_strangers_the_first_of_the_largest_crowd_gives_way() -> None:
    crowd, other = strangers("10.0.0.1", MAX_STRANGERS - 1), Guest("10.0.0.2", -1.0)
    newcomer = Guest("10.0.0.3", 1e6)
    assert choose_evicted([other, *crowd], newcomer) is crowd[0]
    # It also does if it is the crowd that comes.
    assert choose_evicted([other, *crowd], Guest("10.0.0.1", 1e6)) is crowd[0]


def test_newcomer_outlasts_a_crowd_that_goes_on_to_come() -> None:
    present = strangers("10.0.0.1", MAX_STRANGERS)
    ours = Guest("192.168.0.9", 1e3)
    for number in range(5 * MAX_STRANGERS):
        newcomer = ours if number == 0 else Guest("10.0.0.1", 1e3 + number)
        leaving = choose_evicted(present, newcomer)
        assert leaving is not ours
        present = [guest for guest in (*present, newcomer) if guest is not leaving]
    assert ours in present
    assert len(present) == MAX_STRANGERS


@pytest.mark.parametrize("places", [MAX_CONNECTIONS])
def test_who_has_shown_a_key_never_gives_way(places: int) -> None:
    newcomer = Guest("192.168.0.9", 1e6)
    assert choose_evicted(family(places), newcomer) is newcomer
    stranger = Guest("10.0.0.1")
    assert choose_evicted([stranger, *family(places - 1)], newcomer) is stranger


def test_places_of_one_address_are_limited() -> None:
    ours = [Guest("192.168.0.7", is_admitted=True) for _ in range(MAX_PER_ADDRESS)]
    newcomer, other = Guest("192.168.0.7", 1.0), Guest("10.0.0.1")
    assert choose_evicted([*ours, other], newcomer) is newcomer
    assert choose_evicted(ours, other) is None


def test_person_who_holds_all_places_makes_room_and_others_do_not() -> None:
    greedy = [
        Guest(f"10.0.{number // 250}.{number % 250}", float(number), True, "person 3")
        for number in range(MAX_CONNECTIONS - MAX_PER_OWNER)
    ]
    camera = [Guest("192.168.0.9", -1.0, True, "camera hall") for _ in range(MAX_PER_OWNER)]
    newcomer = Guest("192.168.0.9", 1e6)
    assert choose_evicted([*camera, *greedy], newcomer) is greedy[0]
    # Control: the household's own key is no one person's, however many boxes show it.
    household = [Guest(it.address, it.since, True) for it in greedy]
    assert choose_evicted([*camera, *household], newcomer) is newcomer


def test_crowd_of_one_network_is_one_crowd_though_each_has_an_address_of_its_own() -> None:
    crowd = [
        Guest(f"2001:db8:0:1::{number:x}", 1.0 + number) for number in range(MAX_STRANGERS - 1)
    ]
    ours, newcomer = Guest("2001:db8:0:2::1", 0.0), Guest("2001:db8:0:3::1", 1e6)
    assert choose_evicted([ours, *crowd], newcomer) is crowd[0]
    neighbours = [Guest(f"2001:db8:0:1::{it:x}", 1.0, True) for it in range(MAX_PER_ADDRESS)]
    another = Guest("2001:db8:0:1:ffff::1")
    assert choose_evicted(neighbours, another) is another
