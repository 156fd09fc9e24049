import numpy as np

from modeling.training.looks.transport import transported


def test_colours_get_the_distribution_of_the_style():
    random = np.random.default_rng(0)
    colours = random.random((4000, 3), dtype=np.float32)
    style = (random.normal(0.6, 0.05, (3000, 3)) * [1.0, 0.8, 0.5]).astype(np.float32)
    moved = transported(colours, style, seed=0)
    np.testing.assert_allclose(moved.mean(axis=0), style.mean(axis=0), atol=0.01)
    np.testing.assert_allclose(np.cov(moved.T), np.cov(style.T), atol=0.002)


def test_the_order_of_greys_is_kept():
    grey = np.linspace(0, 1, 500, dtype=np.float32)[:, None].repeat(3, axis=1)
    moved = transported(grey, grey * np.float32(0.5), seed=1)
    np.testing.assert_allclose(moved, grey * 0.5, atol=0.02)
