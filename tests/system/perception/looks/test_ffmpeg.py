"""What is written as a `.cube` file, FFmpeg's lut3d applies as we do."""

from fractions import Fraction
from pathlib import Path

import av
import av.filter
import numpy as np
import pytest
from PIL import Image

from modeling.perception.looks.cube import cube_text, read_cube
from modeling.perception.looks.lut import Lut, grid_colours

PICTURE = Path(__file__).parents[4] / "docs" / "images" / "household-desk-en.png"
CORNERS = np.array(
    [[red, green, blue] for red in (0, 255) for green in (0, 255) for blue in (0, 255)],
    dtype=np.uint8,
).reshape(2, 4, 3)


def warmed(size):
    red, green, blue = np.moveaxis(grid_colours(size), -1, 0)
    colours = np.stack([0.1 + 0.9 * red**0.7, green * (0.6 + 0.4 * red), blue**1.6 * 0.8], axis=-1)
    return Lut(colours.reshape(size, size, size, 3))


def through_ffmpeg(picture, path):
    graph = av.filter.Graph()
    height, width = picture.shape[:2]
    steps = (
        graph.add_buffer(width=width, height=height, format="rgb24", time_base=Fraction(1, 25)),
        graph.add("lut3d", f"file={path}:interp=trilinear"),
        graph.add("buffersink"),
    )
    graph.link_nodes(*steps).configure()
    graph.push(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24"))
    pulled = graph.pull()
    assert isinstance(pulled, av.VideoFrame)
    return pulled.to_ndarray(format="rgb24")


@pytest.fixture(scope="module")
def frame():
    return np.asarray(Image.open(PICTURE).convert("RGB"))


@pytest.mark.parametrize("size", [17, 33, 65])
def test_ffmpeg_gives_what_we_give(tmp_path, frame, size):
    lut, path = warmed(size), tmp_path / "look.cube"
    path.write_text(cube_text(lut, "warm"), encoding="utf-8")
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    for picture in (frame, CORNERS, noise):
        theirs = through_ffmpeg(picture, path).astype(int)
        for ours in (lut.apply(picture), lut.apply_once(picture), read_cube(path).apply(picture)):
            assert np.abs(theirs - ours).max() <= 1
