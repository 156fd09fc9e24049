"""The look for the night: when it begins and ends, and what it leaves alone."""

import itertools
from collections.abc import Iterable

import numpy as np
import pytest

from modeling.perception.frames.frame import Frame
from modeling.perception.frames.motion import DARK, glance
from modeling.perception.looks.lut import Lut
from modeling.perception.looks.night import (
    AGREED_SEC,
    AIM,
    BRIGHT,
    SIMPLE,
    Change,
    NightLook,
    NightWay,
    by_gamma,
    by_table,
)

STEP_SEC = 0.25
NIGHT, DAY, BETWEEN = DARK - 8, BRIGHT + 50, (DARK + BRIGHT) / 2


def room(mean: float, index: int = 0) -> Frame:
    """A room with some texture, and about that mean grey level."""
    texture = np.random.default_rng(3).uniform(0.5, 1.5, (48, 64, 3)).repeat(10, 0).repeat(10, 1)
    return Frame(index, index * STEP_SEC, (mean * texture).clip(0, 255).astype(np.uint8))


def changed(means: Iterable[float]) -> list[bool]:
    """Which of the pictures, four a second, are changed."""
    look = NightLook(lambda: SIMPLE)
    frames = [room(mean, index) for index, mean in enumerate(means)]
    return [look.seen(frame) is not frame for frame in frames]


@pytest.mark.parametrize("mean", [BETWEEN, DAY, 200])
def test_picture_that_is_not_dark_is_the_same_object(mean: float) -> None:
    assert not any(changed([mean] * 40))


def test_dark_room_is_bright_from_its_first_picture() -> None:
    look = NightLook(lambda: SIMPLE)
    dark = room(NIGHT)
    seen = look.seen(dark)
    assert glance(seen).mean() == pytest.approx(AIM, rel=0.15)
    assert (seen.index, seen.time) == (dark.index, dark.time)
    assert glance(dark).mean() == pytest.approx(NIGHT, abs=1.5)  # it is another picture


def test_lamp_that_is_switched_changes_the_look_two_seconds_later() -> None:
    second = int(1 / STEP_SEC)
    told = changed([DAY] * 4 * second + [NIGHT] * 6 * second + [DAY] * 6 * second)
    off, on = 4 * second + int(AGREED_SEC / STEP_SEC), 10 * second + int(AGREED_SEC / STEP_SEC)
    assert told == [False] * off + [True] * (on - off) + [False] * (len(told) - on)


@pytest.mark.parametrize(("usual", "flash"), [(DAY, NIGHT), (NIGHT, DAY)])
def test_flicker_changes_nothing(usual: float, flash: float) -> None:
    told = changed(([usual] * 10 + [flash] * 4) * 6)
    assert set(told) == {usual is NIGHT}


def test_dusk_that_hovers_about_the_limit_switches_once() -> None:
    told = changed([DAY, *([DARK - 2] * 10 + [DARK + 3] * 10) * 4])
    assert sum(before is not after for before, after in itertools.pairwise(told)) == 1


def test_curve_stays_while_the_light_does_and_follows_it_where_it_goes() -> None:
    look = NightLook(lambda: SIMPLE)
    first = look.seen(room(NIGHT)).image
    same = look.seen(Frame(4, 1.0, room(NIGHT).image)).image
    np.testing.assert_array_equal(first, same)
    darker = look.seen(Frame(8, 2.0, room(NIGHT / 2).image))
    assert glance(darker).mean() == pytest.approx(AIM, rel=0.25)


def test_black_picture_is_no_error_and_stays_black() -> None:
    black = Frame(0, 0.0, np.zeros((48, 64, 3), np.uint8))
    assert NightLook(lambda: SIMPLE).seen(black).image.max() == 0


def test_curve_rises_from_black_to_white_for_each_colour_alone() -> None:
    ramp = np.zeros((3, 256, 3), np.uint8)
    for channel in range(3):
        ramp[channel, :, channel] = np.arange(256)
    bright = by_gamma(ramp, 15.0)(ramp)
    for channel in range(3):
        levels = bright[channel, :, channel].astype(int)
        assert (levels[0], levels[255]) == (0, 255)
        assert (np.diff(levels) >= 0).all()
        assert (levels >= np.arange(256)).all()
        assert bright[channel].sum() == levels.sum()


def test_table_of_a_household_is_applied_to_red_and_blue_as_they_are() -> None:
    doubled = Lut.identity(17).table.copy()
    doubled[..., 0] = np.minimum(2 * doubled[..., 0], 1)  # red comes first in a table
    picture = np.array([[[10, 20, 30], [40, 50, 60]]], np.uint8)  # blue comes first in a picture
    seen = by_table(Lut(doubled), "red").choose(picture, NIGHT)(picture)
    np.testing.assert_allclose(seen, [[[10, 20, 60], [40, 50, 120]]], atol=1)


def test_other_way_takes_over_between_two_pictures_and_every_one_is_seen() -> None:
    ways = [SIMPLE]
    look = NightLook(lambda: ways[-1])
    before = look.seen(room(NIGHT)).image
    ways.append(NightWay("half", lambda _image, _mean: lambda image: image // 2))
    seen = [look.seen(Frame(1 + n, 0.25 * (1 + n), room(NIGHT).image)) for n in range(3)]
    assert [frame.index for frame in seen] == [1, 2, 3]
    np.testing.assert_array_equal(seen[0].image, before)  # it is looked at twice a second
    np.testing.assert_array_equal(seen[1].image, room(NIGHT).image // 2)


def test_choice_is_made_anew_once_it_has_held_so_long() -> None:
    chosen: list[float] = []

    def choose(_image: object, mean: float) -> Change:
        chosen.append(mean)
        return lambda image: image

    look = NightLook(lambda: way)
    way = NightWay("adaptive", choose, holds_sec=1.0)
    for number in range(12):  # three seconds
        look.seen(room(NIGHT, number))
    assert len(chosen) == 3
