"""A plain geometric rule, which learns nothing: what a detector has to beat."""

import numpy as np
from numpy.typing import NDArray

from contract.layout import FEATURE_NAMES

# Hips that sink as fast, in body lengths a second, are surely falling.
FALLING_SPEED = 2.0
# The speed and the posture are means over as many poses, so that one bad pose decides nothing.
SMOOTHED_OVER = 3


def rule_scores(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 16, F) windows to (N, L) scores.

    `fall`: the hips sank fast within the window, and now the body is down. `lying`: the torso is
    level. A rule of this kind is in Rougier and others, 2011, and in many others.
    """
    sank = _smoothed(_feature(windows, "hip_velocity_y")).max(axis=1) / FALLING_SPEED
    level = 1.0 - _now(_feature(windows, "torso_upright"))
    width, height = (_now(_feature(windows, f"body_extent_{axis}")) for axis in ("x", "y"))
    down = np.maximum(level, width / np.maximum(width + height, 1e-6))
    scores = np.stack([np.minimum(sank, down), level], axis=1)
    clipped: NDArray[np.float32] = np.clip(scores, 0.0, 1.0).astype(np.float32)
    return clipped


def _feature(windows: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    column: NDArray[np.float32] = windows[:, :, FEATURE_NAMES.index(name)]
    return column


def _now(series: NDArray[np.float32]) -> NDArray[np.float32]:
    mean: NDArray[np.float32] = series[:, -SMOOTHED_OVER:].mean(axis=1)
    return mean


def _smoothed(series: NDArray[np.float32]) -> NDArray[np.float32]:
    runs = np.lib.stride_tricks.sliding_window_view(series, SMOOTHED_OVER, axis=1)
    mean: NDArray[np.float32] = runs.mean(axis=2)
    return mean
