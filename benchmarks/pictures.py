"""What `camera_health` says of real pictures: `uv run python -m benchmarks.pictures`.

Each clip of URFD is looked at as the camera box does it. None is blurred, covered or frozen, and
some are filmed in the dark. The model was trained on these clips too: how good it is says its card;
this shows that a household would not be woken for nothing, and how long one look takes.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.progress import track

from agent.picture_check import LOOK_EVERY_SEC, PictureCheck, judge
from contract.events import Picture
from modeling.perception.detector.checkpoint import CHECKPOINTS, CheckpointError
from modeling.perception.frames.frame import Frame
from modeling.perception.frames.video import VideoFile
from modeling.perception.images.camera_health import CAMERA_HEALTH
from modeling.perception.images.model import ImageModel
from testkit.films import VIDEOS, Videos

LOOKS = 50


def main(
    videos: Videos = VIDEOS,
    checkpoint: Annotated[Path, typer.Option(help="The model.")] = CHECKPOINTS / "camera_health",
) -> None:
    """Count what is said of the clips, look by look and in the heartbeats."""
    clips = sorted(videos.glob("*.mp4"))
    if not clips:
        sys.exit(f"no clips *.mp4 in {videos}")
    try:
        model = ImageModel.load(CAMERA_HEALTH, checkpoint)
    except CheckpointError as error:
        sys.exit(str(error))
    looks: Counter[Picture] = Counter()
    told: Counter[Picture | None] = Counter()
    for clip in track(clips, description="looking"):
        check, previous = PictureCheck(model), None
        for frame in _looked_at(clip):
            check.look(frame)
            looks[judge(model, frame, previous)] += 1
            told[check.at(frame.time)] += 1
            previous = frame
    typer.echo(f"{len(clips)} clips, {looks.total()} looks: {_counts(looks)}")
    typer.echo(f"in the heartbeats: {_counts(told)}")
    typer.echo(f"one look at 1920 x 1080: {_look_ms(model):.1f} ms")
    if not told.keys() <= {Picture.OK, Picture.DARK, None}:
        sys.exit("short of what is promised: nothing but ok and dark")


def _looked_at(clip: Path) -> Iterator[Frame]:
    video, due = VideoFile(clip), 0.0
    for frame in video.frames():
        if frame.time >= due:
            due = frame.time + LOOK_EVERY_SEC
            yield frame
    video.close()


def _counts(said: Counter[Picture] | Counter[Picture | None]) -> str:
    return ", ".join(f"{word or 'not known yet'} {count}" for word, count in said.most_common())


def _look_ms(model: ImageModel) -> float:
    chance = np.random.default_rng(1)
    images = [chance.integers(0, 255, (1080, 1920, 3), dtype=np.uint8) for _ in range(2)]
    before, frame = (Frame(number, float(number), image) for number, image in enumerate(images))
    began = time.perf_counter()
    for _ in range(LOOKS):
        judge(model, frame, before)
    return (time.perf_counter() - began) / LOOKS * 1000


if __name__ == "__main__":
    typer.run(main)
