"""Small real videos."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

SIZE = (64, 48)

WriteVideo = Callable[[str, list[float]], Path]


def jpeg(number: int) -> bytes:
    """A picture in one grey, another one for each number."""
    image = np.full((SIZE[1], SIZE[0], 3), number * 8 % 256, dtype=np.uint8)
    return bytes(cv2.imencode(".jpg", image)[1])


@pytest.fixture
def write_video(tmp_path: Path) -> WriteVideo:
    """Writes a video with a picture at each of `times`, in seconds."""

    def write(name: str, times: list[float]) -> Path:
        path = tmp_path / name
        # At 1000 frames/s the writer's time stamps are in milliseconds.
        fourcc = cv2.VideoWriter.fourcc(*"MJPG")
        options = [cv2.VIDEOWRITER_PROP_RAW_VIDEO, 1]
        writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, fourcc, 1000.0, SIZE, options)
        for number, shown_at in enumerate(times):
            writer.set(cv2.VIDEOWRITER_PROP_PTS, round(shown_at * 1000))
            writer.write(np.frombuffer(jpeg(number), dtype=np.uint8).reshape(1, -1))
        writer.release()
        return path

    return write


@pytest.fixture
def clip(write_video: WriteVideo) -> Path:
    """Ten pictures at 20 frames/s."""
    return write_video("clip.mkv", [i / 20 for i in range(10)])


@pytest.fixture
def jpegs_without_times(tmp_path: Path) -> Path:
    """Five pictures in a file that knows no time stamps; FFmpeg takes it for 25 frames/s."""
    path = tmp_path / "clip.mjpeg"
    path.write_bytes(b"".join(jpeg(i) for i in range(5)))
    return path
