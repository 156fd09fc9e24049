"""What the `camera_health` that ships says: of real rooms, and of cameras that show nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from agent.picture_check import FROZEN_AFTER_SEC, LOOK_EVERY_SEC, PictureCheck
from contract.events import Picture
from modeling.perception.detector.checkpoint import CHECKPOINTS
from modeling.perception.frames.frame import Frame
from modeling.perception.frames.video import VideoFile
from modeling.perception.images.camera_health import CAMERA_HEALTH
from modeling.perception.images.model import ImageModel

Image = NDArray[np.uint8]
Change = Callable[[Image], Image]
SECONDS = FROZEN_AFTER_SEC + 4 * LOOK_EVERY_SEC


@pytest.fixture
def check() -> PictureCheck:
    return PictureCheck(ImageModel.load(CAMERA_HEALTH, CHECKPOINTS / "camera_health"))


def looked_at(video: Path) -> Iterator[Frame]:
    """A frame every two seconds."""
    file, due = VideoFile(video), 0.0
    for frame in file.frames():
        if frame.time >= due:
            due = frame.time + LOOK_EVERY_SEC
            yield frame
    file.close()


def told(check: PictureCheck, images: Iterator[Image]) -> set[Picture | None]:
    """What is said of a look every two seconds."""
    said = set()
    for number, image in enumerate(images):
        frame = Frame(number, number * LOOK_EVERY_SEC, image)
        check.look(frame)
        said.add(check.at(frame.time))
    return said


def for_more_than_a_minute(images: list[Image]) -> Iterator[Image]:
    for number in range(round(SECONDS / LOOK_EVERY_SEC)):
        yield images[number % len(images)]


# Dark ones among them.
@pytest.mark.parametrize(
    "name",
    ["adl-12", "adl-14", "adl-18", "adl-19", "adl-25", "adl-28", "adl-29", "adl-30", "fall-01"],
)
def test_real_room_is_well(shared_data: Path, check: PictureCheck, name: str) -> None:
    frames = looked_at(shared_data / "urfd" / "videos" / f"{name}-cam0.mp4")
    assert told(check, (frame.image for frame in frames)) <= {Picture.OK, Picture.DARK, None}


def black(image: Image) -> Image:
    return np.zeros_like(image)


def hidden(image: Image) -> Image:
    return np.full_like(image, 120)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (black, {Picture.DARK}),
        (hidden, {Picture.COVERED, Picture.BLURRED, Picture.FROZEN}),
    ],
)
def test_camera_that_shows_nothing_is_reported(
    check: PictureCheck, change: Change, words: set[Picture]
) -> None:
    image = change(np.zeros((480, 640, 3), np.uint8))
    assert told(check, for_more_than_a_minute([image])) & words


def test_picture_that_stands_still_is_reported_and_the_room_as_it_is_not(
    shared_data: Path, check: PictureCheck
) -> None:
    frames = looked_at(shared_data / "urfd" / "videos" / "adl-01-cam0.mp4")
    images = [frame.image for frame in frames]
    assert Picture.FROZEN not in told(check, for_more_than_a_minute(images))
    stopped = PictureCheck(check.model)
    assert Picture.FROZEN in told(stopped, for_more_than_a_minute(images[:1]))
