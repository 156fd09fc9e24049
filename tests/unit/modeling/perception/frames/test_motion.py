"""Whether anything moves: noise and daylight do not, a hand and a body do."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from modeling.perception.frames.frame import Frame
from modeling.perception.frames.motion import glance, has_moved
from modeling.training.looks.darkness import darkened

Image = NDArray[np.uint8]


@pytest.fixture
def room() -> NDArray[np.float64]:
    """A room in grey levels, (240, 320): a wall, a darker floor and a piece of furniture."""
    room = np.full((240, 320), 150.0)
    room[160:] = 90.0
    room[120:170, 30:110] = 60.0
    return room


def photo(room: NDArray[np.float64], noise: float = 0.0, seed: int = 0) -> Frame:
    """As a sensor with `noise` (sigma, in grey levels) sees it."""
    seen = room + np.random.default_rng(seed).normal(0.0, noise, room.shape)
    grey = np.clip(seen, 0, 255).astype(np.uint8)
    return Frame(0, 0.0, np.repeat(grey[..., None], 3, axis=2))


def moved(before: Frame, after: Frame) -> bool:
    return has_moved(glance(after), glance(before))


@pytest.mark.parametrize("noise", [0.0, 2.0, 5.0, 10.0, 15.0])
def test_noise_is_no_motion(room: NDArray[np.float64], noise: float) -> None:
    frames = [photo(room, noise, seed) for seed in range(20)]
    assert not any(moved(a, b) for a, b in pairwise(frames))


@pytest.mark.parametrize("noise", [0.0, 5.0, 10.0])
def test_hand_that_moves_is_motion(room: NDArray[np.float64], noise: float) -> None:
    before, after = room.copy(), room.copy()
    before[100:112, 200:212] = 215.0
    after[100:112, 214:226] = 215.0
    assert moved(photo(before, noise, 1), photo(after, noise, 2))


def test_body_that_fills_the_picture_and_moves_is_motion(room: NDArray[np.float64]) -> None:
    before, after = room.copy(), room.copy()
    before[:, :200] = 40.0
    after[:, 100:300] = 40.0
    assert moved(photo(before, 3.0, 1), photo(after, 3.0, 2))


def test_daylight_that_changes_slowly_is_no_motion(room: NDArray[np.float64]) -> None:
    for dimmed in (1.0, 3.0, 6.0):
        assert not moved(photo(room, 2.0, 1), photo(room - dimmed, 2.0, 2))


def test_lamp_that_lights_one_corner_is_looked_at(room: NDArray[np.float64]) -> None:
    lit = room.copy()
    lit[:120, :120] += 60.0
    assert moved(photo(room, 2.0, 1), photo(lit, 2.0, 2))


def test_large_picture_is_judged_as_a_small_one_is(room: NDArray[np.float64]) -> None:
    large = np.kron(room, np.ones((4, 4)))
    after = large.copy()
    after[400:480, 800:880] = 215.0
    assert not moved(photo(large, 5.0, 1), photo(large, 5.0, 2))
    assert moved(photo(large, 5.0, 1), photo(after, 5.0, 2))


@pytest.mark.parametrize("light", [1 / 50, 1 / 100])
def test_in_the_dark_noise_is_no_motion_and_a_body_is(
    room: NDArray[np.float64], light: float
) -> None:
    def dark(body_at: int, seed: int) -> Frame:
        seen = room.copy()
        seen[90:230, body_at : body_at + 40] = 20.0
        return Frame(0, 0.0, darkened(photo(seen).image, light, seed))

    still = [dark(150, seed) for seed in range(10)]
    assert not any(moved(a, b) for a, b in pairwise(still))
    assert moved(still[0], dark(165, 11))
