"""Six cameras on two cores: `uv run python -m benchmarks.six_cameras`.

People who walk, sit down and fall, at 15 frames/s: clips of URFD that are played to and fro. One
process for all six against one for each. A window is as old as its newest frame: from when that was
due until the scores are there. Starting is left out on both sides.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated

import numpy as np
import typer

from benchmarks.ages import FPS, Watched
from benchmarks.comparison import Comparison, Run
from benchmarks.harness import RESULTS, Repeats, Results, by_turns, tell
from benchmarks.servers import serving
from testkit.films import VIDEOS, Image, Videos, film, images_of

CLIPS = ("adl-01", "adl-10", "adl-20", "fall-01", "fall-09", "fall-20")
CORES = 2
P99_LIMIT_MS = 300.0
TARGET = 5.0
PREPARE_SEC = 2.0
"""The processes build what a run needs before it begins."""


def main(
    repeats: Repeats = 5,
    results: Results = RESULTS,
    videos: Videos = VIDEOS,
    seconds: Annotated[float, typer.Option(help="Of each camera, a run.")] = 6.0,
) -> None:
    """Measure six cameras in one process against six processes that estimate every frame."""
    if not videos.is_dir():
        sys.exit(f"no clips in {videos}")
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])  # for the children too
    with (
        tempfile.TemporaryDirectory(prefix="dolbom-bench-") as folder,
        serving("run-backend") as server,
        ExitStack() as stack,
    ):
        clips = [_film(videos, clip, Path(folder), seconds) for clip in CLIPS]
        url = f"http://127.0.0.1:{server.port}"
        one = stack.enter_context(_started(["benchmarks.watched_cameras", url, *clips]))
        six = [
            stack.enter_context(_started(["benchmarks.peers.live_camera", url, clip]))
            for clip in clips
        ]
        ours, peers = by_turns(lambda: _run([one]), lambda: _run(six), repeats)
    tell(_comparison(ours, peers), results)


def _film(videos: Path, clip: str, folder: Path, seconds: float) -> str:
    """Every second picture of the 30/s of a clip, to and fro for as long as it takes."""
    once = list(images_of(videos / f"{clip}-cam0.mp4"))[::2]
    path = folder / f"{clip}.mp4"
    film(_to_and_fro(once, round(seconds * FPS)), path, FPS)
    return str(path)


def _to_and_fro(once: list[Image], count: int) -> Iterator[Image]:
    period = 2 * len(once) - 2
    for number in range(count):
        step = number % period
        yield once[min(step, period - step)]


@dataclass(frozen=True)
class _Watcher:
    """A process that watches as often as it is asked to; see `benchmarks.ages`."""

    questions: IO[str]
    answers: IO[str]

    def begin(self, moment: float) -> None:
        self.questions.write(f"{moment}\n")
        self.questions.flush()

    def watched(self) -> Watched:
        return Watched(**json.loads(self.answers.readline()))


@contextmanager
def _started(command: Sequence[str]) -> Iterator[_Watcher]:
    process = subprocess.Popen(  # noqa: S603 (our own command, no shell)
        [sys.executable, "-m", *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        if process.stdin is None or process.stdout is None:
            raise AssertionError("both are pipes")
        process.stdout.readline()
        yield _Watcher(process.stdin, process.stdout)
        process.stdin.close()


def _run(watchers: Sequence[_Watcher]) -> Run:
    began = time.monotonic() + PREPARE_SEC
    for watcher in watchers:
        watcher.begin(began)
    watched = [watcher.watched() for watcher in watchers]
    wall_sec = time.monotonic() - began
    ages_ms = np.concatenate([one.ages_ms for one in watched])
    median, p99 = np.quantile(ages_ms, [0.5, 0.99]).tolist()
    cpu_sec = sum(one.cpu_sec for one in watched)
    return Run(median, len(ages_ms), wall_sec, cpu_sec, p99)


def _comparison(ours: tuple[Run, ...], peers: tuple[Run, ...]) -> Comparison:
    return Comparison(
        name="six_cameras",
        work=f"{len(CLIPS)} cameras at {FPS:.0f} frames/s in which people move, on {CORES} cores: "
        "how old a window is once it is analysed.",
        peer="a process per camera, with an estimate of every frame and a JSON post per window",
        unit="ms in the middle",
        better="lower",
        target=TARGET,
        command="uv run python -m benchmarks.six_cameras",
        ours=ours,
        peers=peers,
        p99_limit_ms=P99_LIMIT_MS,
    )


if __name__ == "__main__":
    typer.run(main)
