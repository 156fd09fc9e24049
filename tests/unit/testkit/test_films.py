"""What is filmed is what is watched."""

from pathlib import Path

import numpy as np
import pytest

from modeling.perception.frames.video import VideoFile
from testkit.films import FPS, NOISE, Image, film, images_of, noisy


@pytest.fixture
def image() -> Image:
    """A grey picture, 64x48."""
    return np.full((48, 64, 3), 100, dtype=np.uint8)


def test_film_has_every_picture_when_it_is_due(image: Image, tmp_path: Path) -> None:
    greys = [np.full_like(image, grey) for grey in (40, 120, 200)]
    assert film(greys, tmp_path / "greys.mp4") == 3
    seen = list(images_of(tmp_path / "greys.mp4"))
    assert [one.mean() for one in seen] == pytest.approx([40, 120, 200], abs=3)
    video = VideoFile(tmp_path / "greys.mp4")
    assert [one.time for one in video.frames()] == pytest.approx([0, 1 / FPS, 2 / FPS], abs=1e-3)
    video.close()


def test_held_picture_is_the_same_but_for_the_noise(image: Image) -> None:
    first, second = noisy(image, 2)
    assert not np.array_equal(first, second)
    for seen in (first, second):
        assert seen.mean() == pytest.approx(100, abs=1)
        assert seen.std() == pytest.approx(NOISE, rel=0.1)
