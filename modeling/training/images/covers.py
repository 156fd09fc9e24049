"""What lies over a lens: its picture (H, W, 3), 0..255, and a mask (H, W), 0..1, of where it is."""

from collections.abc import Callable
from typing import TypeAlias

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from modeling.perception.images.task import RgbImage
from modeling.training.images.effects import picture

Plane = NDArray[np.float32]


def plain(shape: tuple[int, int], rng: Generator) -> Plane:
    """One colour, a little brighter to one side: a sticker, tape, a wall right before the lens."""
    return rng.uniform(45.0, 245.0) * _tint(rng) * _slope(shape, rng.uniform(0.0, 0.4), rng)


def hand(shape: tuple[int, int], rng: Generator) -> Plane:
    """Skin out of focus: broad fingers with darker gaps, shaded to one side."""
    tone = np.array([1.0, 0.72, 0.6], dtype=np.float32) * rng.uniform(60.0, 230.0)
    across = _ramp(shape, rng.uniform(0.0, 2.0 * np.pi))
    fingers = 1.0 - rng.uniform(0.05, 0.45) * _stripes(across, rng.uniform(1.5, 4.5), rng)
    shaded = fingers[:, :, None] * tone * _slope(shape, rng.uniform(0.1, 0.6), rng)
    return np.asarray(cv2.GaussianBlur(shaded, (0, 0), rng.uniform(0.01, 0.03) * shape[1]))


def cloth(shape: tuple[int, int], rng: Generator) -> Plane:
    """A weave with folds, in places smooth, near enough to fill the picture."""
    first = rng.uniform(0.0, np.pi)
    weave = sum(
        _stripes(_ramp(shape, first + turn), rng.uniform(10.0, 60.0), rng) for turn in (0.0, 1.57)
    )
    here = _clouds(shape, rng.uniform(2.0, 5.0), rng)
    folds = 1.0 + rng.uniform(0.1, 0.5) * (_clouds(shape, rng.uniform(2.0, 6.0), rng) - 0.5)
    level = rng.uniform(50.0, 220.0) * _tint(rng)
    texture = folds * (1.0 + rng.uniform(0.02, 0.25) * here * (weave - 1.0))
    return np.asarray(texture[:, :, None] * level, dtype=np.float32)


def leaking(shape: tuple[int, int], rng: Generator) -> Plane:
    """Something dark against the lens, with light that gets in from a side or a corner."""
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    angle = rng.uniform(0.0, 2.0 * np.pi)
    middle = (0.5 + 0.75 * np.sin(angle)) * shape[0], (0.5 + 0.75 * np.cos(angle)) * shape[1]
    distance = np.hypot(rows - middle[0], columns - middle[1]) / shape[1]
    glow = np.exp(-((distance / rng.uniform(0.3, 0.6)) ** 2))
    level = rng.uniform(2.0, 30.0) + rng.uniform(180.0, 400.0) * glow
    return np.asarray(level[:, :, None] * _tint(rng), dtype=np.float32)


Cover: TypeAlias = Callable[[tuple[int, int], Generator], Plane]

COVERS: dict[str, Cover] = {"plain": plain, "hand": hand, "cloth": cloth, "leaking": leaking}


def covered_share(shape: tuple[int, int], share: float, soft: float, rng: Generator) -> Plane:
    """A mask that is 1 where something lies over `share` of the picture, from a side or a corner.

    `soft` is the width of its edge, as a share of the picture's width: near the lens it is blurred.
    """
    edge = _ramp(shape, rng.uniform(0.0, 2.0 * np.pi))
    bulge = rng.uniform(0.0, 0.15) * _clouds(shape, rng.uniform(1.5, 3.0), rng)
    height = edge + bulge.astype(np.float32)
    line = np.quantile(height, share)
    mask: Plane = np.clip((line - height) / max(soft, 1e-3) + 0.5, 0.0, 1.0).astype(np.float32)
    return mask


def laid_over(image: RgbImage, cover: Plane, mask: Plane) -> RgbImage:
    """`cover` where the mask says so, and the picture elsewhere."""
    below = image.astype(np.float32)
    return picture(below + mask[:, :, None] * (cover - below))


def _tint(rng: Generator) -> NDArray[np.float32]:
    return rng.uniform(0.7, 1.0, size=3).astype(np.float32)


def _ramp(shape: tuple[int, int], angle: float) -> Plane:
    """How far each pixel is towards `angle`, from about -0.5 to 0.5 of the width."""
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32) / shape[1]
    aspect = shape[0] / shape[1]
    return np.asarray((columns - 0.5) * np.cos(angle) + (rows - aspect / 2) * np.sin(angle))


def _stripes(across: Plane, count: float, rng: Generator) -> Plane:
    """`count` waves a width, 0..1."""
    waves: Plane = 0.5 + 0.5 * np.sin(2.0 * np.pi * (count * across + rng.uniform()))
    return waves


def _slope(shape: tuple[int, int], depth: float, rng: Generator) -> Plane:
    slope = 1.0 + 2.0 * depth * _ramp(shape, rng.uniform(0.0, 2.0 * np.pi))
    return np.asarray(slope[:, :, None], dtype=np.float32)


def _clouds(shape: tuple[int, int], count: float, rng: Generator) -> Plane:
    """Smooth random levels, 0..1, about `count` patches a width."""
    cells = max(2, round(count)) + 1
    coarse = rng.uniform(size=(cells, cells)).astype(np.float32)
    fine = cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC)
    levels: Plane = np.clip(fine, 0.0, 1.0).astype(np.float32)
    return levels
