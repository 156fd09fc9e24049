"""`evaluate-lstm-model`: a checkpoint over a dataset, or its recipe on what is held out."""

import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel

from common.cli import create_cli, plain_errors, stoppable
from common.progress import progress_bar
from contract.layout import FEATURE_LAYOUT
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT, CheckpointError
from modeling.perception.detector.detector import Detector
from modeling.training.commands.training import (
    Epochs,
    Folds,
    Seed,
    Takes,
    TorchMissingError,
    require_torch,
)
from modeling.training.comparison.model_name import ModelName
from modeling.training.comparison.protocols import (
    ACROSS,
    ALL_PROTOCOLS,
    TEST_ONLY,
    Protocol,
    make_protocol,
)
from modeling.training.comparison.results import (
    EVALUATION_NAME,
    CheckpointEvaluation,
    Comparison,
    StudyFigures,
)
from modeling.training.datasets.adapters.registry import SOURCES
from modeling.training.datasets.clips import (
    DatasetError,
    LabelledClip,
    digest_clips,
    learnable,
    load_dataset,
    vocabulary_of,
)
from modeling.training.datasets.examples import SplitError
from modeling.training.datasets.kept_poses import DEFAULT_DATASET
from modeling.training.datasets.windows import ClipWindows
from modeling.training.detectors.record import training_record
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.evaluate.scoring import score_clip
from modeling.training.evaluate.study import Study, judge
from modeling.training.report.tables import event_table, model_window_table, window_table

DEFAULTS = TrainingSettings()
DEFAULT_OUT = Path("data/evaluation")
CHECKPOINT = "checkpoint"  # a protocol that holds nothing out by itself

COMPARISON_CAVEAT = " ".join([
    "Held out: each clip is scored by a model that did not learn from it.",
    *(source.caveat for source in SOURCES.values() if source.caveat),
])  # fmt: skip
STOPPED = "stopped: the same command goes on after the last finished split"

app = create_cli()


@app.command()
def evaluate(
    checkpoint: Annotated[
        Path | None,
        typer.Argument(help="Checkpoint folder. Default: the one that ships.", show_default=False),
    ] = None,
    dataset: Annotated[Path, typer.Option(help="What build-dataset wrote.")] = DEFAULT_DATASET,
    protocol: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Train models and measure them on what is held out; repeatable. "
            f"One of {', '.join(ALL_PROTOCOLS)}, any other A-to-B, or all.",
        ),
    ] = None,
    model: Annotated[
        list[ModelName] | None,
        typer.Option(help="With --protocol: the models to compare; may be repeated. Default: all."),
    ] = None,
    with_test_only: Annotated[
        bool,
        typer.Option(
            "--with-test-only/--without-test-only",
            help=f"Whether {', '.join(TEST_ONLY)} may be learnt from where groups or rooms are "
            "held out.",
        ),
    ] = False,
    seed: Seed = DEFAULTS.seed,
    folds: Folds = DEFAULTS.folds,
    epochs: Epochs = DEFAULTS.epochs,
    takes: Takes = DEFAULTS.takes,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes. Default: as many as there are cores.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help=f"Folder to write. Default: {DEFAULT_OUT}, of a checkpoint "
            f"{DEFAULT_OUT / CHECKPOINT}."
        ),
    ] = None,
) -> None:
    """Count falls found and false alarms, through the live windows and event machine.

    Without --protocol a checkpoint is measured as it is. With it the recipe is: models are trained
    on a part of the dataset and measured on the rest. Stop it at any time: the same command
    goes on after the last finished split.
    """
    if protocol and checkpoint:
        raise typer.BadParameter("a checkpoint is trained already: leave it out, or --protocol")
    settings = replace(DEFAULTS, seed=seed, folds=folds, epochs=epochs, takes=takes)
    with (
        stoppable(STOPPED),
        plain_errors(CheckpointError, DatasetError, SplitError, TorchMissingError, OSError),
    ):
        clips = load_dataset(dataset)
        if protocol:
            protocols = [
                make_protocol(name, clips, settings, with_test_only=with_test_only)
                for name in chosen_protocols(protocol)
            ]
            models = list(dict.fromkeys(model or ModelName))
            _compare(clips, protocols, models, settings, out or DEFAULT_OUT, jobs)
        else:
            _evaluate(clips, checkpoint or DEFAULT_CHECKPOINT, out or DEFAULT_OUT / CHECKPOINT)


def chosen_protocols(names: Sequence[str]) -> list[str]:
    """The protocols of those names, each once; raises BadParameter."""
    if "all" in names:
        return list(ALL_PROTOCOLS)
    for name in names:
        if name not in ALL_PROTOCOLS and not ACROSS.fullmatch(name):
            raise typer.BadParameter(f"{name!r} is none of {', '.join(ALL_PROTOCOLS)}, all")
    return list(dict.fromkeys(names))


def evaluate_checkpoint(
    detector: Detector, clips: Sequence[LabelledClip]
) -> tuple[CheckpointEvaluation, Study]:
    """Score every clip and count; raises CheckpointError where the clips have other labels."""
    manifest = detector.manifest
    names = [label.name for label in manifest.labels]
    expected = [label.name for label in vocabulary_of(clips)]
    if names != expected:
        raise CheckpointError(f"the checkpoint scores {names}, expected {expected}")
    thresholds = {label.name: label.threshold for label in manifest.labels}
    known = set(training_record(manifest).groups)
    with progress_bar("scoring", len(clips)) as step:
        scored = []
        for clip in clips:
            scored.append(score_clip(detector.scores, ClipWindows.of(clip)))
            step()
    title = f"{manifest.name} {manifest.version}"
    study = Study(CHECKPOINT, title, judge("all", scored, thresholds))
    evaluation = CheckpointEvaluation(
        checkpoint=title,
        clips=len(clips),
        trained_on=[clip.labels.name for clip in clips if clip.labels.group in known],
        figures=StudyFigures.of(study),
    )
    return evaluation, study


def _evaluate(clips: Sequence[LabelledClip], checkpoint: Path, out: Path) -> None:
    evaluation, study = evaluate_checkpoint(Detector.load(checkpoint), clips)
    typer.echo(evaluation.caveat)
    typer.echo(event_table(evaluation.figures.by_event))
    typer.echo(window_table(evaluation.figures.by_window))
    _write(out, evaluation, [study], clips, evaluation.caveat)


def _compare(
    clips: Sequence[LabelledClip],
    protocols: Sequence[Protocol],
    models: Sequence[ModelName],
    settings: TrainingSettings,
    out: Path,
    jobs: int | None,
) -> None:
    require_torch()
    # torch may be missing, and is slow to import.
    from modeling.training.comparison.compare import compare
    from modeling.training.comparison.parallel_scores import HeldOutError

    with plain_errors(HeldOutError):
        studies = compare(clips, protocols, models, settings, out, jobs or os.cpu_count() or 1)
    comparison = Comparison(
        settings=settings,
        dataset=digest_clips(learnable(clips)),
        feature_layout=FEATURE_LAYOUT,
        studies=[StudyFigures.of(study) for study in studies],
    )
    for name, part in groupby(comparison.studies, key=lambda study: study.protocol):
        figures = list(part)
        typer.echo(f"\n## {name}\n")
        typer.echo(event_table({study.model: study.by_event["all"] for study in figures}, "model"))
        typer.echo()
        typer.echo(model_window_table({study.model: study.by_window for study in figures}))
    _write(out, comparison, studies, clips, COMPARISON_CAVEAT)


def _write(
    out: Path,
    evaluation: BaseModel,
    studies: Sequence[Study],
    clips: Sequence[LabelledClip],
    caveat: str,
) -> None:
    from modeling.training.report.pages import write_report  # slow to import

    page = write_report(out, studies, {clip.labels.name: clip.track for clip in clips}, caveat)
    path = out / EVALUATION_NAME
    path.write_text(evaluation.model_dump_json(indent=1) + "\n", encoding="utf-8")
    typer.echo(f"\nthe same as JSON: {path}\nto look through the misses: {page}")


if __name__ == "__main__":
    app()
