"""A timed picture."""

from dataclasses import dataclass

from modeling.perception.frames.image import Image


@dataclass(frozen=True)
class Frame:
    """One picture: `image` is (H, W, 3) uint8 in BGR, `time` is seconds since the stream began."""

    index: int
    time: float
    image: Image
