"""Video files as timed frames: the one reader that training and the camera box share."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray


class VideoError(Exception):
    """The file is missing, is no video, or holds no frame; the message is one plain line."""


@dataclass(frozen=True)
class Frame:
    """One picture: `image` is (H, W, 3) uint8 in BGR, `time` is seconds since the stream began."""

    index: int
    time: float
    image: NDArray[np.uint8]


@dataclass(frozen=True)
class VideoInfo:
    """What the container claims; `frame_count` is 0 where it does not say."""

    fps: float
    frame_count: int


def silence_decoders() -> None:
    """Keep OpenCV's and FFmpeg's own lines off stderr: whoever opens a video says what failed.

    FFmpeg takes its level once, at the first video of the process; one that is set already stays.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    cv2.setLogLevel(0)


class VideoFile:
    """A decoded video file, read once from its first frame to its last."""

    def __init__(self, path: Path) -> None:
        """Open `path`; raises VideoError when it is not there or is no video."""
        if not path.is_file():
            raise VideoError(f"no such video file: {path}")
        silence_decoders()
        # To FFmpeg a relative name with a colon begins with a protocol.
        self._capture = cv2.VideoCapture(str(path.absolute()), cv2.CAP_FFMPEG)
        if not self._capture.isOpened():
            raise VideoError(f"not a video that can be decoded: {path}")
        self._path = path
        fps = self._capture.get(cv2.CAP_PROP_FPS)
        self.info = VideoInfo(
            fps=fps if 1.0 <= fps <= 240.0 else 30.0,
            frame_count=max(0, int(self._capture.get(cv2.CAP_PROP_FRAME_COUNT))),
        )

    def frames(self) -> Iterator[Frame]:
        """Yield every frame in order; times are the file's own and strictly increase."""
        index, last_time = 0, -1.0 / self.info.fps
        while True:
            ok, image = self._capture.read()
            if not ok:
                break
            time = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000.0
            if time <= last_time:  # a container without usable time stamps
                time = last_time + 1.0 / self.info.fps
            last_time = time
            yield Frame(index, time, np.asarray(image, dtype=np.uint8))
            index += 1
        if index == 0:
            raise VideoError(f"not a single frame could be decoded: {self._path}")

    def close(self) -> None:
        """Release the decoder."""
        self._capture.release()
