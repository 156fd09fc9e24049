"""How far two pictures are apart: as numbers (PSNR), and to an eye (CIEDE2000)."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from modeling.perception.frames.image import Image
from modeling.training.looks.darkness import HIGHEST, linear

XYZ_OF_RGB = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip
WHITE = XYZ_OF_RGB.sum(axis=1)
"""Of D65: that of a picture's own white."""
BEND = (6 / 29) ** 3
FAR = 25.0**7

Lab: TypeAlias = NDArray[np.float64]
"""(..., 3) of L*, a*, b*."""

Differences: TypeAlias = NDArray[np.float64]


def psnr(picture: Image, target: Image) -> float:
    """The ratio of the highest level to the mean error, in dB; 99 where they are as good as one."""
    error = np.square(picture.astype(np.float64) - target).mean()
    return float(10 * np.log10(HIGHEST**2 / max(error, HIGHEST**2 / 10**9.9)))


def ciede2000(picture: Image, target: Image) -> float:
    """The mean CIEDE2000 over the pixels of two sRGB pictures; 1 is just seen side by side."""
    return float(lab_difference(lab(picture), lab(target)).mean())


def lab(picture: Image) -> Lab:
    """An (H, W, 3) sRGB picture as CIELAB under D65."""
    ratios = linear(picture).astype(np.float64) @ XYZ_OF_RGB.T / WHITE
    bent = np.where(ratios > BEND, np.cbrt(ratios), ratios / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(bent, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def lab_difference(first: Lab, second: Lab) -> Differences:
    """CIEDE2000 of (..., 3) colours each, with weights of 1.

    By Sharma, Wu and Dalal: The CIEDE2000 color-difference formula, Color Research and Application
    30 (2005); the names of the parts and the numbers are theirs.
    """
    share = _share((_length(first[..., 1:]) + _length(second[..., 1:])) / 2)
    (l1, c1, h1), (l2, c2, h2) = (_polar(each, 1.5 - 0.5 * share) for each in (first, second))
    lightness, chroma, hue = (l1 + l2) / 2, (c1 + c2) / 2, _middle(h1, h2, c1 * c2)
    by_lightness = (l2 - l1) / _lightness_scale(lightness)
    by_chroma = (c2 - c1) / (1 + 0.045 * chroma)
    turn = np.where(c1 * c2 > 0, 2 * np.sqrt(c1 * c2) * _sin(_turn(h1, h2) / 2), 0)
    by_hue = turn / (1 + 0.015 * chroma * _hue_weight(hue))
    blue = -_sin(60 * np.exp(-np.square((hue - 275) / 25))) * 2 * _share(chroma)
    squares = by_lightness**2 + by_chroma**2 + by_hue**2 + blue * by_chroma * by_hue
    return np.sqrt(np.maximum(squares, 0))


def _polar(colours: Lab, redder: Differences) -> tuple[Differences, Differences, Differences]:
    """Lightness, chroma and hue in degrees, with a* stretched where there is little chroma."""
    a, b = colours[..., 1] * redder, colours[..., 2]
    return colours[..., 0], np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360


def _turn(first: Differences, second: Differences) -> Differences:
    """From one hue to the other the short way, in degrees."""
    turn = second - first
    return np.where(turn > 180, turn - 360, np.where(turn < -180, turn + 360, turn))


def _middle(first: Differences, second: Differences, chromas: Differences) -> Differences:
    """The hue between two; of greys, which have none, that of the other one."""
    total = first + second
    other_way = np.where(total < 360, total + 360, total - 360)
    between = np.where(np.abs(first - second) <= 180, total, other_way) / 2
    return np.where(chromas > 0, between, total)


def _lightness_scale(lightness: Differences) -> Differences:
    from_middle = np.square(lightness - 50)
    scale: Differences = 1 + 0.015 * from_middle / np.sqrt(20 + from_middle)
    return scale


def _hue_weight(hue: Differences) -> Differences:
    return (
        1
        - 0.17 * _cos(hue - 30)
        + 0.24 * _cos(2 * hue)
        + 0.32 * _cos(3 * hue + 6)
        - 0.20 * _cos(4 * hue - 63)
    )


def _share(chroma: Differences) -> Differences:
    seventh = chroma**7
    return np.sqrt(seventh / (seventh + FAR))


def _length(vectors: Differences) -> Differences:
    return np.hypot(vectors[..., 0], vectors[..., 1])


def _sin(degrees: Differences) -> Differences:
    return np.sin(np.radians(degrees))


def _cos(degrees: Differences) -> Differences:
    return np.cos(np.radians(degrees))
