"""What the gate changes: `uv run python -m benchmarks.gate_alarms`.

Each clip of URFD's horizontal camera with and without the gate before the estimator: the falls
that are found, how much later, and how far the probabilities of the same window differ. A file
`--table` gets a line per clip.
"""

import statistics
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.progress import track

from common.native_output import silence_native_stderr
from contract.events import FALL
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT
from modeling.perception.detector.detector import Detector
from modeling.perception.frames.frame import Frame
from modeling.perception.frames.video import VideoFile
from modeling.perception.incidents.replay import Incident, analyze_moments, find_incidents
from modeling.perception.poses.pose import Poses
from modeling.perception.poses.pose_estimator import PoseEstimator
from modeling.perception.poses.pose_gate import PoseGate
from modeling.perception.windows.windows import track_moments
from testkit.films import VIDEOS, Videos


@dataclass(frozen=True)
class Watched:
    """What was made of a clip: falls, the probability of a fall at each time, and the poses."""

    falls: list[Incident]
    scores: dict[float, float]
    estimates: int
    seconds: float


@dataclass(frozen=True)
class Difference:
    """One clip with and without the gate."""

    clip: str
    every_frame: Watched
    gated: Watched

    @property
    def is_identical(self) -> bool:
        """Whether there are as many falls in it."""
        return len(self.every_frame.falls) == len(self.gated.falls)

    @property
    def delays(self) -> list[float]:
        """Seconds by which each START comes later."""
        pairs = zip(self.every_frame.falls, self.gated.falls, strict=False)
        return [gated.start - every.start for every, gated in pairs]

    @property
    def changes(self) -> list[float]:
        """By how much the probability of each window differs."""
        both = self.every_frame.scores.keys() & self.gated.scores.keys()
        return [abs(self.every_frame.scores[at] - self.gated.scores[at]) for at in both]

    def line(self) -> str:
        """The clip's line of the table."""
        every, gated = (len(watched.falls) for watched in (self.every_frame, self.gated))
        delays = ", ".join(f"{delay:+.1f}" for delay in self.delays) or "-"
        largest = max(self.changes, default=0.0)
        rate = self.gated.estimates / self.gated.seconds
        return f"| {self.clip} | {every} | {gated} | {delays} | {largest:.3f} | {rate:.1f} |"


def main(
    videos: Videos = VIDEOS,
    table: Annotated[Path | None, typer.Option(help="A Markdown file, a line per clip.")] = None,
    jobs: Annotated[int, typer.Option(help="Clips at a time.")] = 2,
) -> None:
    """Compare the alarms with and without the gate."""
    clips = sorted(videos.resolve().glob("*-cam0.mp4"))
    if not clips:
        sys.exit(f"no clips *-cam0.mp4 in {videos}")
    with ProcessPoolExecutor(jobs, initializer=silence_native_stderr) as pool:
        differences = list(track(pool.map(compare, clips), "clips", total=len(clips)))
    if table is not None:
        heads = ("clip", "falls, every frame", "falls, gate", "START, s", "p at most", "poses/s")
        lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
        table.write_text("\n".join(lines + [one.line() for one in differences]) + "\n")
    _report(differences)


def compare(clip: Path) -> Difference:
    """Watch `clip` both ways."""
    return Difference(clip.stem, watch(clip, lambda estimate: estimate), watch(clip, gated))


def gated(estimate: Callable[[Frame], Poses]) -> Callable[[Frame], Poses | None]:
    """What the camera box puts before its estimator."""
    return PoseGate(estimate).poses


def watch(
    clip: Path,
    prepare: Callable[[Callable[[Frame], Poses]], Callable[[Frame], Poses | None]],
    every: int = 1,
) -> Watched:
    """What is made of one frame of `every` so many, with `prepare` before the estimator."""
    file, estimator, estimated = VideoFile(clip), PoseEstimator(), 0

    def estimate(frame: Frame) -> Poses:
        nonlocal estimated
        estimated += 1
        return estimator.estimate(frame)

    look = prepare(estimate)
    frames = islice(file.frames(), 0, None, every)
    poses = [pose for frame in frames if (pose := look(frame)) is not None]
    estimator.close()
    file.close()
    moments = track_moments(poses)
    analyses = analyze_moments(Detector.load(DEFAULT_CHECKPOINT), moments)
    scores = {
        round(moment.time, 3): max(one.scores[one.events.index(FALL)] for one in answers)
        for moment, answers in zip(moments, analyses, strict=True)
        if answers
    }
    falls = [one for one in find_incidents(moments, analyses) if one.label == FALL]
    return Watched(falls, scores, estimated, poses[-1].time)


def _report(differences: list[Difference]) -> None:
    identical = sum(one.is_identical for one in differences)
    typer.echo(f"the same number of falls: {identical} of {len(differences)} clips")
    typer.echo(f"  others: {[one.clip for one in differences if not one.is_identical]}")
    delays = [delay for one in differences for delay in one.delays]
    if delays:
        typer.echo(
            f"START of {len(delays)} falls later by: median {statistics.median(delays):.2f} s, "
            f"{min(delays):.2f} to {max(delays):.2f} s"
        )
    changes = np.array([change for one in differences for change in one.changes])
    share = np.mean(changes <= 0.005)
    typer.echo(
        f"probability of {len(changes)} windows: median change {np.median(changes):.4f}, p99 "
        f"{np.quantile(changes, 0.99):.3f}, at most {changes.max():.3f}; within 0.005: {share:.1%}"
    )
    estimates = sum(one.gated.estimates for one in differences)
    seconds = sum(one.gated.seconds for one in differences)
    typer.echo(f"poses estimated: {estimates / seconds:.1f} a second")


if __name__ == "__main__":
    typer.run(main)
