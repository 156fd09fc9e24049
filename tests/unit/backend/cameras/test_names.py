"""What cameras of several households are called on one server."""

import pytest

from backend.cameras.names import household_named, name_in
from backend.errors import InvalidInput


def test_first_household_keeps_its_names_and_the_others_have_an_ending() -> None:
    assert name_in(1, "거실") == "거실"
    assert name_in(12, "거실") == name_in(12, "거실.h12") == "거실.h12"


@pytest.mark.parametrize("household_id", [1, 12])
def test_typed_name_with_anothers_ending_is_refused(household_id: int) -> None:
    with pytest.raises(InvalidInput, match="ending"):
        name_in(household_id, "거실.h3")


def test_name_that_the_ending_makes_too_long_is_refused() -> None:
    assert name_in(1, "x" * 128)
    with pytest.raises(InvalidInput, match="shorter"):
        name_in(2, "x" * 128)


@pytest.mark.parametrize(
    ("name", "household_id"),
    [("거실", 1), ("거실.h2", 2), ("a.h12", 12), ("a.h0", 1), ("a.h02", 1), ("a.hall", 1)],
)
def test_name_says_whose_camera_it_is(name: str, household_id: int) -> None:
    assert household_named(name) == household_id
