"""A whole training run, in reading order: dry run, prepare, validate, fit, save."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import nn

from common.progress import progress_bar
from contract.layout import FEATURE_LAYOUT, WINDOW_LENGTH
from modeling.perception.detector.checkpoint import Manifest, save_manifest
from modeling.perception.windows.windows import RATE_HZ
from modeling.training.datasets.clips import GENERATED_SOURCES, Examples, LabelledClip
from modeling.training.datasets.splits import group_folds
from modeling.training.detectors.card import write_card
from modeling.training.detectors.fit import Fitted, fit, prepare
from modeling.training.detectors.network import save_weights
from modeling.training.detectors.normalization import normalize
from modeling.training.detectors.record import ExportCheck, TrainingRecord
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.detectors.validate import cross_validate, judge_by_others
from modeling.training.evaluate.by_event import figures_by_part, shipped_labels
from modeling.training.evaluate.by_window import window_figures
from modeling.training.evaluate.scoring import ScoredClip
from modeling.training.evaluate.threshold import LYING_THRESHOLD, choose_threshold
from modeling.training.export.check import export_network, plain_windows, replacing_files
from modeling.training.runs.snapshots import Inputs, Snapshots, digest_clips

DRY_RUN_BATCHES = 2


def dry_run(clips: Sequence[LabelledClip], settings: TrainingSettings) -> Manifest:
    """Go the whole way in seconds, on four groups and two batches a fit; keep nothing.

    What would break a long run at its end (labels, a split, the export, the disk) breaks here.
    """
    brief = replace(
        settings, folds=2, takes=1, epochs=1, batch_size=16, max_batches=DRY_RUN_BATCHES
    )
    with TemporaryDirectory() as name:
        root = Path(name)
        few = few_clips(clips)
        snapshots = Snapshots.open(root / "snapshots", Inputs.of(few, brief))
        return train_checkpoint(few, brief, root / "checkpoint", snapshots)


def train_checkpoint(
    clips: Sequence[LabelledClip], settings: TrainingSettings, folder: Path, snapshots: Snapshots
) -> Manifest:
    """Measure the recipe on held-out groups, fit it to all of them, and write the checkpoint.

    Fits that `snapshots` hold are not made again; in the end the snapshots are removed.
    """
    make_repeatable()
    splits = validation_splits(clips, settings)
    with progress_bar("preparing", len(clips)) as step:
        examples = prepare(clips, settings, step)
    with progress_bar("validating", len(splits) * settings.epochs) as step:
        scored = cross_validate(
            examples,
            clips,
            splits,
            lambda name, part: fit(part, settings, step, snapshots.of(name)).scores,
        )
    with progress_bar("fitting", settings.epochs) as step:
        everything = Examples.concatenate(list(examples.values()))
        fitted = fit(everything, settings, step, snapshots.of("all"))
    manifest = save_checkpoint(fitted, clips, scored, settings, folder)
    snapshots.remove()
    return manifest


def validation_splits(
    clips: Sequence[LabelledClip], settings: TrainingSettings
) -> dict[str, frozenset[str]]:
    """The groups that each validation holds out: a whole dataset or, of a single one, a fold.

    What was generated is always learnt from.
    """
    recorded = [clip for clip in clips if clip.labels.source not in GENERATED_SOURCES]
    sources = sorted({clip.labels.source for clip in recorded})
    if len(sources) < 2:
        return group_folds(recorded, settings.folds, settings.seed)
    return {
        source: frozenset(c.labels.group for c in recorded if c.labels.source == source)
        for source in sources
    }


def make_repeatable() -> None:
    """One thread and deterministic kernels: the same seed gives the same weights here."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)


def few_clips(clips: Sequence[LabelledClip]) -> list[LabelledClip]:
    """The clips of two groups with a fall and of two without, as far as there are."""
    falling = {clip.labels.group for clip in clips if clip.labels.falls}
    daily = {clip.labels.group for clip in clips} - falling
    chosen = {*sorted(falling)[:2], *sorted(daily)[:2]}
    return [clip for clip in clips if clip.labels.group in chosen]


def save_checkpoint(
    fitted: Fitted,
    clips: Sequence[LabelledClip],
    scored: Mapping[str, list[ScoredClip]],
    settings: TrainingSettings,
    folder: Path,
) -> Manifest:
    """Write weights, exports, manifest and card; files in `folder` are replaced at the end."""
    windows = plain_windows(clips)
    with replacing_files(folder) as scratch:
        save_weights(fitted.network, scratch)
        normalized = normalize(windows, fitted.normalization)
        differences = export_network(fitted.network, scratch, normalized)
        exports = ExportCheck(windows=len(windows), differences=differences)
        record = record_run(clips, scored, settings, exports)
        manifest = describe(fitted, shipped_thresholds(scored, settings), record)
        save_manifest(scratch, manifest)
        write_card(scratch, manifest)
    return manifest


def shipped_thresholds(
    scored: Mapping[str, list[ScoredClip]], settings: TrainingSettings
) -> tuple[float, float]:
    """The threshold of each label, that of `fall` chosen on the clips of all folds."""
    clips = [clip for fold in scored.values() for clip in fold]
    return choose_threshold(clips, settings.false_alarm_budget), LYING_THRESHOLD


def record_run(
    clips: Sequence[LabelledClip],
    scored: Mapping[str, list[ScoredClip]],
    settings: TrainingSettings,
    exports: ExportCheck,
) -> TrainingRecord:
    """How the weights were made, and what was measured on held-out groups."""
    judged = judge_by_others(scored, settings.false_alarm_budget)
    return TrainingRecord(
        settings=settings,
        dataset=digest_clips(clips),
        groups=sorted({clip.labels.group for clip in clips}),
        sources=sorted({clip.labels.source for clip in clips}),
        by_event=figures_by_part([clip.outcome for clip in judged]),
        by_window=window_figures(judged),
        exports=exports,
    )


def describe(fitted: Fitted, thresholds: tuple[float, float], record: TrainingRecord) -> Manifest:
    """The manifest: what the weights need to run, and how they came about."""
    return Manifest(
        name="fall-lstm",
        version=fingerprint(fitted.network),
        feature_layout=FEATURE_LAYOUT,
        window_length=WINDOW_LENGTH,
        rate_hz=RATE_HZ,
        labels=shipped_labels(thresholds),
        normalization=fitted.normalization,
        metrics=record.model_dump(mode="json"),
    )


def fingerprint(network: nn.Module) -> str:
    """Eight hexadecimal digits that change with any weight."""
    digest = hashlib.sha256()
    for tensor in network.state_dict().values():
        digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()[:8]
