"""UTKinect-Action3D: ten people walk, sit down, stand up, pick things up and carry them.

A file is a recording of one person, 20 joints of a Kinect in metres, y up; a row begins with the
number of its frame.
"""

import gzip
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from modeling.training.datasets.adapters.motion import MotionClip, MotionError, z_up

RATE_HZ = 30.0
LONGEST_GAP = 0.5  # seconds without a body; longer ones part a recording
SHORTEST = 2.0  # seconds of a part that is kept
# Head, shoulders, elbows, wrists, hips, knees and ankles, left before right, of Kinect's joints.
COLUMNS = [3, 4, 8, 5, 9, 6, 10, 12, 16, 13, 17, 14, 18]


def read_utkinect(folder: Path) -> Iterator[MotionClip]:
    """The recordings in the folder, parted where nobody was found; raises MotionError."""
    files = sorted(folder.glob("joints_*.txt.gz"))
    if not files:
        raise MotionError(f"no recording of UTKinect in {folder}")
    for file in files:
        yield from _parts(file)


def _parts(file: Path) -> Iterator[MotionClip]:
    try:
        with gzip.open(file, "rt") as text:
            rows = np.loadtxt(text, ndmin=2)
    except (OSError, ValueError) as error:
        raise MotionError(f"no recording of UTKinect: {file}") from error
    frames, first = np.unique(rows[:, 0], return_index=True)
    times, joints = frames / RATE_HZ, rows[first, 1:].reshape(len(first), 20, 3)
    gaps = np.flatnonzero(np.diff(times) > LONGEST_GAP) + 1
    for start, stop in pairwise([0, *gaps.tolist(), len(times)]):
        if times[stop - 1] - times[start] >= SHORTEST:
            name = f"{file.name.removeprefix('joints_').removesuffix('.txt.gz')}-{start:04d}"
            part = z_up(joints[start:stop, COLUMNS])
            yield MotionClip("utkinect", name, "indoors", times[start:stop] - times[start], part)
