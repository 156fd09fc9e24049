"""Whether anything moves in a picture, from a small grey copy of it: 0.3 ms, whatever its size."""

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Resampling, fromarray

from modeling.perception.frames.frame import Frame

SAMPLED = (320, 240)
GLANCE = (64, 48)
"""Each of its pixels is the mean of 25, which takes away four fifths of a sensor's noise."""
GREY = (0.114, 0.587, 0.299, 0.0)
"""What blue, green and red count for, as in ITU-R BT.601, and nothing added."""
NOISE_SIGMAS = 5.0
LEAST_CHANGE = 8.0
MOST_CHANGE = 25.0
"""Grey levels of 255: below the one nothing has moved, above the other it is no noise."""
DARK = 22.0
LEAST_CHANGE_IN_THE_DARK = 4.0
"""Below that mean grey level a body differs by less from what is behind it."""
MOVED_PIXELS = 3
"""So many of the 3072 must change: a hand of somebody who is three metres away."""
SIGMA_OF_MEDIAN = 1.48  # of normal noise: its sigma divided by the median of its absolute values

Glance = NDArray[np.int16]


def glance(frame: Frame) -> Glance:
    """The picture as (48, 64) grey levels."""
    # Taking the nearest pixels first leaves most of a large picture unread.
    rows = np.arange(SAMPLED[1]) * frame.image.shape[0] // SAMPLED[1]
    sampled = fromarray(frame.image[rows]).resize(SAMPLED, Resampling.NEAREST)
    small = sampled.reduce(SAMPLED[0] // GLANCE[0])
    return np.asarray(small.convert("L", GREY), dtype=np.int16)


def has_moved(now: Glance, before: Glance) -> bool:
    """Whether more has changed than noise and the light of the whole room would change."""
    return int(np.count_nonzero(moved(now, before))) >= MOVED_PIXELS


def moved(now: Glance, before: Glance) -> NDArray[np.bool_]:
    """(48, 64): where more has changed than noise and the light of the whole room would change.

    Noise is told from motion by being everywhere: the median of all changes is its measure.
    """
    change = now - before
    change -= np.int16(_median(change))
    size = np.abs(change)
    noise = NOISE_SIGMAS * SIGMA_OF_MEDIAN * _median(size)
    least = LEAST_CHANGE if now.mean() >= DARK else LEAST_CHANGE_IN_THE_DARK
    limit = min(max(noise, least), MOST_CHANGE)
    where: NDArray[np.bool_] = size > limit
    return where


def _median(values: Glance) -> float:
    # A tenth of the time of np.median.
    middle = values.size // 2
    return float(np.partition(values, middle, axis=None)[middle])
