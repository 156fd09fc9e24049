"""Ways to make a dark picture brighter, for `benchmarks.night` to compare."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.night_looks import learnt_way
from contract.looks import LookMethod
from modeling.perception.frames.frame import Frame
from modeling.perception.frames.image import Image
from modeling.perception.frames.motion import Glance, glance
from modeling.perception.looks.night import AIM, LEAST_MEAN, SIMPLE, NightLook, by_gamma
from modeling.training.looks.darkness import darkened
from testkit.films import images_of

LIGHTS = (1 / 50, 1 / 100, 1 / 200)
"""Shares of the light of a bright room; a 50th is as dark as URFD's darkest room."""
NOTHING = "nothing"
LEVELS, WHITE = 256, 255.0
CLIP_LIMIT = 4.0
BLUR = 9
LEARNT_FROM = [f"adl-{number:02}-cam0" for number in range(1, 12)]
"""Bright clips of a room where no fall of the study happens."""
LEARNT_EVERY = 15

See: TypeAlias = Callable[[Frame], Frame]
Brighten: TypeAlias = Callable[[Image, Glance], Image]


def unchanged(frame: Frame) -> Frame:
    """What there is without a look."""
    return frame


def always(brighten: Brighten) -> See:
    """A way that looks at each picture by itself."""

    def see(frame: Frame) -> Frame:
        image = brighten(frame.image, glance(frame))
        return Frame(frame.index, frame.time, np.ascontiguousarray(image))

    return see


def gamma(image: Image, seen: Glance) -> Image:
    """The curve of `by_gamma`, chosen for each picture, however bright that is."""
    return by_gamma(image, float(np.clip(seen.mean(), LEAST_MEAN, AIM)))(image)


def auto_levels(image: Image, seen: Glance) -> Image:
    """Straight from the darkest hundredth to the brightest."""
    low, high = np.percentile(seen, (1, 99))
    curve = (np.arange(LEVELS) - low) / max(high - low, 8.0) * WHITE
    return np.take(curve.clip(0, WHITE).astype(np.uint8), image)


def clahe(image: Image, _: Glance) -> Image:
    """Contrast limited adaptive histogram equalization of the lightness (Zuiderveld, 1994)."""
    lab = cv2.cvtColor(image, cv2.COLOR_BGR2LAB)
    lab[..., 0] = cv2.createCLAHE(CLIP_LIMIT, (8, 8)).apply(lab[..., 0])
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2BGR), dtype=np.uint8)


def blur_and_gamma(image: Image, seen: Glance) -> Image:
    """The curve after a blur, which takes away noise, and keeps fractions of levels."""
    soft = cv2.GaussianBlur(image.astype(np.float32), (BLUR, BLUR), 0) / WHITE
    bend = np.log(AIM / WHITE) / np.log(max(float(seen.mean()), 1.0) / WHITE)
    return np.asarray(WHITE * soft**bend, dtype=np.uint8)


def learnt_curve(videos: Path) -> Brighten:
    """For each level of a dark picture the mean level of the bright one, as pairs show it.

    There is a curve for each light; that of the nearest mean grey level is taken.
    """
    curves = _curves(videos)

    def brighten(image: Image, seen: Glance) -> Image:
        nearest = min(curves, key=lambda mean: abs(mean - float(seen.mean())))
        return curves[nearest][image]

    return brighten


@cache
def _curves(videos: Path) -> dict[float, NDArray[np.uint8]]:
    bright = [
        image
        for name in LEARNT_FROM
        for image in list(images_of(videos / f"{name}.mp4"))[::LEARNT_EVERY]
    ]
    return dict(_curve(bright, light) for light in LIGHTS)


def _curve(bright: list[Image], light: float) -> tuple[float, NDArray[np.uint8]]:
    """The mean grey level of the pictures made so dark, and the curve back from there."""
    dark = [darkened(image, light, seed) for seed, image in enumerate(bright)]
    levels = np.concatenate([image.ravel() for image in dark])
    aims = np.concatenate([image.ravel() for image in bright]).astype(np.float64)
    counts = np.bincount(levels, minlength=LEVELS)
    sums = np.bincount(levels, weights=aims, minlength=LEVELS)
    known = np.flatnonzero(counts >= len(bright))
    rising = np.maximum.accumulate(sums[known] / counts[known])
    curve = np.interp(np.arange(LEVELS), known, rising).round().astype(np.uint8)
    mean = float(np.mean([glance(Frame(0, 0.0, image)).mean() for image in dark]))
    return mean, curve


def ways(videos: Path) -> dict[str, Callable[[], See]]:
    """By their names, what makes each of them new for a clip."""
    return {
        NOTHING: lambda: unchanged,
        "shipped": lambda: NightLook(lambda: SIMPLE).seen,
        "learnt table": lambda: NightLook(lambda: learnt_way(LookMethod.LUT, videos)).seen,
        "adaptive look": lambda: (
            NightLook(lambda: learnt_way(LookMethod.ADAPTIVE_LUT, videos)).seen
        ),
        "gamma": lambda: always(gamma),
        "auto levels": lambda: always(auto_levels),
        "CLAHE": lambda: always(clahe),
        "learnt curve": lambda: always(learnt_curve(videos)),
        "blur and gamma": lambda: always(blur_and_gamma),
    }
