"""A whole training run, in reading order: dry run, prepare, validate, fit, save."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from contract.layout import FEATURE_LAYOUT, WINDOW_LENGTH
from modeling.checkpoint import Manifest, save_manifest
from modeling.training.card import write_card
from modeling.training.dataset import Examples, LabelledClip
from modeling.training.fit import Fitted, fit, normalize, prepare
from modeling.training.metrics import figures_by_view, shipped_labels, window_figures
from modeling.training.network import AttentionLstm, save_weights
from modeling.training.onnx_export import export_onnx
from modeling.training.progress import progress_bar
from modeling.training.record import TrainingRecord
from modeling.training.scoring import ScoredClip
from modeling.training.settings import TrainingSettings
from modeling.training.threshold import LYING_THRESHOLD, choose_threshold
from modeling.training.validate import cross_validate, held_out_outcomes
from modeling.windows import RATE_HZ


def dry_run(clips: Sequence[LabelledClip], settings: TrainingSettings) -> Manifest:
    """Go the whole way in seconds, on four groups and about two batches a fit; keep nothing.

    What would break a long run at its end (labels, a split, the export, the disk) breaks here.
    """
    brief = replace(settings, folds=2, takes=1, epochs=1, batch_size=64)
    with TemporaryDirectory() as folder:
        return train_checkpoint(few_clips(clips), brief, Path(folder))


def train_checkpoint(
    clips: Sequence[LabelledClip], settings: TrainingSettings, folder: Path
) -> Manifest:
    """Measure the recipe on held-out groups, fit it to all of them, and write the checkpoint."""
    make_repeatable()
    with progress_bar("preparing", len(clips)) as step:
        examples = prepare(clips, settings, step)
    with progress_bar("validating", settings.folds * settings.epochs) as step:
        folds = cross_validate(examples, clips, settings, step)
    with progress_bar("fitting", settings.epochs) as step:
        everything = Examples.concatenate(list(examples.values()))
        fitted = fit(everything, settings, step)
    return save_checkpoint(fitted, everything, folds, settings, folder)


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
    examples: Examples,
    folds: Sequence[list[ScoredClip]],
    settings: TrainingSettings,
    folder: Path,
) -> Manifest:
    """Write weights, ONNX, manifest and card; files in `folder` are replaced once all are there."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as name:
        scratch = Path(name)
        save_weights(fitted.network, scratch)
        normalized = normalize(examples.features, fitted.normalization)
        difference = export_onnx(fitted.network, scratch, normalized)
        manifest = describe(fitted, folds, settings, difference)
        save_manifest(scratch, manifest)
        write_card(scratch, manifest)
        for path in scratch.iterdir():
            path.replace(folder / path.name)
    return manifest


def describe(
    fitted: Fitted,
    folds: Sequence[list[ScoredClip]],
    settings: TrainingSettings,
    onnx_difference: float,
) -> Manifest:
    """The manifest: what the weights need to run, and what was measured on held-out groups."""
    clips = [clip for fold in folds for clip in fold]
    thresholds = (choose_threshold(clips, settings.false_alarm_budget), LYING_THRESHOLD)
    record = TrainingRecord(
        settings=settings,
        groups=sorted({clip.labels.group for clip in clips}),
        sources=sorted({clip.labels.source for clip in clips}),
        by_event=figures_by_view(held_out_outcomes(folds, settings.false_alarm_budget)),
        by_window=window_figures(clips, thresholds),
        onnx_difference=onnx_difference,
    )
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


def fingerprint(network: AttentionLstm) -> str:
    """Eight hexadecimal digits that change with any weight."""
    digest = hashlib.sha256()
    for tensor in network.state_dict().values():
        digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()[:8]
