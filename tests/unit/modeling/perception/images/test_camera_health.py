import numpy as np
import pytest

from modeling.perception.images.camera_health import CAMERA_HEALTH, prepare


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (240, 320, 3), dtype=np.uint8)


@pytest.mark.parametrize("size", [(48, 64), (240, 320), (1080, 1920)])
def test_any_resolution_becomes_what_the_network_takes(size):
    image = np.zeros((*size, 3), dtype=np.uint8)
    prepared = prepare(image, image)
    assert prepared.shape == CAMERA_HEALTH.input_shape
    assert prepared.dtype == np.uint8


def test_without_a_picture_before_it_everything_has_changed(image):
    assert (prepare(image)[1] == 255).all()


def test_the_same_picture_has_not_changed_anywhere(image):
    assert not prepare(image, image.copy())[1].any()


def test_the_noise_of_a_sensor_outlives_the_shrinking(image):
    noisy = image.copy()
    noisy[::2, ::2] = np.clip(noisy[::2, ::2].astype(int) + 2, 0, 255)
    assert (prepare(image, noisy)[1] > 0).mean() > 0.9


def test_pictures_of_different_sizes_are_compared(image):
    half = np.ascontiguousarray(image[::2, ::2])
    assert prepare(image, half).shape == CAMERA_HEALTH.input_shape
