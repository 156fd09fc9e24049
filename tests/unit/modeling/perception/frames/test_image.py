import numpy as np
import pytest

from modeling.perception.frames.image import fitted, oriented, square_pixels

ONE = 1 << 16


@pytest.fixture
def picture():
    """4 high, 6 wide; each pixel tells its place."""
    rows, columns = np.mgrid[0:4, 0:6]
    return np.stack([rows, columns, rows * 0], axis=-1).astype(np.uint8)


@pytest.mark.parametrize(
    ("aspect", "shape"),
    [
        (2.0, (4, 12)),
        (0.5, (8, 6)),
        (16 / 11, (4, 9)),
        (1.0, (4, 6)),
        (1.005, (4, 6)),
        (0.0, (4, 6)),
        (100.0, (4, 6)),
    ],
)
def test_picture_grows_to_square_pixels(picture, aspect, shape):
    assert square_pixels(picture, aspect).shape == (*shape, 3)


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        ((1, 0, 0, 1), lambda image: image),
        ((0, 1, -1, 0), lambda image: np.rot90(image, -1)),
        ((-1, 0, 0, -1), lambda image: np.rot90(image, 2)),
        ((0, -1, 1, 0), lambda image: np.rot90(image, 1)),
        ((-1, 0, 0, 1), np.fliplr),
        ((1, 0, 0, -1), np.flipud),
        ((0, 1, 1, 0), lambda image: image.transpose(1, 0, 2)),
        ((0, -1, -1, 0), lambda image: np.rot90(image, 2).transpose(1, 0, 2)),
    ],
)
def test_display_matrix_turns_and_mirrors(picture, matrix, expected):
    a, b, c, d = (ONE * value for value in matrix)
    full = np.array([a, b, 0, c, d, 0, 0, 0, 1 << 30], dtype=np.int32)
    turned = oriented(picture, full)
    assert np.array_equal(turned, expected(picture))
    assert turned.flags.c_contiguous


def test_picture_of_another_size_is_shown_whole_in_the_middle():
    white = np.full((100, 100, 3), 255, dtype=np.uint8)
    image = fitted(white, (320, 240))
    assert image.shape == (240, 320, 3)
    assert (image[:, 40:280] == 255).all()
    assert not image[:, :40].any()
    assert not image[:, 280:].any()
    assert fitted(image, (320, 240)) is image
