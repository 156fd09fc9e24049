"""Who stays down after a fall, and who gets up: `uv run python -m benchmarks.still_down`.

Each clip of the dataset that `build-dataset` wrote goes through window builder, detector, event
machine and watch, in one process: once lengthened by holding the last pose seen, when a fall is to
become a still-down STILL_DOWN_AFTER_SEC after its END and daily living is to become none; and each
fall once more played backwards from its end, so that the person gets up before that time is over.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track as progress

from contract.events import FALL, STILL_DOWN, EventType
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT
from modeling.perception.detector.detector import Detector
from modeling.perception.incidents.event_machine import Transition
from modeling.perception.incidents.replay import analyze_moments
from modeling.perception.incidents.still_down import STILL_DOWN_AFTER_SEC
from modeling.perception.incidents.watch import Watch
from modeling.perception.poses.pose import PoseTrack
from modeling.perception.windows.windows import track_moments
from modeling.training.datasets.clips import DatasetError, LabelledClip, load_dataset
from modeling.training.datasets.kept_poses import DEFAULT_DATASET
from modeling.training.detectors.augmentation.time import hold_end
from modeling.training.evaluate.intervals import Rate

ON_TIME_SEC = 1.0
HELD_SEC = 20.0
LIES_SEC = 5.0


@dataclass
class Tally:
    """The clips of one kind; `told` are those that became what they are counted for."""

    total: int = 0
    told: int = 0
    others: list[str] = field(default_factory=list)

    def count(self, name: str, *, told: bool) -> None:
        """Take the outcome of one clip."""
        self.total += 1
        self.told += told
        if not told:
            self.others.append(name)


def main(
    dataset: Annotated[Path, typer.Option(help="Folder that build-dataset wrote.")] = (
        DEFAULT_DATASET
    ),
    checkpoint: Annotated[Path, typer.Option(help="Detector.")] = DEFAULT_CHECKPOINT,
) -> None:
    """Count who is still down on time, who is though they got up, and daily living that is."""
    try:
        clips = load_dataset(dataset)
    except DatasetError as error:
        sys.exit(str(error))
    detector, tallies = Detector.load(checkpoint), defaultdict[str, Tally](Tally)
    for clip in progress(clips, description="clips"):
        name, origin = clip.labels.name, f"{clip.labels.source} {clip.labels.view}"
        moves = _watch(detector, hold_end(clip, HELD_SEC).track)
        if not clip.labels.falls:
            tallies[f"{origin}, daily living: none"].count(name, told=not _starts(moves))
            continue
        tallies[f"{origin}, falls: still down on time"].count(name, told=_is_on_time(moves))
        rising = _watch(detector, _getting_up(clip))
        tallies[f"{origin}, falls, then up: none"].count(name, told=not _starts(rising))
    _report(tallies)


def _watch(detector: Detector, track: PoseTrack) -> list[Transition]:
    moments, watch = track_moments(track), Watch()
    told: list[Transition] = []
    for moment, analyses in zip(moments, analyze_moments(detector, moments), strict=True):
        told += watch.step(moment, analyses)
    return told


def _getting_up(clip: LabelledClip) -> PoseTrack:
    """The clip, its end held, and both backwards: who stood before the fall stands again."""
    down = hold_end(clip, LIES_SEC / 2).track
    step = down.times[-1] - down.times[-2]
    end = 2 * down.times[-1] + step
    back = [
        replace(poses, frame_idx=len(down) + after, time=end - poses.time)
        for after, poses in enumerate(reversed(list(down)))
    ]
    there_and_back = PoseTrack.from_poses([*down, *back])
    return hold_end(replace(clip, track=there_and_back), HELD_SEC).track


def _starts(moves: Iterable[Transition]) -> list[float]:
    return [m.time for m in moves if (m.label, m.event_type) == (STILL_DOWN, EventType.START)]


def _is_on_time(moves: list[Transition]) -> bool:
    """Whether there is one, within a second of when it is due after the first fall's END."""
    ends = [m.time for m in moves if (m.label, m.event_type) == (FALL, EventType.END)]
    starts = _starts(moves)
    if not ends or len(starts) != 1:
        return False
    return abs(starts[0] - ends[0] - STILL_DOWN_AFTER_SEC) <= ON_TIME_SEC


def _report(tallies: dict[str, Tally]) -> None:
    for kind, tally in sorted(tallies.items()):
        typer.echo(f"{kind}: {Rate.of(tally.told, tally.total)}")
        if tally.others:
            typer.echo(f"  not: {', '.join(tally.others)}")


if __name__ == "__main__":
    typer.run(main)
