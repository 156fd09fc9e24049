"""Motion without pictures: joints of people in metres, for virtual cameras to film."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class MotionError(Exception):
    """The folder holds no such motion; the message is one plain line."""


@dataclass(frozen=True, eq=False)
class MotionClip:
    """One person's motion: `joints` (T, 13, 3) in metres at `times` (T,), z up, the floor at 0.

    `action` says what is done, as the source names it.
    """

    source: str
    name: str
    action: str
    times: NDArray[np.float64]
    joints: NDArray[np.float64]


def read_arrays(path: Path, keys: Sequence[str]) -> list[NDArray[Any]]:
    """The arrays of a file with these names; raises MotionError."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            return [arrays[key] for key in keys]
    except (OSError, KeyError, ValueError) as error:
        raise MotionError(f"no motion in {path}, expected {', '.join(keys)}") from error


def split_clips(
    joints: NDArray[np.float16], lengths: NDArray[np.int64]
) -> list[NDArray[np.float64]]:
    """The clips of `lengths` frames that are joined in `joints`."""
    return np.split(joints.astype(np.float64), np.cumsum(lengths)[:-1])


def z_up(joints: NDArray[np.float64]) -> NDArray[np.float64]:
    """Joints (T, J, 3) whose second number points up, z up, the ankles at 0.08 m."""
    turned: NDArray[np.float64] = np.stack(
        [joints[..., 0], -joints[..., 2], joints[..., 1]], axis=-1
    )
    turned[..., 2] += 0.08 - np.percentile(turned[:, -2:, 2].min(axis=1), 5)
    return turned


@dataclass(frozen=True, eq=False)
class FlatClip:
    """One person's motion as a camera had it: `joints` (T, 13, 2) in shares of the picture.

    `seen` (T, 13) is 1 where a joint was to be seen, `aspect` the picture's width by its height.
    With `is_on_floor` the person may lie, for exercise.
    """

    source: str
    name: str
    action: str
    times: NDArray[np.float64]
    joints: NDArray[np.float64]
    seen: NDArray[np.float64]
    aspect: float
    is_on_floor: bool = False
