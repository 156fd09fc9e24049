"""MediaPipe's smoothing of landmarks (pose_landmark_filtering.pbtxt), with the pictures' times.

The one-euro filter (Casiez, Roussel and Vogel, CHI 2012) lets more through the faster a joint
moves. Speeds are in sizes of the body, so that far people are smoothed like near ones.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from modeling.perception.poses.pose import LANDMARK_COUNT

SPEED_CUTOFF_HZ = 1.0
VISIBILITY_SEC = 0.1
"""Time constant: longer, and a joint that was hidden a while ago still counts as hidden."""

Values = NDArray[np.float64]


def _weight(cutoff_hz: NDArray[np.float64] | float, elapsed: float) -> Values:
    """Of the newest value in a low pass."""
    return np.asarray(1.0 / (1.0 + 1.0 / (2.0 * np.pi * cutoff_hz * elapsed)))


@dataclass
class OneEuro:
    """One filter for an array of values, in the order of their times."""

    least_cutoff_hz: float
    gain: float
    _time: float = float("-inf")
    _raw: Values = field(default_factory=lambda: np.empty(0))
    _speed: Values = field(default_factory=lambda: np.empty(0))
    _smooth: Values = field(default_factory=lambda: np.empty(0))

    def __call__(self, values: Values, time: float, size: float) -> Values:
        """The smoothed values at `time` in seconds; `size` is the body's, in their unit."""
        elapsed, self._time = time - self._time, time
        if not 0.0 < elapsed < float("inf"):
            self._raw, self._smooth, self._speed = values, values, np.zeros_like(values)
            return values
        speed = (values - self._raw) / size / elapsed
        self._raw = values
        self._speed = self._speed + _weight(SPEED_CUTOFF_HZ, elapsed) * (speed - self._speed)
        cutoff = self.least_cutoff_hz + self.gain * np.abs(self._speed)
        self._smooth = self._smooth + _weight(cutoff, elapsed) * (values - self._smooth)
        return self._smooth


class Smoother:
    """The filters of one track."""

    def __init__(self) -> None:
        self._joints = OneEuro(0.05, 80.0)
        self._placing = OneEuro(0.01, 10.0)
        self._visibility: Values | None = None
        self._time = 0.0

    def __call__(self, points: Values, time: float, size: float) -> Values:
        """(35, 4) pixels and visibility as the landmarker gives them, smoothed."""
        seen, before = points[:, 3], self._visibility
        share = 1.0 - np.exp(-max(time - self._time, 0.0) / VISIBILITY_SEC)
        self._visibility = seen if before is None else before + share * (seen - before)
        self._time = time
        joints = self._joints(points[:LANDMARK_COUNT, :3], time, size)
        placing = self._placing(points[LANDMARK_COUNT:, :3], time, size)
        return np.column_stack([np.vstack([joints, placing]), self._visibility])
