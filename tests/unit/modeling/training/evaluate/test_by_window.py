import numpy as np
import pytest

from modeling.training.datasets.labels import ClipLabels, Span
from modeling.training.evaluate.by_window import (
    calibration_error,
    window_figures,
)
from modeling.training.evaluate.scoring import ScoredClip
from modeling.training.evaluate.study import judge

TIMES = [tenth / 10 for tenth in range(50)]


def judged(name, score, *spans, threshold=0.6):
    """A clip of five seconds, falling from 2 to 3 s, with `score(time)` of a fall, None unseen."""
    fall = Span(label="fall", start=2.0, end=2.95)
    labels = ClipLabels(
        name=name, group=name, room="hall", view="cam0", source="urfd", spans=(fall, *spans)
    )
    values = [score(time) for time in TIMES]
    rows = [None if v is None else np.array([v, 0.25], dtype=np.float32) for v in values]
    return judge(name, [ScoredClip(labels, TIMES, rows)], {"fall": threshold, "lying": 0.5})[0]


def late(time):
    return 0.9 if 2.5 <= time < 4.5 else 0.1


def fall_figures(*clips):
    return window_figures(clips)["fall"]


def test_precision_and_recall_are_counted_at_the_threshold_of_each_clip():
    counted = fall_figures(judged("a", late), judged("b", late, threshold=0.95))
    assert (counted.precision.count, counted.precision.total) == (5, 20)
    assert (counted.recall.count, counted.recall.total) == (5, 20)
    assert (counted.windows, counted.groups) == (100, 2)


def test_windows_whose_truth_is_uncertain_or_that_show_nobody_are_not_counted():
    uncertain = Span(label="fall", start=2.5, end=9.0, certain=False)
    assert fall_figures(judged("a", late, uncertain)).windows == 25
    assert fall_figures(judged("a", lambda time: None if time < 1.0 else 0.1)).windows == 40


def test_figures_of_a_perfect_score():
    counted = fall_figures(*(judged(name, lambda t: float(2.0 <= t < 3.0)) for name in "abc"))
    assert counted.average_precision.value == pytest.approx(1.0)
    assert counted.brier.value == counted.calibration_error.value == 0.0


def test_a_label_that_never_holds_has_no_average_precision():
    lying = window_figures([judged("a", late), judged("b", late)])["lying"]
    assert lying.average_precision is None
    assert lying.brier.value == pytest.approx(0.25**2)
    assert lying.recall.total == 0


def test_windows_of_a_clip_do_not_pass_for_as_many_proofs():
    counted = fall_figures(judged("a", late), judged("b", late))
    assert counted.recall.count * 2 == counted.recall.total
    assert counted.recall.high - counted.recall.low > 0.75  # as if of 1 of 2


def test_calibration_error_is_the_distance_of_each_bin():
    scores = np.array([0.15] * 10 + [0.95] * 10)
    truth = np.array([True] * 2 + [False] * 8 + [True] * 8 + [False] * 2)
    expected = (abs(0.15 - 0.2) + abs(0.95 - 0.8)) / 2
    assert calibration_error(truth, scores)(np.ones(20)) == pytest.approx(expected)
