"""Where the camera box's CPU time goes: `uv run python -m benchmarks.agent_cpu`.

Runs `run-agent` on a video and on the pose track that was recorded from the same video: all that
the two runs differ in is decoding and pose extraction. Alternates them, after a clip of one frame
has shown what starting costs, and gives medians and ranges. Then times a window's features.
"""

import os
import resource
import statistics
import sys
import tempfile
import timeit
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer
from rich.progress import track

from benchmarks.household import Household, household
from demo.processes import start
from modeling.features import window_features
from modeling.pose import PoseTrack
from modeling.video import VideoFile
from modeling.windows import RATE_HZ

FRAMES = 900


@dataclass(frozen=True)
class Cost:
    """CPU seconds of a run, all of its threads together."""

    extracting: float
    everything_else: float
    decoding: float

    @property
    def share(self) -> float:
        """Pose extraction's share of the run on video, starting left out of both."""
        return self.extracting / (self.extracting + self.everything_else + self.decoding)


def main(
    video: Annotated[Path, typer.Option(help="A clip; it is repeated up to 900 frames.")] = Path(
        "../shared/data/urfd/videos/adl-30-cam0.mp4"
    ),
    repeats: Annotated[int, typer.Option(help="Runs of each kind.")] = 5,
) -> None:
    """Measure the share of pose extraction, and the cost of a window's features."""
    if not video.is_file():
        sys.exit(f"no such video: {video}")
    with tempfile.TemporaryDirectory() as name, household() as at:
        folder = Path(name)
        whole, single = folder / "whole.mp4", folder / "single.mp4"
        _repeat(video, whole, FRAMES)
        _repeat(video, single, 1)
        _run(at, whole, "--record", str(folder / "whole.npz"))
        _run(at, single, "--record", str(folder / "single.npz"))
        costs = [_measure(at, folder) for _ in track(range(repeats), description="runs")]
        _report(costs)
        _time_features(PoseTrack.load(folder / "whole.npz"))


def _repeat(video: Path, out: Path, frames: int) -> None:
    images = [frame.image for frame in VideoFile(video.resolve()).frames()]
    height, width = images[0].shape[:2]
    writer = cv2.VideoWriter(str(out), cv2.VideoWriter.fourcc(*"mp4v"), 30.0, (width, height))
    for index in range(frames):
        writer.write(images[index % len(images)])
    writer.release()


def _measure(at: Household, folder: Path) -> Cost:
    video = _run(at, folder / "whole.mp4") - _run(at, folder / "single.mp4")
    track_only = _run(at, folder / "whole.npz") - _run(at, folder / "single.npz")
    started = os.times()
    for _ in VideoFile(folder / "whole.mp4").frames():
        pass
    now = os.times()
    decoding = now.user + now.system - started.user - started.system
    return Cost(video - track_only - decoding, track_only, decoding)


def _run(at: Household, source: Path, *options: str) -> float:
    """CPU seconds that one run of the agent took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    given = ("--source", str(source), "--pace", "fast", "--backend-url", at.server_url, *options)
    part = start("run-agent", *given, folder=at.folder, environment=at.environment)
    if part.process.wait() != 0:
        sys.exit(f"run-agent failed: {part.last_line()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _report(costs: list[Cost]) -> None:
    shares = [cost.share for cost in costs]
    typer.echo(
        f"pose extraction's share of the CPU time, {len(costs)} runs of {FRAMES} frames: median "
        f"{statistics.median(shares):.1%}, {min(shares):.1%} to {max(shares):.1%}"
    )
    for name in ("extracting", "decoding", "everything_else"):
        seconds = statistics.median(getattr(cost, name) for cost in costs)
        typer.echo(f"  {name.replace('_', ' ')}: {seconds / FRAMES * 1000:.2f} ms a frame")


def _time_features(recorded: PoseTrack) -> None:
    landmarks = np.nan_to_num(recorded.landmarks[:16])
    tracked = np.ones(16, dtype=bool)
    call = timeit.Timer(lambda: window_features(landmarks, tracked, recorded.aspect, RATE_HZ))
    times = [seconds / 1000 * 1000 for seconds in call.repeat(5, 1000)]
    typer.echo(
        f"features of one window, 5 times 1000: median {statistics.median(times):.3f} ms, "
        f"{min(times):.3f} to {max(times):.3f} ms"
    )


if __name__ == "__main__":
    typer.run(main)
