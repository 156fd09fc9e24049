"""What fewer frames a second cost: `uv run python -m benchmarks.frame_rates`.

URFD's clips of the horizontal camera as a slower camera, or a box short of CPU, would see them: one
frame of so many. How many of the falls are told, and of the others how many by mistake. The
detector learnt from these clips, at 30 frames/s: what counts is what is lost on the way down.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from benchmarks.gate_alarms import gated, watch
from common.native_output import silence_native_stderr
from testkit.films import FPS, VIDEOS, Videos

ONE_OF = (1, 2, 3, 4, 5, 6, 8, 10)


def main(
    videos: Videos = VIDEOS,
    jobs: Annotated[int, typer.Option(help="Clips at a time.")] = 2,
) -> None:
    """Count the falls that are told at each rate."""
    falls, others = (
        sorted(videos.resolve().glob(f"{kind}-*-cam0.mp4")) for kind in ("fall", "adl")
    )
    if not falls or not others:
        sys.exit(f"no clips fall-*-cam0.mp4 and adl-*-cam0.mp4 in {videos}")
    typer.echo("| frames a second | falls told | others told |\n|---|---|---|")
    with ProcessPoolExecutor(jobs, initializer=silence_native_stderr) as pool:
        for every in ONE_OF:
            told = partial(is_told, every=every)
            found = track(pool.map(told, falls + others), "clips", total=len(falls + others))
            right = list(found)
            hits, mistakes = sum(right[: len(falls)]), sum(right[len(falls) :])
            typer.echo(
                f"| {FPS / every:.3g} | {hits} of {len(falls)} | {mistakes} of {len(others)} |"
            )


def is_told(clip: Path, every: int) -> bool:
    """Whether a fall is found in one frame of `every` so many."""
    return bool(watch(clip, gated, every).falls)


if __name__ == "__main__":
    typer.run(main)
