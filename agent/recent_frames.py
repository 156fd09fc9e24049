"""The newest pictures, in memory only: a fall's END is sent a moment after it was filmed."""

import threading
from collections import deque
from io import BytesIO

from PIL.Image import fromarray

from modeling.perception.frames.frame import Frame
from modeling.perception.frames.image import Image, resized

EVERY_SEC = 0.1
"""There is a window as often."""
KEPT_SEC = 3.0
NEAR_SEC = 0.25
"""A picture further from the moment does not show it."""
MAX_WIDTH = 640
JPEG_QUALITY = 90


class RecentFrames:
    """The last three seconds, 30 MB at most; made only where SHARE_FRAMES allows it.

    Nothing is written to disk. The main loop calls `keep`, the analysis worker `jpeg_at`.
    """

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque()
        self._lock = threading.Lock()

    def keep(self, frame: Frame) -> None:
        """Keep `frame`, unless the last one is less than a tenth of a second older."""
        if self._frames and frame.time - self._frames[-1].time < EVERY_SEC:
            return
        small = Frame(frame.index, frame.time, _shrunk(frame))
        with self._lock:
            self._frames.append(small)
            while frame.time - self._frames[0].time > KEPT_SEC:
                self._frames.popleft()

    def jpeg_at(self, time: float) -> bytes | None:
        """The picture nearest to `time` (seconds of the stream); None where none is near."""
        with self._lock:
            near = [frame for frame in self._frames if abs(frame.time - time) <= NEAR_SEC]
        if not near:
            return None
        nearest = min(near, key=lambda frame: abs(frame.time - time))
        jpeg = BytesIO()
        fromarray(nearest.image[..., ::-1]).save(jpeg, "JPEG", quality=JPEG_QUALITY)
        return jpeg.getvalue()


def _shrunk(frame: Frame) -> Image:
    height, width = frame.image.shape[:2]
    if width <= MAX_WIDTH:
        return frame.image
    return resized(frame.image, (MAX_WIDTH, round(height * MAX_WIDTH / width)))
