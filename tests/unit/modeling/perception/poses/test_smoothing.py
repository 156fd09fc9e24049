"""What shakes is held still, what goes is let through."""

import numpy as np

from modeling.perception.poses.smoothing import Smoother


def points(x: float, visibility: float = 1.0) -> np.ndarray:
    return np.column_stack([np.full((35, 3), x), np.full(35, visibility)])


def test_a_joint_that_trembles_is_held_still_at_any_rate() -> None:
    for step in (1 / 30, 0.2):
        smoother, noise = Smoother(), np.random.default_rng(0).normal(0, 0.1, 100)
        smooth = [smoother(points(50 + e), i * step, 100.0)[0, 0] for i, e in enumerate(noise)]
        assert np.std(smooth[20:]) < 0.7 * np.std(noise[20:])


def test_a_body_that_falls_is_not_held_back() -> None:
    smoother = Smoother()
    for i in range(10):
        smooth = smoother(points(20.0 * i), i * 0.1, 100.0)
    assert abs(smooth[0, 0] - 180.0) < 5.0


def test_a_joint_that_is_hidden_counts_as_hidden_within_a_fifth_of_a_second() -> None:
    smoother = Smoother()
    smoother(points(0.0, 1.0), 0.0, 100.0)
    smoother(points(0.0, 0.0), 0.1, 100.0)
    assert smoother(points(0.0, 0.0), 0.2, 100.0)[0, 3] < 0.2
