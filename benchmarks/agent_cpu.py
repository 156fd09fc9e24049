"""What a minute of video costs the camera box: `uv run python -m benchmarks.agent_cpu`.

People who move, from clips of URFD; a room in which somebody stands still; an empty one. The two
still rooms are a frame of a clip with a sensor's noise. All of it at 30 frames/s. Starting is left
out on both sides.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.comparison import Comparison, Run
from benchmarks.films import FPS, VIDEOS, Image, Videos, film, images_of, noisy
from benchmarks.harness import RESULTS, Repeats, Results, by_turns, tell
from benchmarks.servers import serving

MOVING = ("adl-01-cam0", "fall-01-cam0")
STILL, STANDING_AT = "adl-01-cam0", 75
EMPTY = "adl-30-cam0"


@dataclass(frozen=True)
class Scene:
    """What is filmed, and how many times less it is to cost."""

    name: str
    work: str
    images: Callable[[], Iterable[Image]]
    target: float


def main(
    repeats: Repeats = 5,
    results: Results = RESULTS,
    videos: Videos = VIDEOS,
    seconds: Annotated[float, typer.Option(help="Of each still room.")] = 12.0,
) -> None:
    """Measure the camera box against every frame estimated and every window sent as JSON."""
    if not videos.is_dir():
        sys.exit(f"no clips in {videos}")

    def still(clip: str, index: int) -> Callable[[], Iterable[Image]]:
        (image,) = islice(images_of(videos / f"{clip}.mp4"), index, index + 1)
        return lambda: noisy(image, round(seconds * FPS))

    def moving() -> Iterable[Image]:
        return chain.from_iterable(images_of(videos / f"{clip}.mp4") for clip in MOVING)

    scenes = (
        Scene("agent_moving", "people who walk, sit down and fall", moving, 4),
        Scene("agent_still", "somebody who stands still", still(STILL, STANDING_AT), 15),
        Scene("agent_empty", "an empty room", still(EMPTY, 0), 15),
    )
    with (
        tempfile.TemporaryDirectory(prefix="dolbom-bench-") as folder,
        serving("run-backend") as server,
    ):
        for scene in scenes:
            clip = Path(folder) / f"{scene.name}.mp4"
            frames = film(scene.images(), clip)
            ours, peers = by_turns(
                _runs("benchmarks.watched", clip, server.port, frames),
                _runs("benchmarks.peers.every_frame", clip, server.port, frames),
                repeats,
            )
            tell(_comparison(scene, ours, peers), results)


def _runs(program: str, clip: Path, port: int, frames: int) -> Callable[[], Run]:
    def run() -> Run:
        command = [sys.executable, "-m", program, str(clip), f"http://127.0.0.1:{port}"]
        started = time.perf_counter()
        said = subprocess.run(  # noqa: S603 (our own command, no shell)
            command, check=True, stdout=subprocess.PIPE, text=True
        )
        cpu_sec = float(said.stdout.splitlines()[-1])
        return Run(cpu_sec * FPS * 60 / frames, frames, time.perf_counter() - started, cpu_sec)

    return run


def _comparison(scene: Scene, ours: tuple[Run, ...], peers: tuple[Run, ...]) -> Comparison:
    return Comparison(
        name=scene.name,
        work=f"CPU of the camera box on {scene.work}, 320x240 at {FPS:.0f} frames/s.",
        peer="MediaPipe on every frame, and a JSON post a window",
        unit="CPU s a minute of video",
        better="lower",
        target=scene.target,
        command="uv run python -m benchmarks.agent_cpu",
        ours=ours,
        peers=peers,
    )


if __name__ == "__main__":
    typer.run(main)
