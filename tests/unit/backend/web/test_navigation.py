"""Where a page leads to, and where it says that one is."""

import pytest

from backend.web.navigation import HOUSEHOLD, PLACES, items_for


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/", ["/"]),
        ("/incidents/5f3a", ["/incidents"]),
        ("/people/1", ["/people", "/household"]),
        ("/household", ["/household"]),
        ("/peoples", []),
    ],
)
def test_navigation_says_where_one_is(path: str, here: list[str]) -> None:
    assert [item.place.path for item in items_for(path) if item.is_here] == here


def test_a_phone_has_room_for_what_is_in_its_bar() -> None:
    assert len([place for place in (*PLACES, HOUSEHOLD) if place.main]) == 4
