"""A training run of the detector: its examples, its folds, and what its checkpoint says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np

from common.progress import progress_bar
from contract.layout import FEATURE_LAYOUT, WINDOW_LENGTH
from modeling.perception.detector.checkpoint import Label, Manifest
from modeling.perception.windows.windows import RATE_HZ
from modeling.training.datasets.clips import LabelledClip, digest_clips, vocabulary_of
from modeling.training.datasets.examples import Windows
from modeling.training.datasets.labels import LabelSpec
from modeling.training.datasets.splits import group_folds
from modeling.training.datasets.windows import ClipWindows
from modeling.training.detectors.base import load_base
from modeling.training.detectors.card import write_card
from modeling.training.detectors.examples import prepare
from modeling.training.detectors.fit import Fitted, fit, normalize
from modeling.training.detectors.network import probabilities
from modeling.training.detectors.record import ExportCheck, TrainingRecord
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.evaluate.by_event import figures_by_part
from modeling.training.evaluate.by_window import window_figures
from modeling.training.evaluate.scoring import ScoredClip, score_clip
from modeling.training.evaluate.study import choose_thresholds, judge_by_others
from modeling.training.export.formats import TORCHSCRIPT, export_network, onnx, weights_version
from modeling.training.export.weights import save_weights
from modeling.training.loop import OnEpoch
from modeling.training.runs.base import Base
from modeling.training.runs.snapshots import Snapshot

FORMATS = (onnx("windows"), TORCHSCRIPT)
AT_ONCE = 4096
"""Windows that are scored together: the states of an LSTM take 12 kB per window."""
DRY_RUN_BATCHES = 2


@dataclass(frozen=True)
class DetectorTraining:
    """`windows` are those of each of the clips, `examples` what is learnt from them."""

    settings: TrainingSettings
    clips: Sequence[LabelledClip]
    vocabulary: Sequence[LabelSpec]
    windows: Sequence[ClipWindows]
    examples: Windows
    splits: Mapping[str, frozenset[str]]
    base: Base[Fitted] | None = None
    name: str = "fall-lstm"
    code: Sequence[str] = (fit.__module__,)

    @classmethod
    def of(cls, clips: Sequence[LabelledClip], settings: TrainingSettings) -> Self:
        """Prepare the examples of the clips; raises SplitError and DatasetError."""
        vocabulary, splits = vocabulary_of(clips), validation_splits(clips, settings)
        windows = []
        with progress_bar("preparing", 2 * len(clips)) as step:
            for clip in clips:
                windows.append(ClipWindows.of(clip))
                step()
            examples = prepare(windows, settings, step)
        everything = Windows.concatenate(list(examples.values()))
        return cls(settings, clips, vocabulary, windows, everything, splits)

    def going_on_from(self, folder: Path) -> Self:
        """The same from the weights of a checkpoint on; raises CheckpointError."""
        base = load_base(folder, self.vocabulary, self.settings)
        return replace(self, base=base, settings=replace(self.settings, base=base.version))

    def fit(
        self,
        examples: Windows,
        held_out: Windows | None,
        on_epoch: OnEpoch,
        snapshot: Snapshot | None,
    ) -> Fitted:
        base = self.base.for_fit(held_out) if self.base else None
        return fit(examples, self.settings, on_epoch, snapshot, held_out, base)

    def save(self, fitted: Fitted, validated: Mapping[str, Fitted], folder: Path) -> Manifest:
        """Write weights, exports and card; raises ExportError."""
        scored = self.scored(validated)
        save_weights(fitted.network, folder)
        record = self._record(scored, self._export(fitted, folder))
        manifest = Manifest(
            name=self.name,
            version=weights_version(fitted.network),
            feature_layout=FEATURE_LAYOUT,
            window_length=WINDOW_LENGTH,
            rate_hz=RATE_HZ,
            labels=self._labels([clip for fold in scored.values() for clip in fold]),
            normalization=fitted.normalization,
            metrics=record.model_dump(mode="json"),
        )
        write_card(folder, manifest)
        return manifest

    def scored(self, validated: Mapping[str, Fitted]) -> dict[str, list[ScoredClip]]:
        """The clips of each split, scored by the fit that never saw their groups."""
        return {
            split: [
                score_clip(validated[split].scores, windows)
                for windows in self.windows
                if windows.clip.labels.group in held_out
            ]
            for split, held_out in self.splits.items()
        }

    def _export(self, fitted: Fitted, folder: Path) -> ExportCheck:
        normalized = np.concatenate(
            [normalize(one.counted_features(), fitted.normalization) for one in self.windows]
        )
        scorer = probabilities(fitted.network)
        differences = export_network(scorer, folder, normalized, FORMATS, AT_ONCE)
        return ExportCheck(windows=len(normalized), differences=differences)

    def _labels(self, scored: Sequence[ScoredClip]) -> list[Label]:
        """With the thresholds that the clips of all folds choose."""
        at = choose_thresholds(scored, self.vocabulary, self.settings.false_alarm_budget)
        return [
            Label(name=label.name, threshold=at[label.name], anomalous=label.anomalous)
            for label in self.vocabulary
        ]

    def _record(
        self, scored: Mapping[str, list[ScoredClip]], exports: ExportCheck
    ) -> TrainingRecord:
        judged = judge_by_others(scored, self.vocabulary, self.settings.false_alarm_budget)
        groups = {clip.labels.group for clip in self.clips}
        sources = {clip.labels.source for clip in self.clips}
        if self.base is not None:
            groups, sources = groups | self.base.groups, sources | self.base.sources
        return TrainingRecord(
            settings=self.settings,
            dataset=digest_clips(self.clips),
            groups=sorted(groups),
            sources=sorted(sources),
            by_event=figures_by_part([clip.outcome for clip in judged]),
            by_window=window_figures(judged),
            exports=exports,
        )


def validation_splits(
    clips: Sequence[LabelledClip], settings: TrainingSettings
) -> dict[str, frozenset[str]]:
    """The groups that each validation holds out: a whole dataset or, of a single one, a fold.

    What was not filmed is always learnt from.
    """
    recorded = [clip for clip in clips if clip.source.is_filmed]
    sources = sorted({clip.labels.source for clip in recorded})
    if len(sources) < 2:
        return group_folds(recorded, settings.folds, settings.seed)
    return {
        source: frozenset(c.labels.group for c in recorded if c.labels.source == source)
        for source in sources
    }


def brief(clips: Sequence[LabelledClip], settings: TrainingSettings) -> DetectorTraining:
    """A run of seconds: four groups of clips, and two batches for each fit."""
    few = replace(settings, folds=2, takes=1, epochs=1, batch_size=16, max_batches=DRY_RUN_BATCHES)
    return DetectorTraining.of(few_clips(clips), few)


def few_clips(clips: Sequence[LabelledClip]) -> list[LabelledClip]:
    """The clips of two groups with a fall and of two without, as far as there are."""
    falling = {clip.labels.group for clip in clips if clip.labels.falls}
    daily = {clip.labels.group for clip in clips} - falling
    chosen = {*sorted(falling)[:2], *sorted(daily)[:2]}
    return [clip for clip in clips if clip.labels.group in chosen]
