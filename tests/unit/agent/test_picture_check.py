"""What is said of a camera's pictures, look by look."""

import logging
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from agent.picture_check import (
    FROZEN_AFTER_SEC,
    LOOK_EVERY_SEC,
    LOOKS,
    STALE_AFTER_SEC,
    PictureCheck,
    load_camera_health,
)
from contract.events import Picture
from modeling.perception.frames.frame import Frame
from modeling.perception.images.camera_health import CAMERA_HEALTH
from modeling.perception.images.model import ImageModel

Image = NDArray[np.uint8]
CHANCE = np.random.default_rng(7)
STILL = CHANCE.integers(60, 200, (48, 64, 3), dtype=np.uint8)
UNTIL_FROZEN = round(FROZEN_AFTER_SEC / LOOK_EVERY_SEC) + 1


@pytest.fixture
def check(image_checkpoints: Path) -> PictureCheck:
    return PictureCheck(ImageModel.load(CAMERA_HEALTH, image_checkpoints / "camera_health"))


def alive() -> Image:
    """A picture of a room; no two are the same."""
    return CHANCE.integers(60, 200, (48, 64, 3), dtype=np.uint8)


def dark() -> Image:
    """The same without a light."""
    return CHANCE.integers(0, 30, (48, 64, 3), dtype=np.uint8)


def watch(check: PictureCheck, images: list[Image]) -> list[Picture | None]:
    """What is said after each look, as of then."""
    said, start = [], 0.0 if check.at(0.0) is None else 1000.0
    for number, image in enumerate(images):
        time = start + number * LOOK_EVERY_SEC
        check.look(Frame(number, time, image))
        said.append(check.at(time))
    return said


def test_word_counts_once_three_looks_in_a_row_agree(check: PictureCheck) -> None:
    images = [alive() for _ in range(4)] + [dark() for _ in range(4)] + [alive() for _ in range(3)]
    assert LOOKS == 3
    assert watch(check, images) == [None, None, *[Picture.OK] * 4, *[Picture.DARK] * 4, Picture.OK]


def test_one_odd_look_changes_nothing(check: PictureCheck) -> None:
    images = [alive() for _ in range(30)]
    images[10] = images[20] = images[21] = dark()
    assert set(watch(check, images)[LOOKS:]) == {Picture.OK}


def test_picture_that_never_changes_is_frozen_after_a_minute_and_not_before(
    check: PictureCheck,
) -> None:
    before = [alive() for _ in range(LOOKS)]
    said = watch(check, before + [STILL] * (UNTIL_FROZEN + 3) + [alive() for _ in range(LOOKS)])
    # The first of the still ones is a new picture.
    assert set(said[LOOKS : LOOKS + UNTIL_FROZEN]) == {Picture.OK}
    assert said[LOOKS + UNTIL_FROZEN :] == [Picture.FROZEN] * 5 + [Picture.OK]


def test_stream_that_repeats_a_picture_for_half_a_minute_is_not_frozen(check: PictureCheck) -> None:
    images = [image for _ in range(6) for image in [alive()] * 15]
    assert set(watch(check, images)) <= {Picture.OK, None}


def test_stream_that_stutters_is_seen_to_be_well_again(check: PictureCheck) -> None:
    stuttering = [image for _ in range(4) for image in [alive()] * 3]
    said = watch(check, [dark() for _ in range(5)] + stuttering)
    assert said[4] is Picture.DARK
    assert said[-1] is Picture.OK


def test_it_is_looked_at_every_two_seconds(check: PictureCheck) -> None:
    for number in range(300):
        time = number / 30
        image = alive() if time % LOOK_EVERY_SEC == 0 else dark()
        check.look(Frame(number, time, image))
    assert check.at(10.0) is Picture.OK


def test_what_was_seen_a_while_ago_says_nothing_of_now(check: PictureCheck) -> None:
    watch(check, [alive() for _ in range(LOOKS)])
    last = (LOOKS - 1) * LOOK_EVERY_SEC
    assert check.at(last + STALE_AFTER_SEC) is Picture.OK
    assert check.at(last + STALE_AFTER_SEC + 0.1) is None


def test_nothing_is_said_before_there_was_a_picture(check: PictureCheck) -> None:
    assert check.at(0.0) is None
    assert PictureCheck(None).at(0.0) is None


def test_camera_whose_size_changes_is_judged_on(check: PictureCheck) -> None:
    small = [alive()[:24, :32] for _ in range(LOOKS)]
    assert watch(check, [alive() for _ in range(LOOKS)] + small)[-1] is Picture.OK


def test_without_a_model_it_is_said_that_nobody_looks(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        model = load_camera_health(tmp_path / "nowhere")
    (line,) = caplog.messages
    assert line.startswith("covered and frozen cameras are not noticed: cannot read ")
    assert set(watch(PictureCheck(model), [alive(), dark()])) == {Picture.UNCHECKED}
