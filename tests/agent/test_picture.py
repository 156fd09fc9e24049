"""What is said of a picture: made-up ones, and those of real rooms."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from agent.picture import FROZEN_AFTER_SEC, PictureCheck
from contract.events import Picture
from modeling.video import Frame, VideoFile

Image = NDArray[np.uint8]
HEIGHT, WIDTH = 240, 320
CHANCE = np.random.default_rng(7)
ROOM = np.kron(CHANCE.integers(20, 200, (12, 16)), np.ones((20, 20)))[..., None].repeat(3, axis=2)
X = np.linspace(0.0, 1.0, WIDTH)[None, :, None]


def filmed(scene: NDArray[np.float64], noise: float = 2.0) -> Image:
    """`scene` as a sensor gives it: no two pictures are the same."""
    grain = CHANCE.normal(0.0, noise, (HEIGHT, WIDTH, 3))
    return np.clip(np.broadcast_to(scene, grain.shape) + grain, 0, 255).astype(np.uint8)


def judge(image: Image) -> Picture | None:
    check = PictureCheck()
    check.look(Frame(0, 0.0, image))
    return check.take()


def watch(images: list[Image]) -> list[Picture | None]:
    """What is said of a picture a second."""
    check, said = PictureCheck(), []
    for second, image in enumerate(images):
        check.look(Frame(second, float(second), image))
        said.append(check.take())
    return said


@pytest.mark.parametrize(
    ("scene", "picture"),
    [
        (ROOM, Picture.OK),
        # The same room by a night light.
        (ROOM * 0.2, Picture.OK),
        (ROOM * 0.0, Picture.BLACK),
        (ROOM * 0.03, Picture.BLACK),
        # A hand, a cloth, light that leaks in from a side.
        (np.full_like(ROOM, 60.0), Picture.COVERED),
        (30.0 + 150.0 * X, Picture.COVERED),
        (np.full_like(ROOM, 255.0), Picture.COVERED),
    ],
)
def test_picture_is_called_what_it_is(scene: NDArray[np.float64], picture: Picture) -> None:
    assert judge(filmed(scene)) is picture


def test_picture_that_never_changes_is_frozen_after_a_minute() -> None:
    still = filmed(ROOM)
    seconds = int(FROZEN_AFTER_SEC)
    said = watch([still] * (seconds + 1) + [filmed(ROOM)])
    assert set(said[:seconds]) == {Picture.OK}
    assert said[seconds:] == [Picture.FROZEN, Picture.OK]


def test_still_room_is_not_frozen() -> None:
    """Its noise is the only thing that moves, as in the control there is none."""
    assert set(watch([filmed(ROOM, noise=0.5) for _ in range(65)])) == {Picture.OK}
    assert watch([filmed(ROOM, noise=0.0) for _ in range(65)])[-1] is Picture.FROZEN


def test_stream_that_repeats_a_picture_for_half_a_minute_is_not_frozen() -> None:
    assert set(watch(([filmed(ROOM)] * 30 + [filmed(ROOM)] * 30) * 2)) == {Picture.OK}


def test_nothing_is_said_without_a_picture_and_it_is_looked_at_once_a_second() -> None:
    check = PictureCheck()
    assert check.take() is None
    check.look(Frame(0, 0.0, filmed(ROOM)))
    check.look(Frame(1, 0.5, filmed(ROOM * 0.0)))
    assert check.take() is Picture.OK
    assert check.take() is None
    check.look(Frame(2, 1.0, filmed(ROOM * 0.0)))
    assert check.take() is Picture.BLACK


def test_camera_whose_size_changes_is_judged_anew() -> None:
    still = filmed(ROOM)
    said = watch([still] * 59 + [still[:120]] * 10)
    assert Picture.FROZEN not in said


# Among them the darkest, the plainest and the stillest of the 100 clips.
@pytest.mark.parametrize(
    "name",
    ["adl-12", "adl-14", "adl-18", "adl-19", "adl-25", "adl-28", "adl-29", "adl-30", "fall-01"],
)
def test_real_room_is_well(shared_data: Path, name: str) -> None:
    video = VideoFile(shared_data / "urfd" / "videos" / f"{name}-cam0.mp4")
    check, said = PictureCheck(), set()
    for frame in video.frames():
        check.look(frame)
        said.add(check.take())
    video.close()
    assert said == {Picture.OK, None}
