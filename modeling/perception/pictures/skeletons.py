"""The skeletons of the people over a picture that shows nothing else any more."""

import numpy as np
from PIL import Image, ImageDraw

from modeling.perception.poses.landmarker import Sketch

SIDE = 16
"""Pixels of the longer side that are left of the picture: light and colours, no faces."""
SEEN = 0.5
WIDTH = 200
"""A line is as wide as this part of the longer side."""
BONES = (
    (11, 12), (11, 23), (12, 24), (23, 24),  # the trunk
    (11, 13), (13, 15), (12, 14), (14, 16),  # the arms
    (23, 25), (25, 27), (27, 31), (24, 26), (26, 28), (28, 32),  # the legs
    (7, 0), (0, 8),  # the head, by nose and ears
)  # fmt: skip
COLOURS = ("#ffffff", "#ffd166", "#7bdff2", "#f4978e")


def skeletons_only(image: Image.Image, sketches: list[Sketch]) -> Image.Image:
    """A picture of the same size with a few colours of it behind the skeletons."""
    scale = SIDE / max(image.size)
    few = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    small = image.resize(few, Image.Resampling.BOX)
    drawn = small.resize(image.size, Image.Resampling.BICUBIC)
    pen, width = ImageDraw.Draw(drawn), max(2, max(image.size) // WIDTH)
    for number, sketch in enumerate(sketches):
        _draw(pen, sketch, COLOURS[number % len(COLOURS)], width)
    return drawn


def _draw(pen: ImageDraw.ImageDraw, sketch: Sketch, colour: str, width: int) -> None:
    points, seen = sketch.points[:, :2], sketch.points[:, 3] >= SEEN
    for one, other in BONES:
        if seen[one] and seen[other]:
            pen.line([*points[one], *points[other]], fill=colour, width=width)
    for number in np.unique(BONES):
        if seen[number]:
            x, y = points[number]
            pen.ellipse((x - width, y - width, x + width, y + width), fill=colour)
