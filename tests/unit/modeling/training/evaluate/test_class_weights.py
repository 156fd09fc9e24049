import numpy as np
import pytest

from modeling.training.evaluate.class_weights import choose_weights, weighed


def test_a_class_that_is_told_too_seldom_gets_more_weight():
    truth = np.array([0] * 8 + [1] * 2)
    probabilities = np.array([[0.8, 0.2]] * 8 + [[0.6, 0.4]] * 2, dtype=np.float32)
    weights = choose_weights(truth, probabilities)
    assert weighed(probabilities, weights).argmax(axis=1).tolist() == truth.tolist()
    assert weights[1] > weights[0]


def test_weights_that_help_nobody_stay_as_they_are():
    truth = np.array([0, 1, 2])
    np.testing.assert_array_equal(choose_weights(truth, np.eye(3, dtype=np.float32)), np.ones(3))


def test_a_class_that_is_not_there_keeps_its_weight():
    probabilities = np.array([[0.5, 0.3, 0.2], [0.45, 0.35, 0.2]], dtype=np.float32)
    assert choose_weights(np.array([0, 1]), probabilities)[2] == 1.0


def test_weighed_probabilities_add_up_to_one():
    probabilities = np.array([[0.5, 0.5], [0.9, 0.1]], dtype=np.float32)
    shares = weighed(probabilities, np.array([1.0, 3.0], dtype=np.float32))
    assert shares.sum(axis=1).tolist() == pytest.approx([1.0, 1.0])
    assert shares[0].tolist() == pytest.approx([0.25, 0.75])
