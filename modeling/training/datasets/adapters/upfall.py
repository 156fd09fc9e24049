"""UP-Fall as skeletons (Martinez-Villasenor and others, 2019): 82 falls, no daily living.

A file is a clip of 100 frames: x, y and z of BlazePose's 33 landmarks, and a label that is 1 from
the moment of impact on. There is no visibility, and no frame without a body.

The rows are not in the order of time: in at least a third of the files they are sorted by their
frame numbers as text (1, 10, 100, 101, ...) and cut after 100, while the labels are in order. They
are read as they stand, and no checkpoint learns from them; docs/modeling.md shows the evidence.
"""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from contract.events import FALL
from modeling.perception.poses.pose import LANDMARK_COUNT, PoseTrack
from modeling.training.datasets.labels import FrameSpan, Recording
from modeling.training.datasets.source import SourceError

FPS = 18.0
ASPECT = 640 / 480
COLUMNS = LANDMARK_COUNT * 3 + 1
NAME = re.compile(r"^C(?P<camera>\d)S(?P<subject>\d+)_?A(?P<activity>\d)_?T(?P<trial>\d)$")
# Two files lack a part of their names; the pictures' geometry tells the camera.
MISNAMED = {"3S3A4T1": "C2S3A4T1", "CS3A4T2": "C1S3A4T2"}

# As the rows are out of order, a body may be shown on the floor from the first frame on: the truth
# before the labelled impact is open, and so is what the body does long after it.
FALL_LASTS_AFTER_IMPACT = round(1.5 * FPS)
END_UNCERTAIN = round(0.5 * FPS)
LYING_AFTER_IMPACT = round(1.0 * FPS)
LYING_KNOWN_UNTIL = round(2.5 * FPS)


def read_upfall(folder: Path) -> list[Recording]:
    """The recordings below `folder`, by name; raises SourceError."""
    files = sorted(folder.glob("subject*/*.csv"))
    if not files:
        raise SourceError(f"no skeletons of UP-Fall in {folder}, expected subject*/*.csv")
    return sorted((_recording(file) for file in files), key=lambda recording: recording.name)


def read_skeletons(file: Path) -> PoseTrack:
    """The poses of one file, every landmark fully visible; raises SourceError."""
    positions = _table(file)[:, :-1].reshape(-1, LANDMARK_COUNT, 3)
    visible = np.ones((*positions.shape[:2], 1))
    landmarks = np.concatenate([positions, visible], axis=2, dtype=np.float32)
    return PoseTrack.of_person(np.arange(len(positions)) / FPS, landmarks, ASPECT)


def _recording(file: Path) -> Recording:
    name = NAME.match(MISNAMED.get(file.stem, file.stem))
    if name is None:
        raise SourceError(f"{file} is not named like C1S1A2T2.csv")
    group = f"upfall-s{name['subject']}-a{name['activity']}-t{name['trial']}"
    view = f"cam{name['camera']}"
    return Recording(
        name=f"{group}-{view}",
        group=group,
        room="upfall",
        view=view,
        source="upfall",
        file=file,
        spans=_spans(_table(file)[:, -1]),
        read_poses=read_skeletons,
    )


def _spans(impacted: NDArray[np.float64]) -> list[FrameSpan]:
    impact = int(np.argmax(impacted))
    end, lying = impact + FALL_LASTS_AFTER_IMPACT, impact + LYING_AFTER_IMPACT
    unknown = impact + LYING_KNOWN_UNTIL
    return [
        FrameSpan(FALL, impact, end),
        FrameSpan(FALL, 0, impact, certain=False),
        FrameSpan(FALL, end, end + END_UNCERTAIN, certain=False),
        FrameSpan("lying", lying, unknown),
        FrameSpan("lying", 0, lying, certain=False),
        FrameSpan("lying", unknown, unknown + len(impacted), certain=False),
    ]


def _table(file: Path) -> NDArray[np.float64]:
    try:
        table = np.loadtxt(file, delimiter=",", skiprows=1, ndmin=2)
    except (OSError, ValueError) as error:
        raise SourceError(f"cannot read {file}: {error}") from error
    if table.shape[1] != COLUMNS or not np.isfinite(table).all() or not table[:, -1].any():
        raise SourceError(f"{file} holds no skeletons with an impact, expected {COLUMNS} columns")
    return table
