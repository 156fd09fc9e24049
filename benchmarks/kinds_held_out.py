"""Falls of kinds that were not learnt: `uv run --no-sync python -m benchmarks.kinds_held_out`.

Simulated people fall in ways that the detector has not seen, and strangers in ways that it has. One
fit of the recipe that ships learns from all the rest: recordings, motion, and made people. Whole
clips go through the live watch; what is told counts. It takes twenty minutes of one core.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from common.progress import progress_bar
from modeling.perception.detector.checkpoint import (
    DEFAULT_CHECKPOINT,
    CheckpointError,
    load_manifest,
)
from modeling.training.datasets.clips import DatasetError, LabelledClip, learnable, load_dataset
from modeling.training.datasets.examples import Windows
from modeling.training.datasets.kept_poses import DEFAULT_DATASET
from modeling.training.datasets.windows import ClipWindows
from modeling.training.detectors.examples import prepare
from modeling.training.detectors.fit import Fitted, fit
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.evaluate.by_event import Outcome, watched
from modeling.training.evaluate.intervals import Rate
from modeling.training.evaluate.scoring import score_clip
from modeling.training.loop import make_repeatable
from modeling.training.synthetic.bodies.people import HELD_OUT_PEOPLE
from modeling.training.synthetic.takes.take import EndPosture, Take, TakeFacts

UNKNOWN = ("missed_chair", "frame_turn", "roll_out_of_bed")
"""Ways to fall that are not learnt: beside a chair, with a walking frame, out of a bed."""
SEATED: frozenset[EndPosture] = frozenset({"sitting", "against wall"})
SYNTHETIC, MOTION = Path("data/synthetic"), Path("data/motion")


@dataclass(frozen=True)
class HeldOut:
    """A film of a made person of whom, or of whose kind of fall, nothing was learnt."""

    facts: TakeFacts
    outcome: Outcome

    @property
    def is_stranger(self) -> bool:
        """Whether the kind of fall is known, and the person is not."""
        return self.facts.kind not in UNKNOWN


PARTS: Mapping[str, Callable[[HeldOut], bool]] = {
    "beside a chair": lambda it: it.facts.kind == "missed_chair",
    "turning with a walking frame": lambda it: it.facts.kind == "frame_turn",
    "out of a bed": lambda it: it.facts.kind == "roll_out_of_bed",
    "strangers, all known kinds": lambda it: it.is_stranger,
    "strangers who land sitting": lambda it: it.is_stranger and it.facts.end_posture in SEATED,
    "strangers far away": lambda it: it.is_stranger and it.outcome.labels.view == "far",
    "strangers from overhead": lambda it: it.is_stranger and it.outcome.labels.overhead,
    "strangers beside somebody": lambda it: it.is_stranger and it.outcome.labels.person is not None,
}


def main(
    recorded: Annotated[Path, typer.Option(help="What build-dataset wrote.")] = DEFAULT_DATASET,
    made: Annotated[Path, typer.Option(help="What make-synthetic-falls wrote.")] = SYNTHETIC,
    motion: Annotated[Path, typer.Option(help="What film-motion wrote.")] = MOTION,
    checkpoint: Annotated[Path, typer.Option(help="Whose threshold it is.")] = DEFAULT_CHECKPOINT,
) -> None:
    """Count the falls that are told of by their part, and the daily films with an alert."""
    make_repeatable()
    try:
        labels = load_manifest(checkpoint).labels
        clips = learnable([c for folder in (recorded, made, motion) for c in load_dataset(folder)])
    except (CheckpointError, DatasetError) as error:
        sys.exit(str(error))
    facts = {path.stem: Take.load(path).facts for path in sorted((made / "takes").glob("*.npz"))}
    unseen = [clip for clip in clips if is_held_out(facts.get(clip.labels.group))]
    if not unseen:
        sys.exit(f"{made} has no takes of what is held out: run make-synthetic-falls")
    names = {clip.labels.name for clip in unseen}
    fitted = fitted_to([clip for clip in clips if clip.labels.name not in names])
    thresholds = {label.name: label.threshold for label in labels}
    scored = (score_clip(fitted.scores, ClipWindows.of(clip)) for clip in unseen)
    report([HeldOut(facts[one.labels.group], watched(one, thresholds)) for one in scored])


def is_held_out(facts: TakeFacts | None) -> bool:
    """Whether nothing is learnt of a take; None is a clip of no made person."""
    return facts is not None and (facts.kind in UNKNOWN or facts.person.name in HELD_OUT_PEOPLE)


def fitted_to(clips: Sequence[LabelledClip]) -> Fitted:
    """The recipe that ships, learnt from these clips."""
    settings = TrainingSettings()
    with progress_bar("preparing", len(clips)) as step:
        examples = prepare([ClipWindows.of(clip) for clip in clips], settings, step)
    with progress_bar("training", settings.epochs) as step:
        return fit(Windows.concatenate(list(examples.values())), settings, lambda _: step())


def report(judged: Sequence[HeldOut]) -> None:
    """Say each part's count and interval; films of one take count as one in the interval."""
    falls = [it for it in judged if it.outcome.labels.falls]
    for part, holds in PARTS.items():
        told = [
            (it.outcome.labels.group, any(map(it.outcome.told_of, it.outcome.labels.falls)))
            for it in falls
            if holds(it)
        ]
        typer.echo(f"{part}: {Rate.over_groups(told)}")
    daily = [it.outcome for it in judged if not it.outcome.labels.falls]
    alarmed = [(it.labels.group, bool(it.told_falsely)) for it in daily]
    typer.echo(f"daily acts of strangers with an alert: {Rate.over_groups(alarmed)}")


if __name__ == "__main__":
    typer.run(main)
