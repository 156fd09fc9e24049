import numpy as np
import pytest

from modeling.perception.images.posture import POSTURE, prepare


@pytest.mark.parametrize("size", [(48, 64), (240, 320), (1080, 1920)])
def test_any_resolution_becomes_what_the_network_takes(size):
    prepared = prepare(np.zeros((*size, 3), dtype=np.uint8))
    assert prepared.shape == POSTURE.input_shape
    assert prepared.dtype == np.uint8


def test_colours_keep_their_order_and_places_theirs():
    image = np.zeros((192, 256, 3), dtype=np.uint8)
    image[:96, :128] = (200, 100, 50)
    prepared = prepare(image)
    assert prepared[:, 10, 10].tolist() == [200, 100, 50]
    assert not prepared[:, 80, 100].any()
    assert not prepared[:, 10, 100].any()


def test_the_picture_before_does_not_matter():
    image = np.random.default_rng(0).integers(0, 256, (96, 128, 3), dtype=np.uint8)
    np.testing.assert_array_equal(prepare(image, None), prepare(image, 255 - image))
