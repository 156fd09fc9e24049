import numpy as np
import pytest

from modeling.training.looks.baselines import best_gamma, histogram_matching
from modeling.training.looks.examples import examples_of, examples_of_style
from modeling.training.looks.pairs import Pair


def noise(seed, low=0, high=256):
    return np.random.default_rng(seed).integers(low, high, (48, 64, 3), dtype=np.uint8)


@pytest.mark.parametrize("gamma", [0.4, 1.0, 2.2])
def test_the_gamma_is_found(gamma):
    before = noise(0)
    after = np.rint((before / 255) ** gamma * 255).astype(np.uint8)
    change = best_gamma(examples_of([Pair("a", before, after)], seed=0))
    assert np.abs(change(before).astype(int) - after).max() <= 1


def test_each_channel_gets_the_distribution_of_the_pictures_after():
    wanted = np.stack([noise(1, 10, 50), noise(2, 10, 50)])
    change = histogram_matching([Pair("a", noise(3), one) for one in wanted])
    changed = change(noise(4, 100, 200))
    for share in (5, 50, 95):
        got, expected = np.percentile(changed, share), np.percentile(wanted, share)
        assert got == pytest.approx(expected, abs=1.5)


def test_colours_of_an_example_belong_together():
    before = noise(5)
    (example,) = examples_of([Pair("a", before, 255 - before)], seed=0)
    np.testing.assert_allclose(example.before + example.after, 1, atol=1e-6)
    assert example.small.shape == (3, 64, 64)


def test_of_a_style_the_colours_of_each_picture_are_kept_apart():
    pictures = [noise(6, 0, 100), noise(7, 100, 200)]
    first, second = examples_of_style(pictures, [noise(8, 50, 150)], seed=0)
    assert first.before.max() < second.before.min()
    assert first.after.mean() < 100 / 255 < second.after.mean()
    assert min(first.after.min(), second.after.min()) > 30 / 255
