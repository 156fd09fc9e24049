"""JHMDB: short clips of people who pick up, sit down, stand up, walk; as joints; nobody falls.

For research use. Cite H. Jhuang, J. Gall, S. Zuffi, C. Schmid and M. J. Black, "Towards
Understanding Action Recognition", ICCV 2013. The joints are about the body's middle, in units of
about its height, so they are set into the middle of a picture.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from modeling.training.datasets.adapters.motion import FlatClip, MotionError, split_clips
from modeling.training.datasets.source import Kind, Source

RATE_HZ = 30.0
ASPECT = 4 / 3
SCALE = 0.45  # of the picture's height for a unit of the file
# Face, shoulders, elbows, wrists, hips, knees and ankles, left before right, of its 15 joints.
COLUMNS = [2, 4, 3, 8, 7, 12, 11, 6, 5, 10, 9, 14, 13]


def read_jhmdb(folder: Path) -> Iterator[FlatClip]:
    """Every clip of `jhmdb.npz` in the folder; raises MotionError."""
    path = folder / "jhmdb.npz"
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            joints, lengths, actions = (arrays[key] for key in ("joints", "lengths", "actions"))
    except (OSError, KeyError, ValueError) as error:
        raise MotionError(f"no joints of JHMDB in {path}") from error
    clips = zip(actions.tolist(), split_clips(joints, lengths), strict=True)
    for index, (action, clip) in enumerate(clips):
        places = 0.5 + SCALE * clip[:, COLUMNS] * [1.0 / ASPECT, 1.0]
        yield FlatClip(
            "jhmdb", f"jhmdb-{index:04d}", action, np.arange(len(clip)) / RATE_HZ, places,
            np.ones(places.shape[:2]), ASPECT,
        )  # fmt: skip


SOURCE = Source(
    name="jhmdb",
    kind=Kind.MOTION,
    about="JHMDB: people who pick up, sit, stand and walk, as joints in pictures.",
    licence="For research use",
    citation="H. Jhuang, J. Gall, S. Zuffi, C. Schmid, M. J. Black, Towards understanding action "
    "recognition, ICCV 2013.",
    share=0.1,
)
