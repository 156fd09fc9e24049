"""The look that was chosen: tried before it is used, and left where it is of no use in the dark."""

import numpy as np
import pytest

from agent.night.household_look import HouseholdLook, LookFailed
from modeling.perception.frames.image import Image
from modeling.perception.looks.night import SIMPLE, Change, NightWay

DARK: Image = np.full((48, 64, 3), 10, np.uint8)


def times(factor: float) -> NightWay:
    """A look that multiplies."""
    return NightWay(f"times {factor}", lambda _image, _mean: lambda it: (it * factor).astype("u1"))


def test_simple_way_is_used_until_another_is_chosen() -> None:
    look = HouseholdLook()
    assert (look.way, look.failure) == (SIMPLE, None)
    look.use(times(3))
    assert look.way.name == "times 3"
    np.testing.assert_array_equal(look.way.choose(DARK, 10.0)(DARK), DARK * 3)


@pytest.mark.parametrize("factor", [1.0, 0.5])
def test_look_that_brightens_nothing_is_refused_and_the_one_of_before_stays(factor: float) -> None:
    look = HouseholdLook()
    look.use(times(3))
    with pytest.raises(LookFailed, match="no brighter"):
        look.use(times(factor))
    assert look.way.name == "times 3"


def test_look_that_fails_later_gives_way_to_the_simple_one_in_the_same_picture() -> None:
    answers = iter([True])

    def choose(_image: Image, _mean: float) -> Change:
        next(answers)  # once, when it is tried
        return lambda image: image * 3

    look = HouseholdLook()
    look.use(NightWay("broken", choose))
    seen = look.way.choose(DARK, 10.0)(DARK)
    np.testing.assert_array_equal(seen, SIMPLE.choose(DARK, 10.0)(DARK))
    assert look.way is SIMPLE
    assert look.failure == "the look broken is not used: it cannot be run: StopIteration"
    look.drop()
    assert look.failure is None


def test_failure_of_a_look_that_was_replaced_meanwhile_says_nothing_of_the_new_one() -> None:
    answers = iter([True])

    def choose(_image: Image, _mean: float) -> Change:
        next(answers)
        return lambda image: image * 3

    look = HouseholdLook()
    look.use(NightWay("old", choose))
    old = look.way
    look.use(times(3))
    old.choose(DARK, 10.0)
    assert (look.way.name, look.failure) == ("times 3", None)
