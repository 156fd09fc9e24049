import numpy as np

from modeling.training.datasets.clips import clip_examples
from modeling.training.datasets.labels import ClipLabels, Span
from modeling.training.datasets.splits import group_folds
from modeling.training.detectors.validate import cross_validate, judge_by_others
from modeling.training.evaluate.scoring import ScoredClip
from modeling.training.evaluate.threshold import CANDIDATES, choose_threshold


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
    judged = {clip.scored.labels.name: clip for clip in judge_by_others(scored, budget=0.0)}
    # The loud split alone would choose a threshold that the fall of the quiet one never reaches.
    strict, lenient = (choose_threshold(scored[split], 0.0) for split in ("loud", "quiet"))
    assert strict > 0.5 > lenient
    assert [judged[name].thresholds[0] for name in "abcd"] == [lenient, lenient, strict, strict]
    assert [bool(judged[name].outcome.incidents) for name in "abcd"] == [True, True, False, False]


def test_what_a_split_scores_does_not_change_its_threshold():
    others = {"others": [a_clip("a", 0.6, falls=False)]}
    thresholds = {
        judge_by_others({"own": [a_clip("b", level, falls=True)], **others}, 0.0)[0].thresholds
        for level in (*CANDIDATES, 0.0)
    }
    assert len(thresholds) == 1


def test_every_clip_is_scored_by_what_never_saw_its_group(clips):
    examples = {clip.labels.name: clip_examples(clip) for clip in clips}
    splits = group_folds(clips, folds=3, seed=0)
    learnt = {}

    def recipe(name, part):
        learnt[name] = len(part)
        return lambda windows: np.zeros((len(windows), 2), dtype=np.float32)

    scored = cross_validate(examples, clips, splits, recipe)
    for name, held_out in splits.items():
        assert {clip.labels.group for clip in scored[name]} == held_out
        others = [c.labels.name for c in clips if c.labels.group not in held_out]
        assert learnt[name] == sum(len(examples[other]) for other in others)
    assert sum(map(len, scored.values())) == len(clips)


def test_nothing_of_the_held_out_part_is_learnt_from(clips):
    examples = {clip.labels.name: clip_examples(clip) for clip in clips}
    examples["fall-0-cam1"].features[:] = 1e6
    largest = {}

    def recipe(name, part):
        largest[name] = part.features.max()
        return lambda windows: np.zeros((len(windows), 2), dtype=np.float32)

    splits = {"held-out": frozenset({"fall-0"}), "learnt": frozenset({"fall-1"})}
    cross_validate(examples, clips, splits, recipe)
    assert largest["held-out"] < 1e3
    assert largest["learnt"] == 1e6
