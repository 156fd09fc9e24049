"""How a camera hangs: its settings, and what becomes of its pictures."""

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from agent.config import AgentSettings
from agent.view import MASK_GREY, CameraView, Flip, Rotate, View
from modeling.perception.frames.frame import Frame
from modeling.perception.frames.image import Image
from modeling.perception.poses.pose import Body, Landmark, Poses

CORNER = (255, 0, 0)


@pytest.fixture(autouse=True)
def _without_dotenv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def picture() -> Image:
    """Wider than high, black but for its upper left corner."""
    image = np.zeros((40, 60, 3), dtype=np.uint8)
    image[:10, :10] = CORNER
    return image


def shown(image: Image, **view: object) -> Image:
    return CameraView(View.model_validate(view)).shown(Frame(3, 0.1, image)).image


def corner(image: Image) -> str:
    height, width = image.shape[:2]
    places = {
        "upper left": image[0, 0],
        "upper right": image[0, width - 1],
        "lower left": image[height - 1, 0],
        "lower right": image[height - 1, width - 1],
    }
    return next(name for name, pixel in places.items() if tuple(pixel) == CORNER)


@pytest.mark.parametrize(
    ("rotate", "flip", "where", "shape"),
    [
        (0, "none", "upper left", (40, 60)),
        (90, "none", "upper right", (60, 40)),
        (180, "none", "lower right", (40, 60)),
        ("270", "none", "lower left", (60, 40)),
        (0, "horizontal", "upper right", (40, 60)),
        (0, "vertical", "lower left", (40, 60)),
        (90, "horizontal", "upper left", (60, 40)),
        (180, "vertical", "upper right", (40, 60)),
    ],
)
def test_picture_is_turned_clockwise_and_then_mirrored(
    picture: Image, rotate: object, flip: str, where: str, shape: tuple[int, int]
) -> None:
    seen = shown(picture, rotate=rotate, flip=flip)
    assert (corner(seen), seen.shape[:2]) == (where, shape)


def test_mask_hides_its_polygons_in_the_picture_as_it_is_shown(picture: Image) -> None:
    right_half = [[[0.5, 0.0], [1.0, 0.0], [1.0, 1.0], [0.5, 1.0]]]
    seen = shown(picture, rotate=180, mask=right_half)
    assert (seen[:, 31:] == MASK_GREY).all()
    assert not (seen[:, :29] == MASK_GREY).any()
    assert tuple(picture[0, 0]) == CORNER, "the source's picture stays as it was"
    assert (
        shown(picture, mask=[*right_half, [[0, 0], [0.5, 0], [0, 0.5]]])[1, 1] == MASK_GREY
    ).all()


def test_picture_of_a_camera_that_hangs_well_is_not_copied(picture: Image) -> None:
    frame = Frame(0, 0.0, picture)
    assert CameraView().shown(frame) is frame


def test_one_camera_takes_its_view_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROTATE", "180")
    monkeypatch.setenv("FLIP", "vertical")
    monkeypatch.setenv("MASK", "[[[0.6, 0.1], [0.9, 0.1], [0.9, 0.5]]]")
    view = AgentSettings().view("camera-0")
    assert (view.rotate, view.flip) == (Rotate.HALF, Flip.VERTICAL)
    assert view.mask == (((0.6, 0.1), (0.9, 0.1), (0.9, 0.5)),)


def test_each_of_several_cameras_has_a_view_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMERAS", '{"거실": "0", "부엌": "1"}')
    monkeypatch.setenv("CAMERA_OPTIONS", '{"거실": {"rotate": 90, "mask": [[[0,0],[1,0],[0,1]]]}}')
    settings = AgentSettings()
    assert settings.view("거실").rotate is Rotate.QUARTER
    assert settings.view("거실").mask == (((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)),)
    assert settings.view("부엌") == View()


SQUARE = "[[0, 0], [1, 0], [1, 1], [0, 1]]"
BED = f'{{"name": "bed", "kind": "rest", "polygon": {SQUARE}}}'


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"ROTATE": "45"}, "'0', '90', '180', '270' or 'auto'"),
        ({"FLIP": "both"}, "'none', 'horizontal' or 'vertical'"),
        ({"MASK": "0.1,0.2"}, "expected polygons of 3 or more points"),
        ({"MASK": "[[0.1, 0.2], [0.3, 0.4], [0.5, 0.1]]"}, "expected polygons of 3 or more points"),
        ({"MASK": "[[[0.1, 0.2], [0.3, 0.4]]]"}, "expected polygons of 3 or more points"),
        ({"MASK": "[[[10, 20], [300, 20], [300, 200]]]"}, "in shares of the picture's width"),
        ({"MASK": "[[[NaN, 0], [1, 0], [1, 1]]]"}, "expected polygons of 3 or more points"),
        ({"MASK": '[[["0.1", 0], [1, 0], [1, 1]]]'}, "expected polygons of 3 or more points"),
        ({"MASK": "[[[0, 0], [0.5, 0.5], [1, 1]]]"}, "expected a polygon with an area"),
        ({"MASK": f"[{SQUARE}]"}, "a mask that leaves something of the picture"),
        ({"MASK": "[[[0, 0], [1, 0], [1, 1]]]", "ROTATE": "auto"}, "a ROTATE other than auto"),
        ({"CAMERA_OPTIONS": "rotate"}, "expected a JSON object of cameras and their options"),
        ({"CAMERA_OPTIONS": '{"camera-0": {"turn": 90}}'}, "of cameras and their options"),
        ({"CAMERA_OPTIONS": '{"camera-0": {}, "camera-0": {}}'}, "of cameras and their options"),
        ({"CAMERA_OPTIONS": '{"camera-0": 90}'}, "of cameras and their options"),
        ({"CAMERA_OPTIONS": '{"attic": {"rotate": 90}}'}, "no camera is named attic"),
        (
            {"CAMERA_OPTIONS": f'{{"camera-0": {{"rotate": "auto", "mask": [{SQUARE}]}}}}'},
            "expected no auto",
        ),
        ({"CAMERA_OPTIONS": '{"camera-0": {"zones": [{"name": "bed"}]}}'}, '"kind": "rest"'),
        (
            {"CAMERA_OPTIONS": f'{{"camera-0": {{"rotate": "auto", "zones": [{BED}]}}}}'},
            "expected no auto",
        ),
        ({"CAMERAS": '{"a": "0", "b": "1"}', "ROTATE": "90"}, "expected in CAMERA_OPTIONS"),
        ({"CAMERAS": '{"a": "0"}', "FLIP": "vertical"}, "expected in CAMERA_OPTIONS"),
    ],
)
def test_view_that_cannot_be_is_refused_with_what_was_expected(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], said: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as refused:
        AgentSettings()
    assert said in refused.value.errors()[0]["msg"]


def walker(time: float, quarters: int, *, speed: float = 0.15) -> Poses:
    """Somebody who walks from side to side, in a picture that is turned by so many quarters."""
    way = 0.3 + abs((speed * time) % 0.8 - 0.4)
    joints = np.full((33, 4), 0.5, dtype=np.float32)
    for part, height in (("SHOULDER", -0.15), ("HIP", 0.0)):
        for side in ("LEFT", "RIGHT"):
            x, y = way - 0.5, height
            for _ in range(quarters):
                x, y = -y, x
            joints[Landmark[f"{side}_{part}"], :2] = (0.5 + x, 0.5 + y)
    return Poses(int(30 * time), time, 1.0, (Body(1, joints),))


def watch(view: CameraView, quarters: int, seconds: float, **walk: float) -> None:
    for tick in range(round(10 * seconds)):
        view.note(walker(tick / 10, quarters, **walk))


@pytest.mark.parametrize(("quarters", "share"), [(0, 0.0), (1, 1.0), (2, 1.0), (3, 1.0)])
def test_walker_shows_whether_the_camera_hangs_the_right_way_up(
    quarters: int, share: float
) -> None:
    view = CameraView()
    assert view.orientation.upside_down_share is None
    watch(view, quarters, 15)
    assert view.orientation.upside_down_share == share


def test_two_who_walk_past_each_other_are_not_taken_for_one() -> None:
    view, alone = CameraView(), CameraView()
    for tick in range(150):
        one, other = walker(tick / 10, 2), walker(tick / 10 + 5.0, 2, speed=0.0)
        alone.note(one)
        bodies = (one.bodies[0], replace(other.bodies[0], person=2))
        view.note(replace(one, bodies=bodies if tick % 2 else bodies[::-1]))
    assert view.orientation.upside_down_share == alone.orientation.upside_down_share == 1.0


def test_who_lies_with_the_head_towards_the_camera_says_nothing() -> None:
    view = CameraView()
    watch(view, 2, 3600, speed=0.0)
    assert view.orientation.upside_down_share is None


@pytest.mark.parametrize("flip", ["none", "horizontal", "vertical"])
@pytest.mark.parametrize("hangs", [0, 1, 2, 3])
def test_auto_turns_the_picture_until_walkers_are_upright(
    picture: Image, hangs: int, flip: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    view = CameraView(View.model_validate({"rotate": "auto", "flip": flip}))
    upright = shown(picture, flip=flip)
    lying = np.ascontiguousarray(np.rot90(picture, -hangs))
    mirrored = CameraView(View.model_validate({"flip": flip})).shown(Frame(0, 0.0, lying)).image
    seen_turned = next(k for k in range(4) if np.array_equal(np.rot90(upright, -k), mirrored))
    for tick in range(300):
        view.note(walker(tick / 10, 0 if caplog.records else seen_turned))
    assert np.array_equal(view.shown(Frame(0, 0.0, lying)).image, upright)
    assert len(caplog.records) == (1 if hangs else 0)


def test_fixed_rotation_is_never_changed(picture: Image) -> None:
    view = CameraView(View.model_validate({"rotate": 0}))
    watch(view, 2, 60)
    assert view.shown(Frame(0, 0.0, picture)).image is picture
