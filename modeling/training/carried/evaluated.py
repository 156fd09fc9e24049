"""Versions of the detector over one data set, each at its own thresholds."""

from collections.abc import Mapping, Sequence

from contract.comparisons import Evaluated, EvaluatedAnew
from contract.versions import Figure, Share
from modeling.perception.carried.talk import Talk
from modeling.perception.detector.detector import Detector
from modeling.training.datasets.clips import DatasetError, LabelledClip, vocabulary_of
from modeling.training.datasets.windows import ClipWindows
from modeling.training.detectors.record import training_record
from modeling.training.evaluate.by_event import Outcome, event_figures, watched
from modeling.training.evaluate.intervals import Estimate, Rate
from modeling.training.evaluate.scoring import score_clip


def evaluate_anew(
    detectors: Mapping[str, Detector], clips: Sequence[LabelledClip], talk: Talk
) -> dict[str, EvaluatedAnew]:
    """What each detector makes of the clips, by its id; nothing without clips.

    Raises DatasetError where the clips have other labels, and CheckpointError where a manifest does
    not say what its model was trained on.
    """
    if not clips:
        return {}
    _check_labels(detectors, clips)
    groups = {key: set(training_record(one.manifest).groups) for key, one in detectors.items()}
    known = frozenset().union(*groups.values())
    outcomes: dict[str, list[Outcome]] = {key: [] for key in detectors}
    for number, clip in enumerate(clips, start=1):
        windows = ClipWindows.of(clip)
        for key, detector in detectors.items():
            scored = score_clip(detector.scores, windows)
            outcomes[key].append(watched(scored, thresholds_of(detector)))
        talk.progress("evaluating", number, len(clips))
    return {
        key: EvaluatedAnew(
            trained_on=sum(one.labels.group in groups[key] for one in judged),
            unknown=_figures([one for one in judged if one.labels.group not in known]),
            known=_figures([one for one in judged if one.labels.group in known]),
        )
        for key, judged in outcomes.items()
    }


def thresholds_of(detector: Detector) -> dict[str, float]:
    """The threshold of each label, in the order of its scores."""
    return {label.name: label.threshold for label in detector.manifest.labels}


def share_of(rate: Rate) -> Share:
    """A rate as it travels."""
    return Share.model_validate(rate.model_dump())


def figure_of(estimate: Estimate | None) -> Figure | None:
    """An estimate as it travels."""
    return None if estimate is None else Figure.model_validate(estimate.model_dump())


def _check_labels(detectors: Mapping[str, Detector], clips: Sequence[LabelledClip]) -> None:
    expected = [label.name for label in vocabulary_of(clips)]
    for detector in detectors.values():
        found = list(thresholds_of(detector))
        if found != expected:
            raise DatasetError(
                f"version {detector.manifest.version} scores {found}, the data set has {expected}"
            )


def _figures(outcomes: Sequence[Outcome]) -> Evaluated | None:
    if not outcomes:
        return None
    figures = event_figures(outcomes)
    return Evaluated(
        clips=figures.clips,
        minutes=figures.minutes,
        falls_told=share_of(figures.falls_told),
        told_falsely=figures.told_falsely,
        told_falsely_an_hour=figure_of(figures.told_falsely_an_hour),
    )
