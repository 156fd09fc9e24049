import numpy as np
import pytest

from modeling.perception.looks.lut import Lut, grid_colours

CORNERS = np.array(
    [[[red, green, blue]] for red in (0, 255) for green in (0, 255) for blue in (0, 255)],
    dtype=np.uint8,
)


def bent(size):
    random = np.random.default_rng(size)
    colours = grid_colours(size) ** 0.6 + random.normal(0, 0.05, (size**3, 3))
    return Lut(colours.astype(np.float32).reshape(size, size, size, 3))


def noise(height=48, width=64):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("apply", [Lut.apply, Lut.apply_once])
def test_the_identity_changes_nothing(apply):
    picture = noise()
    np.testing.assert_array_equal(apply(Lut.identity(33), picture), picture)


@pytest.mark.parametrize("size", [2, 17, 33])
def test_every_level_is_the_nearest_to_the_exact_one(size):
    lut, picture = bent(size), np.concatenate([noise(8 * 130, 1), CORNERS])
    exact = np.clip(lut.at(picture.astype(np.float32) / 255), 0, 1) * 255
    assert np.abs(lut.apply(picture) - exact).max() <= 0.501
    assert np.abs(lut.apply_once(picture) - exact).max() < 1


def test_the_axes_are_not_mixed_up():
    table = Lut.identity(17).table.copy()
    table[..., 0] = 0.0  # no red is left
    picture = np.full((1, 1, 3), (10, 20, 30), dtype=np.uint8)
    assert Lut(table).apply(picture).tolist() == [[[0, 20, 30]]]
    assert Lut(table[..., ::-1]).apply(picture).tolist() == [[[30, 20, 0]]]


def test_between_two_points_is_their_mean():
    lut = bent(2)
    middle = lut.at(np.array([0.5, 0.5, 0.5], dtype=np.float32))
    np.testing.assert_allclose(middle, lut.table.reshape(-1, 3).mean(axis=0), atol=1e-6)


def test_a_table_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="expected \\(size, size, size, 3\\)"):
        Lut(np.zeros((3, 3, 4, 3), dtype=np.float32))


@pytest.mark.parametrize("picture", [noise()[::-1, ::2], noise().transpose(1, 0, 2), noise(1, 1)])
def test_a_picture_that_lies_otherwise_in_memory_is_the_same_picture(picture):
    lut = bent(17)
    lying = np.array(picture, order="C")
    np.testing.assert_array_equal(lut.apply(picture), lut.apply(lying))
    np.testing.assert_allclose(lut.apply(picture), lut.apply_once(lying), atol=1)
