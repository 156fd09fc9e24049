"""Penn Action: sport and exercise, also on the floor, as joints in the picture; nobody falls."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from modeling.training.datasets.adapters.motion import FlatClip, read_arrays, split_clips

RATE_HZ = 30.0  # not in the files: what clips from the web mostly have
ON_THE_FLOOR = frozenset({"pushup", "situp", "bench_press"})


def read_penn(folder: Path) -> Iterator[FlatClip]:
    """Every clip of `penn_action.npz` in the folder; raises MotionError."""
    keys = ("joints", "names", "lengths", "actions", "height_width")
    joints, names, lengths, actions, sizes = read_arrays(folder / "penn_action.npz", keys)
    clips = split_clips(joints, lengths)
    for name, action, size, clip in zip(names, actions, sizes, clips, strict=True):
        height, width = (float(side) for side in size)
        yield FlatClip(
            "penn", f"penn-{name}", str(action), np.arange(len(clip)) / RATE_HZ,
            clip[..., :2] / [width, height], clip[..., 2], width / height,
            is_on_floor=str(action) in ON_THE_FLOOR,
        )  # fmt: skip
