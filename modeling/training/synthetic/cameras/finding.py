"""When a tracker has a body at all, and under which number: it loses bodies and finds them late."""

import numpy as np
from numpy.typing import NDArray

from modeling.training.synthetic.cameras.estimator import View

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

FAST = 1.6  # body lengths a second
SAME_PERSON = 3.0  # seconds after which the tracker always takes a body for somebody else


def found(rng: np.random.Generator, view: View, times: Array) -> Mask:
    """In which of the (T,) frames the tracker has the body."""
    losing, finding = _rates(rng, view, times)
    steps = np.diff(times, prepend=times[0] - (times[1] - times[0]))
    lost_now = rng.random(len(times)) < -np.expm1(-losing * steps)
    found_now = rng.random(len(times)) < -np.expm1(-finding * steps)
    has, state = np.zeros(len(times), dtype=np.bool_), False
    for frame in range(len(times)):
        state = not lost_now[frame] if state else bool(found_now[frame])
        has[frame] = state
    return has


def numbers(rng: np.random.Generator, has: Mask, times: Array) -> NDArray[np.int64]:
    """The person's number (T,) from 1 on; after a long loss it is mostly another one."""
    persons = np.ones(len(times), dtype=np.int64)
    before = None
    for frame in np.flatnonzero(has):
        gap = times[frame] - times[before] if before is not None else 0.0
        if gap > 1.0 and rng.random() < gap / SAME_PERSON:
            persons[frame:] += 1
        before = frame
    return persons


def _rates(rng: np.random.Generator, view: View, times: Array) -> tuple[Array, Array]:
    """How often a second the body is lost (T,), and is found again (T,)."""
    spread = rng.lognormal(0.0, 0.8)
    covered, outside = view.covered, view.outside.mean(axis=1)
    small = np.clip((45.0 - view.pixels) / 25.0, 0.0, 1.0)
    losing = 0.012 + 0.12 * view.flat + 0.5 * small + 0.6 * np.clip(covered - 0.5, 0.0, 0.4)
    losing = spread * losing + np.where(_speed(view, times) > FAST, 0.5, 0.0)
    losing = losing + np.where(outside > 0.65, 3.0, 0.0) + np.where(outside > 0.9, 100.0, 0.0)
    losing = losing + np.where(covered > 0.85, 4.0, 0.0)
    finding = 4.0 * (1.0 - 0.8 * view.flat) * (1.0 - 0.7 * small) * np.clip(1.3 - covered, 0.1, 1.0)
    finding = finding / np.sqrt(spread)
    return losing, np.where((outside > 0.5) | (covered > 0.8), 0.05, finding) * (outside < 0.8)


def _speed(view: View, times: Array) -> Array:
    """Of the body's middle (T,), in body lengths a second."""
    middle = view.joints.mean(axis=1)
    moved = np.hypot(*np.gradient(middle, times, axis=0).T)
    return np.asarray(moved / np.maximum(view.size.max(), 0.02), dtype=np.float64)
