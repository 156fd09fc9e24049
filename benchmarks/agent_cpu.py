"""What a minute of video costs the camera box: `uv run python -m benchmarks.agent_cpu`.

People who move, from clips of URFD; a room in which somebody stands still; an empty one. The two
still rooms are a frame of a clip with a sensor's noise. All of it at 30 frames/s. Starting is left
out on both sides.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.comparison import Comparison, Run
from benchmarks.harness import RESULTS, Repeats, Results, by_turns, tell
from benchmarks.servers import serving
from testkit.films import FPS, VIDEOS, Image, Videos, film, images_of, noisy

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
    seconds: Annotated[float, typer.Option(help="Of each still room.")] = 10.0,
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
        _started("benchmarks.watched", server.port) as box,
        _started("benchmarks.peers.every_frame", server.port) as peer,
    ):
        for scene in scenes:
            clip = Path(folder) / f"{scene.name}.mp4"
            frames = film(scene.images(), clip)
            ours, peers = by_turns(
                partial(_run, box, clip, frames), partial(_run, peer, clip, frames), repeats
            )
            tell(_comparison(scene, ours, peers), results)


@contextmanager
def _started(program: str, port: int) -> Iterator[Callable[[Path], float]]:
    """What has a program watch a clip, and says how many CPU seconds that took."""
    command = [sys.executable, "-m", program, f"http://127.0.0.1:{port}"]
    with subprocess.Popen(  # noqa: S603 (our own command, no shell)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        questions, answers = process.stdin, process.stdout
        if questions is None or answers is None:
            raise AssertionError("both are pipes")

        def watch(clip: Path) -> float:
            questions.write(f"{clip}\n")
            questions.flush()
            return float(answers.readline())

        yield watch
        questions.close()


def _run(watch: Callable[[Path], float], clip: Path, frames: int) -> Run:
    started = time.perf_counter()
    cpu_sec = watch(clip)
    return Run(cpu_sec * FPS * 60 / frames, frames, time.perf_counter() - started, cpu_sec)


def _comparison(scene: Scene, ours: tuple[Run, ...], peers: tuple[Run, ...]) -> Comparison:
    return Comparison(
        name=scene.name,
        work=f"CPU of the camera box on {scene.work}, 320x240 at {FPS:.0f} frames/s.",
        peer="an estimate of every frame, and a JSON post per window",
        unit="CPU s a minute of video",
        better="lower",
        target=scene.target,
        command="uv run python -m benchmarks.agent_cpu",
        ours=ours,
        peers=peers,
    )


if __name__ == "__main__":
    typer.run(main)
