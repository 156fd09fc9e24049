"""What is said of real pictures: `uv run python -m benchmarks.pictures`.

Each clip of URFD is looked at once a second, as the camera box does it. None is black, covered or
frozen; the extremes show how far from it they are. And how long one look takes.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.progress import track

from agent.picture import DARKEST, LOOK_EVERY_SEC, PLAINEST, STILLEST, Look, PictureCheck
from contract.events import Picture
from modeling.video import Frame, VideoFile

LOOKS = 200


def main(
    videos: Annotated[Path, typer.Option(help="URFD's clips.")] = Path(
        "../shared/data/urfd/videos"
    ),
) -> None:
    """Count what is said of the clips, and show the extremes."""
    clips = sorted(videos.glob("*.mp4"))
    if not clips:
        sys.exit(f"no clips *.mp4 in {videos}")
    said: Counter[Picture] = Counter()
    looks: list[Look] = []
    changes: list[float] = []
    for clip in track(clips, description="looking"):
        check, seen = PictureCheck(), []
        for frame in _a_second_apart(clip):
            check.look(frame)
            said.update(filter(None, [check.take()]))
            seen.append(Look.at(frame.image))
        looks += seen
        changes += [_change(*pair) for pair in pairwise(seen)]
    typer.echo(f"{len(clips)} clips, {len(looks)} looks: {dict(said)}")
    _show("brightness", [look.brightness for look in looks], DARKEST)
    _show("detail", [look.detail for look in looks], PLAINEST)
    _show("change in a second", changes, STILLEST)
    typer.echo(f"one look at 1920 x 1080: {_look_ms():.2f} ms")
    if said.keys() != {Picture.OK}:
        sys.exit("short of what is promised: nothing but ok")


def _a_second_apart(clip: Path) -> Iterator[Frame]:
    video, due = VideoFile(clip), 0.0
    for frame in video.frames():
        if frame.time >= due:
            due = frame.time + LOOK_EVERY_SEC
            yield frame
    video.close()


def _change(before: Look, after: Look) -> float:
    return float(np.abs(after.samples - before.samples).mean())


def _show(what: str, values: list[float], limit: float) -> None:
    typer.echo(f"{what}: least {min(values):.2f}, median {np.median(values):.2f}, limit {limit}")


def _look_ms() -> float:
    image = np.random.default_rng(1).integers(0, 255, (1080, 1920, 3)).astype(np.uint8)
    began = time.perf_counter()
    for _ in range(LOOKS):
        Look.at(image)
    return (time.perf_counter() - began) / LOOKS * 1000


if __name__ == "__main__":
    typer.run(main)
