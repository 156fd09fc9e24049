from functools import partial

import numpy as np

from modeling.training.datasets.labels import FALL_AND_LYING, ClipLabels, Span
from modeling.training.evaluate.scoring import ScoredClip
from modeling.training.evaluate.study import CANDIDATES, choose_thresholds, judge_by_others


def a_clip(name, level, *, falls):
    """Two seconds and a half of the score `level`, with or without a fall in them."""
    times = [tenth / 10 for tenth in range(60)]
    rows = [np.array([level * (2.0 <= t < 4.5), 0.0], dtype=np.float32) for t in times]
    spans = (Span(label="fall", start=2.0, end=4.0),) if falls else ()
    labels = ClipLabels(name=name, group=name, room="hall", view="cam0", source="urfd", spans=spans)
    return ScoredClip(labels, times, rows)


def test_a_split_has_no_say_in_its_own_threshold():
    scored = {
        "loud": [a_clip("a", 0.95, falls=True), a_clip("b", 0.7, falls=False)],
        "quiet": [a_clip("c", 0.5, falls=True), a_clip("d", 0.2, falls=False)],
    }
    judged = {
        clip.scored.labels.name: clip
        for clip in judge_by_others(scored, FALL_AND_LYING, budget=0.0)
    }
    # The loud split alone would choose a threshold that the fall of the quiet one never reaches.
    strict, lenient = (
        choose_thresholds(scored[split], FALL_AND_LYING, 0.0)["fall"] for split in ("loud", "quiet")
    )
    assert strict > 0.5 > lenient
    assert [judged[name].thresholds["fall"] for name in "abcd"] == [
        lenient,
        lenient,
        strict,
        strict,
    ]
    assert [bool(judged[name].outcome.incidents) for name in "abcd"] == [True, True, False, False]


def test_what_a_split_scores_does_not_change_its_threshold():
    others = {"others": [a_clip("a", 0.6, falls=False)]}
    judge = partial(judge_by_others, vocabulary=FALL_AND_LYING, budget=0.0)
    thresholds = {
        judge({"own": [a_clip("b", level, falls=True)], **others})[0].thresholds["fall"]
        for level in (*CANDIDATES, 0.0)
    }
    assert len(thresholds) == 1
