"""Whether a camera still shows anything, judged from a look at its picture every second.

The limits are far from what rooms look like. Of 547 looks at the 100 clips of URFD, some of them
filmed in the dark, the darkest has a brightness of 24, the plainest a detail of 9, and the two
most alike, a second apart, differ by 1.1. `benchmarks/pictures.py` measures that.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from contract.events import Picture
from modeling.video import Frame

LOOK_EVERY_SEC = 1.0
LINES = 240
"""At least so many lines of a picture are looked at; of a large one the others are left out."""
THUMBNAIL = (64, 48)
DARKEST = 12.0
PLAINEST = 4.0
STILLEST = 0.1
FROZEN_AFTER_SEC = 60.0
"""Long, because a stream that saves bits may repeat a still room for seconds, without its noise."""


@dataclass(frozen=True)
class Look:
    """A picture at a glance: grey levels, 0 to 255.

    `samples` are pixels of the picture itself, since averaging would take away the noise by which a
    living camera is known.
    """

    brightness: float
    detail: float
    samples: NDArray[np.int16]

    @classmethod
    def at(cls, image: NDArray[np.uint8]) -> "Look":
        """Look at an (H, W, 3) image."""
        step = max(1, image.shape[0] // LINES)
        some = np.ascontiguousarray(image[::step, ::step])
        small = cv2.resize(some, THUMBNAIL, interpolation=cv2.INTER_AREA)
        grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
        edges = np.abs(cv2.Laplacian(grey, cv2.CV_32F))
        return cls(float(grey.mean()), float(edges.mean()), some[..., 1].astype(np.int16))

    def differs_from(self, other: "Look") -> bool:
        """Whether more than nothing has changed between the two."""
        if self.samples.shape != other.samples.shape:
            return True
        return float(np.abs(self.samples - other.samples).mean()) >= STILLEST


@dataclass
class PictureCheck:
    """Follows the pictures of one stream. Times are seconds of the stream; one thread."""

    _judged: Picture | None = None
    _next_look: float = float("-inf")
    _reference: Look | None = None
    _still_since: float = 0.0

    def look(self, frame: Frame) -> None:
        """Judge `frame`, unless the last look was less than a second ago."""
        if frame.time < self._next_look:
            return
        self._next_look = frame.time + LOOK_EVERY_SEC
        look = Look.at(frame.image)
        if self._reference is None or look.differs_from(self._reference):
            self._reference, self._still_since = look, frame.time
        self._judged = self._judge(look, frame.time)

    def take(self) -> Picture | None:
        """How the picture is; None when none was looked at since the last call."""
        judged, self._judged = self._judged, None
        return judged

    def _judge(self, look: Look, now: float) -> Picture:
        if look.brightness < DARKEST:
            return Picture.BLACK
        if look.detail < PLAINEST:
            return Picture.COVERED
        if now - self._still_since >= FROZEN_AFTER_SEC:
            return Picture.FROZEN
        return Picture.OK
