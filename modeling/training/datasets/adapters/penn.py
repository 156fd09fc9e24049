"""Penn Action: sport and exercise, also on the floor, as joints in the picture; nobody falls.

For research use. Cite W. Zhang, M. Zhu and K. G. Derpanis, "From Actemes to Action: A
Strongly-supervised Representation for Detailed Action Understanding", ICCV 2013.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from modeling.training.datasets.adapters.motion import FlatClip, MotionError, split_clips
from modeling.training.datasets.source import Kind, Source

RATE_HZ = 30.0  # not in the files: what clips from the web mostly have
ON_THE_FLOOR = frozenset({"pushup", "situp", "bench_press"})


def read_penn(folder: Path) -> Iterator[FlatClip]:
    """Every clip of `penn_action.npz` in the folder; raises MotionError."""
    path = folder / "penn_action.npz"
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            keys = ("joints", "names", "lengths", "actions", "height_width")
            joints, names, lengths, actions, sizes = (arrays[key] for key in keys)
    except (OSError, KeyError, ValueError) as error:
        raise MotionError(f"no joints of Penn Action in {path}") from error
    clips = split_clips(joints, lengths)
    for name, action, size, clip in zip(names, actions, sizes, clips, strict=True):
        height, width = (float(side) for side in size)
        yield FlatClip(
            "penn", f"penn-{name}", str(action), np.arange(len(clip)) / RATE_HZ,
            clip[..., :2] / [width, height], clip[..., 2], width / height,
            is_on_floor=str(action) in ON_THE_FLOOR,
        )  # fmt: skip


SOURCE = Source(
    name="penn",
    kind=Kind.MOTION,
    about="Penn Action: people who exercise, also on the floor, as joints in pictures.",
    licence="For research use",
    citation="W. Zhang, M. Zhu, K. G. Derpanis, From actemes to action: a strongly-supervised "
    "representation for detailed action understanding, ICCV 2013.",
    share=0.3,
)
