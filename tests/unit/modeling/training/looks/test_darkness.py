import numpy as np
import pytest

from modeling.training.looks.darkness import Sensor, darkened, encoded, linear

GREY = np.full((64, 64, 3), 128, dtype=np.uint8)


def test_every_level_comes_back_from_light():
    levels = np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3)
    np.testing.assert_array_equal(encoded(linear(levels)), levels)


def test_half_of_the_light_is_half_of_what_is_counted():
    silent = Sensor(full_well=1e7, read_noise=0.0)
    dark = linear(darkened(GREY, 0.5, seed=0, sensor=silent))
    assert dark.mean() == pytest.approx(linear(GREY).mean() / 2, rel=0.02)


def test_less_light_is_darker_and_noisier_for_what_is_left():
    some, little = (linear(darkened(GREY, light, seed=0)) for light in (0.2, 0.01))
    assert little.mean() < some.mean()
    assert little.std() / little.mean() > 2 * some.std() / some.mean()


def test_gamma_darkens():
    bent = darkened(GREY, 0.2, seed=0, sensor=Sensor(gamma=1.5))
    assert bent.mean() < darkened(GREY, 0.2, seed=0).mean()


def test_the_seed_decides():
    first, again, other = (darkened(GREY, 0.05, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize("light", [0.0, -1.0, 1.1])
def test_light_is_a_share(light):
    with pytest.raises(ValueError, match="expected more than 0 and at most 1"):
        darkened(GREY, light, seed=0)
