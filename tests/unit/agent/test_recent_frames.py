"""The pictures that are kept for a moment: which, how many, and in what shape."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from agent.recent_frames import EVERY_SEC, KEPT_SEC, MAX_WIDTH, NEAR_SEC, RecentFrames
from modeling.perception.frames.frame import Frame


def flat(level: int, height: int = 48, width: int = 64) -> NDArray[np.uint8]:
    return np.full((height, width, 3), min(level, 255), dtype=np.uint8)


def filmed(seconds: float, height: int = 48, width: int = 64) -> RecentFrames:
    """30 frames a second; each is as bright as its time is late, 10 levels a second."""
    frames = RecentFrames()
    for number in range(round(seconds * 30) + 1):
        frames.keep(Frame(number, number / 30, flat(round(number / 3), height, width)))
    return frames


def level_at(frames: RecentFrames, time: float) -> float | None:
    jpeg = frames.jpeg_at(time)
    return None if jpeg is None else float(decoded(jpeg).mean())


def decoded(jpeg: bytes) -> NDArray[np.uint8]:
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return np.asarray(image, dtype=np.uint8)


def test_picture_is_that_of_the_moment() -> None:
    frames = filmed(10.0)
    for time in (7.1, 8.0, 9.55, 10.0):
        assert level_at(frames, time) == pytest.approx(10 * time, abs=10 * EVERY_SEC + 1)


def test_there_is_none_of_a_moment_that_is_long_gone_or_still_to_come() -> None:
    frames = filmed(10.0)
    assert level_at(frames, 10.0 - KEPT_SEC - NEAR_SEC - 2 * EVERY_SEC) is None
    assert level_at(frames, 10.0 + NEAR_SEC + EVERY_SEC) is None
    assert RecentFrames().jpeg_at(0.0) is None


def test_few_pictures_are_kept_however_long_it_films() -> None:
    frames = filmed(60.0)
    assert len(frames._frames) <= KEPT_SEC / EVERY_SEC + 1


@pytest.mark.parametrize(
    ("height", "width", "shape"),
    [(1080, 1920, (360, 640)), (480, 640, (480, 640)), (240, 320, (240, 320))],
)
def test_picture_is_no_wider_than_is_needed(
    height: int, width: int, shape: tuple[int, int]
) -> None:
    jpeg = filmed(0.0, height, width).jpeg_at(0.0)
    assert jpeg is not None
    assert decoded(jpeg).shape == (*shape, 3)
    assert shape[1] <= MAX_WIDTH


def test_colours_stay_what_they_are() -> None:
    frames, blue = RecentFrames(), flat(0)
    blue[..., 0] = 200  # in BGR
    frames.keep(Frame(0, 0.0, blue))
    jpeg = frames.jpeg_at(0.0)
    assert jpeg is not None
    assert decoded(jpeg)[24, 32].tolist() == pytest.approx([200, 0, 0], abs=8)
