"""Bandai-Namco Research Motion Dataset 1 and 2: walking, turning, waving in many styles; upright.

What is read here was made smaller: 13 joints in metres, 15 times a second.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from contract.layout import JOINTS
from modeling.training.datasets.adapters.motion import MotionClip, read_arrays, split_clips, z_up


def read_bandai(folder: Path) -> Iterator[MotionClip]:
    """Every take of `bandai.npz` in the folder; raises MotionError."""
    keys = ("joints", "names", "lengths", "rate_hz", "joint_names")
    joints, names, lengths, rate, order = read_arrays(folder / "bandai.npz", keys)
    columns = [order.tolist().index(joint) for joint in JOINTS]
    for name, clip in zip(names.tolist(), split_clips(joints, lengths), strict=True):
        times = np.arange(len(clip)) / float(rate)
        yield MotionClip(
            "bandai", name, "-".join(name.split("_")[:2]), times, z_up(clip[:, columns])
        )
