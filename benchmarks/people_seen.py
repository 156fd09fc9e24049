"""Falls of who is alone that seem accompanied: `uv run python -m benchmarks.people_seen`.

In each clip of the dataset that `build-dataset` wrote one person falls, or lives. Its poses go
through the window builder, as they would travel to the server. Counted are falls, and half seconds,
at which the server would take two people to be there; what is within the first seconds of a clip is
left out, since nobody counts by then.
"""

import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.progress import track as progress

from backend.poses.frame import PoseFrame
from backend.poses.presence import SPAN_SEC, people_seen
from contract.events import FALL
from modeling.perception.windows.windows import Moment, track_moments
from modeling.training.datasets.clips import DatasetError, LabelledClip, load_dataset
from modeling.training.datasets.kept_poses import DEFAULT_DATASET
from modeling.training.evaluate.intervals import Rate

STEP_SEC = 0.5


def main(
    dataset: Annotated[Path, typer.Option(help="Folder that build-dataset wrote.")] = (
        DEFAULT_DATASET
    ),
) -> None:
    """Count the falls, and the half seconds, at which two people seem to be there."""
    try:
        clips = load_dataset(dataset)
    except DatasetError as error:
        sys.exit(str(error))
    falls, steps, named = list[bool](), list[bool](), list[str]()
    for clip in progress(clips, description="clips"):
        frames = [_frame(moment) for moment in track_moments(clip.track) if moment.windows]
        mine = [people_seen(frames, at) > 1 for at in _falls(clip)]
        falls += mine
        steps += [people_seen(frames, float(at)) > 1 for at in _steps(clip)]
        named += [clip.labels.name] * any(mine)
    typer.echo(f"falls that would have waited: {Rate.of(sum(falls), len(falls))} {named}")
    typer.echo(f"half seconds with two people: {Rate.of(sum(steps), len(steps))}")


def _falls(clip: LabelledClip) -> list[float]:
    """The ends of its falls before which there is enough."""
    ends = [it.end for it in clip.labels.spans if it.label == FALL and it.certain]
    return [end for end in ends if end >= SPAN_SEC]


def _steps(clip: LabelledClip) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return np.arange(SPAN_SEC, float(clip.track.times[-1]), STEP_SEC)


def _frame(moment: Moment) -> PoseFrame:
    """As the server has it of a request."""
    joints = np.stack([window.joints[-1] for window in moment.windows]).astype(np.float16)
    people = tuple(window.person for window in moment.windows)
    scores = tuple((0.0,) for _ in people)
    return PoseFrame(
        "clip", moment.time, moment.time, moment.aspect, people, joints, (FALL,), scores
    )


if __name__ == "__main__":
    typer.run(main)
