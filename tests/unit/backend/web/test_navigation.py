"""Where a page leads to, and where it says that one is."""

import pytest

from backend.access.roles import Role
from backend.web.navigation import HOUSEHOLD, PLACES, items_for, places_for


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/", ["/"]),
        ("/incidents/5f3a", ["/incidents"]),
        ("/people/1", ["/people", "/household"]),
        ("/household", ["/household"]),
        ("/peoples", []),
        ("/detectors/versions/9f2c", ["/detectors", "/household"]),
        ("/datasets/5f3a", ["/detectors", "/household"]),
    ],
)
def test_navigation_says_where_one_is(path: str, here: list[str]) -> None:
    assert [item.place.path for item in items_for(path, Role.OWNER) if item.is_here] == here


def test_a_phone_has_room_for_what_is_in_its_bar() -> None:
    assert len([place for place in (*PLACES, HOUSEHOLD) if place.main]) == 4


def test_menu_leads_only_where_one_may_go() -> None:
    owned = {place.path for place in places_for(Role.OWNER)}
    assert owned - {place.path for place in places_for(Role.CAREGIVER)} == {"/detectors"}
