"""JHMDB: short clips of people who pick up, sit down, stand up, walk; as joints; nobody falls.

The joints are about the body's middle, in units of about its height, so they are set into the
middle of a picture.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from modeling.training.datasets.adapters.motion import FlatClip, read_arrays, split_clips

RATE_HZ = 30.0
ASPECT = 4 / 3
SCALE = 0.45  # of the picture's height for a unit of the file
# Face, shoulders, elbows, wrists, hips, knees and ankles, left before right, of its 15 joints.
COLUMNS = [2, 4, 3, 8, 7, 12, 11, 6, 5, 10, 9, 14, 13]


def read_jhmdb(folder: Path) -> Iterator[FlatClip]:
    """Every clip of `jhmdb.npz` in the folder; raises MotionError."""
    keys = ("joints", "lengths", "actions")
    joints, lengths, actions = read_arrays(folder / "jhmdb.npz", keys)
    clips = zip(actions.tolist(), split_clips(joints, lengths), strict=True)
    for index, (action, clip) in enumerate(clips):
        places = 0.5 + SCALE * clip[:, COLUMNS] * [1.0 / ASPECT, 1.0]
        yield FlatClip(
            "jhmdb", f"jhmdb-{index:04d}", action, np.arange(len(clip)) / RATE_HZ, places,
            np.ones(places.shape[:2]), ASPECT,
        )  # fmt: skip
