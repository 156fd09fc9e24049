"""Heads made unrecognizable in a picture."""

import numpy as np
from PIL import Image, ImageDraw

from modeling.perception.pictures.people import Person
from modeling.perception.poses.crop import Points

FACE = slice(0, 5)
"""Nose, eyes and ears, among COCO's joints."""
LANDMARKS_OF_FACE = slice(0, 11)
"""Of BlazePose: nose, eyes, ears and mouth."""
LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_HIP, RIGHT_HIP = 5, 6, 11, 12
OF_SPREAD, OF_SHOULDERS, OF_TRUNK = 1.8, 0.4, 0.27
"""A head's radius, of how far its points are from their middle, of the shoulders, of the trunk.

Ears, or an ear and the nose, are seldom closer than half a head; whoever stands sideways has narrow
shoulders, and who is seen from the feet a short trunk. The largest of the three counts.
"""
LEAST_FACE = 0.1
"""The best score of a face's joints: in a view without a head they lie anywhere, with less."""
LEAST_RADIUS = 6.0
CELLS = 4
"""Of a head's width: so few colours are left of it, and no way leads back."""

Circle = tuple[float, float, float]
"""x, y and radius in pixels."""


def heads_of(people: list[Person]) -> list[Circle]:
    """Where heads are: by the finder, and once more by the landmarker where it sees a body."""
    seen = [it.sighting for it in people if it.sighting.joint_scores[FACE].max() >= LEAST_FACE]
    found = [_circle(it.joints[FACE], it.joints) for it in seen]
    sketched = [(it.sketch.points[LANDMARKS_OF_FACE, :2], it.joints) for it in people if it.sketch]
    return [*found, *(_circle(face, joints) for face, joints in sketched)]


def without_heads(image: Image.Image, circles: list[Circle]) -> Image.Image:
    """A copy in which each circle shows a few colours only."""
    hidden = image.copy()
    for x, y, radius in circles:
        left, top = max(0, int(x - radius)), max(0, int(y - radius))
        right, bottom = int(x + radius) + 1, int(y + radius) + 1
        right, bottom = min(image.width, right), min(image.height, bottom)
        if left < right and top < bottom:
            part = image.crop((left, top, right, bottom))
            mask = Image.new("L", part.size)
            around = (x - radius - left, y - radius - top, x + radius - left, y + radius - top)
            ImageDraw.Draw(mask).ellipse(around, fill=255)
            hidden.paste(_few_colours(part), (left, top), mask)
    return hidden


def _few_colours(part: Image.Image) -> Image.Image:
    cells = part.resize((CELLS, CELLS), Image.Resampling.BOX)
    return cells.resize(part.size, Image.Resampling.BILINEAR)


def _circle(face: Points, joints: Points) -> Circle:
    middle = face.mean(axis=0)
    spread = float(np.hypot(*(face - middle).T).max())
    shoulders = joints[[LEFT_SHOULDER, RIGHT_SHOULDER]]
    trunk = shoulders.mean(axis=0) - joints[[LEFT_HIP, RIGHT_HIP]].mean(axis=0)
    across = float(np.hypot(*(shoulders[0] - shoulders[1])))
    sizes = OF_SPREAD * spread, OF_SHOULDERS * across, OF_TRUNK * float(np.hypot(*trunk))
    return float(middle[0]), float(middle[1]), max(LEAST_RADIUS, *sizes)
