import numpy as np
import pytest

from modeling.perception.images.camera_health import CAMERA_HEALTH
from modeling.training.images import camera_troubles as troubles
from modeling.training.images.effects import brightness
from modeling.training.images.pictures import decode


@pytest.fixture
def images(recordings):
    return decode(recordings[0].file)


def made(images, kind, count=20):
    rng = np.random.default_rng(1)
    return [troubles.KINDS[kind](images, rng) for _ in range(count)]


def test_every_class_has_kinds_and_every_kind_a_class():
    assert {kind.partition(" ")[0] for kind in troubles.KINDS} == set(CAMERA_HEALTH.labels)
    assert {kind.partition(" ")[0] for kind in troubles.DARK_KINDS} == {"dark"}


@pytest.mark.parametrize("kind", troubles.KINDS)
def test_only_what_is_dark_is_below_the_level_of_dark_pictures(images, kind):
    dark = [brightness(image) < troubles.DARK_BELOW for image, _ in made(images, kind)]
    if kind.startswith("dark"):
        assert all(dark) == (kind == "dark made")
    elif not kind.startswith("covered"):
        assert not any(dark)


def test_a_still_room_never_gives_the_same_picture_twice(images):
    assert all((image != previous).any() for image, previous in made(images, "ok still room"))


def test_a_frozen_picture_is_the_one_before(images):
    for image, previous in made(images, "frozen same"):
        np.testing.assert_array_equal(image, previous)


def test_a_frozen_picture_that_is_encoded_anew_differs_less_than_other_people_see(images):
    for image, previous in made(images, "frozen encoded anew"):
        assert np.abs(image.astype(int) - previous).mean() < 8.0


def test_the_same_seed_makes_the_same_examples(recordings, images):
    first, again = (
        troubles.clip_examples(recordings[0], images, 1, np.random.default_rng(3)) for _ in range(2)
    )
    np.testing.assert_array_equal(first.inputs, again.inputs)
    assert first.inputs.shape[1:] == CAMERA_HEALTH.input_shape


def test_every_frame_is_judged_after_the_frame_before_it(recordings, images):
    frames = troubles.clip_frames(recordings[0], images)
    assert frames.frames.tolist() == list(range(len(images)))
    assert (frames.inputs[0, 1] == 255).all()
    assert not (frames.inputs[1, 1] == 255).all()
    assert set(frames.truth) == {CAMERA_HEALTH.labels.index("ok")}
