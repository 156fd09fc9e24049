"""Videos that the benchmarks make of URFD's clips."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer
from numpy.typing import NDArray

from modeling.perception.frames.video import VideoFile

FPS = 30.0
NOISE = 3.0
"""Sigma of a grey level: a cheap sensor by lamp light."""

Image = NDArray[np.uint8]
Videos = Annotated[Path, typer.Option(help="URFD's clips.")]
VIDEOS = Path("../shared/data/urfd/videos")


def images_of(clip: Path) -> Iterator[Image]:
    """The pictures of a clip, one after the other."""
    file = VideoFile(clip.resolve())
    try:
        yield from (frame.image for frame in file.frames())
    finally:
        file.close()


def noisy(image: Image, frames: int) -> Iterator[Image]:
    """So many pictures of the same thing, each with a sensor's noise of its own."""
    random = np.random.default_rng(0)
    for _ in range(frames):
        seen = image + random.normal(0.0, NOISE, image.shape)
        yield np.clip(seen, 0, 255).astype(np.uint8)


def film(images: Iterable[Image], path: Path, fps: float = FPS) -> int:
    """Write `images`, at least one, to a video; how many they were."""
    pictures = iter(images)
    first = next(pictures)
    height, width = first.shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), fps, (width, height))
    writer.write(first)
    frames = 1
    for image in pictures:
        writer.write(image)
        frames += 1
    writer.release()
    return frames
