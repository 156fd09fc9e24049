"""URFD's clips as what a camera films."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer
from numpy.typing import NDArray

from modeling.video import VideoFile

Image = NDArray[np.uint8]
Videos = Annotated[Path, typer.Option(help="URFD's clips.")]
VIDEOS = Path("../shared/data/urfd/videos")


def images(videos: Path, clip: str) -> list[Image]:
    """Every picture of `clip`, 30 a second; raises VideoError."""
    file = VideoFile((videos / f"{clip}.mp4").resolve())
    try:
        return [frame.image for frame in file.frames()]
    finally:
        file.close()


def film(pictures: Iterable[Image], path: Path, fps: float) -> int:
    """Write `pictures` to a video; how many they were."""
    filmed = list(pictures)
    height, width = filmed[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), fps, (width, height))
    for picture in filmed:
        writer.write(picture)
    writer.release()
    return len(filmed)
