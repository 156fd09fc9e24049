import numpy as np
import pytest

from modeling.training.images import effects
from modeling.training.images.covers import COVERS, covered_share, laid_over


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def scene(rng):
    """A picture full of detail."""
    return rng.integers(0, 256, (120, 160, 3), dtype=np.uint8)


def sharpness(image):
    return float(np.abs(np.diff(image.astype(float), axis=1)).mean())


@pytest.mark.parametrize("level", [5.0, 35.0, 120.0])
def test_a_picture_is_brought_to_the_level_that_was_asked_for(scene, level):
    assert effects.brightness(effects.at_brightness(scene, level)) == pytest.approx(level, abs=2.0)


def test_noise_is_as_strong_as_said_and_never_the_same(scene, rng):
    grey = np.full_like(scene, 128)
    first, second = (effects.with_noise(grey, 3.0, rng) for _ in range(2))
    assert first.std() == pytest.approx(3.0, rel=0.1)
    assert (first != second).any()


def test_a_defocused_picture_is_less_sharp_the_farther_it_is_out_of_focus(scene):
    little, much = effects.defocused(scene, 0.012), effects.defocused(scene, 0.05)
    assert sharpness(scene) > sharpness(little) > sharpness(much)
    assert effects.brightness(much) == pytest.approx(effects.brightness(scene), abs=3.0)


def test_movement_blurs_along_its_direction_only(scene):
    across = effects.moved(scene, 0.1, 0.0)
    turned = effects.moved(scene.transpose(1, 0, 2).copy(), 0.1, 0.0).transpose(1, 0, 2)
    assert sharpness(across) < sharpness(turned)


@pytest.mark.parametrize("share", [0.2, 0.8, 1.0])
def test_a_cover_hides_the_share_that_was_asked_for(rng, share):
    mask = covered_share((120, 160), share, 0.0, rng)
    assert (mask > 0.5).mean() == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize("name", COVERS)
def test_nothing_of_the_room_is_left_below_a_cover(scene, rng, name):
    cover = COVERS[name]((120, 160), rng)
    everywhere = np.ones((120, 160), dtype=np.float32)
    hidden = laid_over(scene, cover, everywhere)
    np.testing.assert_array_equal(hidden, laid_over(255 - scene, cover, everywhere))
    np.testing.assert_array_equal(scene, laid_over(scene, cover, 0.0 * everywhere))
