"""Models side by side: each learns from the same splits, and is judged on what it never saw."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from common.progress import progress_bar
from modeling.training.comparison import models as trainable
from modeling.training.comparison.model_name import ModelName
from modeling.training.comparison.parallel_scores import Fit, Material, load_scores, score_held_out
from modeling.training.comparison.protocols import Protocol, Split
from modeling.training.datasets.clips import LabelledClip, digest_clips, vocabulary_of
from modeling.training.datasets.labels import LabelSpec
from modeling.training.datasets.windows import ClipWindows
from modeling.training.detectors.examples import prepare
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.evaluate.scoring import ScoredClip
from modeling.training.evaluate.study import (
    JudgedClip,
    Study,
    choose_thresholds,
    judge,
    judge_by_others,
)
from modeling.training.runs.inputs import Inputs

SCORES_NAME = "scores"

Scores = Mapping[tuple[ModelName, Split], list[ScoredClip]]


def compare(
    clips: Sequence[LabelledClip],
    protocols: Sequence[Protocol],
    models: Sequence[ModelName],
    settings: TrainingSettings,
    folder: Path,
    processes: int,
) -> list[Study]:
    """Every model under every protocol; `folder` keeps the scores of finished splits."""
    splits = dict.fromkeys(s for protocol in protocols for s in protocol.all_splits)
    scores = score_splits(clips, splits, models, settings, folder, processes)
    vocabulary = vocabulary_of(clips)
    return [
        Study(protocol.title, model, judge_protocol(protocol, model, scores, vocabulary, settings))
        for protocol in protocols
        for model in models
    ]


def score_splits(
    clips: Sequence[LabelledClip],
    splits: Collection[Split],
    models: Sequence[ModelName],
    settings: TrainingSettings,
    folder: Path,
    processes: int,
) -> Scores:
    """The scores of every split's held-out clips, made where `folder` does not have them yet."""
    by_name = {clip.labels.name: clip for clip in clips}
    kept = folder / SCORES_NAME / scoring_inputs(clips, settings).key
    kept.mkdir(parents=True, exist_ok=True)
    fits = [Fit(m, s, kept / f"{m}-{s.digest}.npz") for m in models for s in splits]
    missing = {fit.path: fit for fit in fits if not fit.path.is_file()}
    if missing:
        _make_scores(list(missing.values()), by_name, settings, processes, len(fits))
    held_out = {name for split in splits for name in split.held_out}
    windows = {name: ClipWindows.of(by_name[name]) for name in held_out}
    return {
        (fit.model, fit.split): load_scores(fit.path, [windows[n] for n in fit.split.held_out])
        for fit in fits
    }


def scoring_inputs(clips: Sequence[LabelledClip], settings: TrainingSettings) -> Inputs:
    """All that scores follow from: settings, poses and labels, and the code from pose to score."""
    code = (prepare.__module__, trainable.__name__)
    weighed = {clip.source.name: (clip.source.kind, clip.source.share) for clip in clips}
    examples = f"{digest_clips(clips)} {sorted(weighed.items())} {vocabulary_of(clips)}"
    return Inputs.of("comparison", settings, code, examples)


def _make_scores(
    missing: Sequence[Fit],
    clips: Mapping[str, LabelledClip],
    settings: TrainingSettings,
    processes: int,
    total: int,
) -> None:
    with progress_bar("preparing", len(clips)) as step:
        windows = [ClipWindows.of(clip) for clip in clips.values()]
        examples = prepare(windows, settings, step)
    with progress_bar("fitting", total) as step:
        for _ in range(total - len(missing)):
            step()
        score_held_out(missing, Material(clips, examples, settings), processes, step)


def judge_protocol(
    protocol: Protocol,
    model: ModelName,
    scores: Scores,
    vocabulary: Sequence[LabelSpec],
    settings: TrainingSettings,
) -> list[JudgedClip]:
    """The clips that the protocol holds out, at thresholds that they had no say in."""
    budget = settings.false_alarm_budget
    held_out = {split.name: scores[model, split] for split in protocol.splits}
    if not protocol.selection:
        return judge_by_others(held_out, vocabulary, budget)
    judged: list[JudgedClip] = []
    for split in protocol.splits:
        known = [clip for fold in protocol.selection[split.name] for clip in scores[model, fold]]
        thresholds = choose_thresholds(known, vocabulary, budget)
        judged += judge(split.name, held_out[split.name], thresholds)
    return judged
