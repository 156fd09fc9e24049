"""Pose tracks as the numbers that the player draws: the joints that the detector sees."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from contract.layout import JOINTS
from modeling.perception.poses.pose import PoseTrack
from modeling.perception.windows.features import JOINT_INDICES


def skeleton_script(tracks: Mapping[str, PoseTrack]) -> str:
    """A script that defines SKELETONS; a page that is opened as a file may load no bare JSON."""
    skeletons = {name: skeleton(track) for name, track in sorted(tracks.items())}
    data = {"joints": JOINTS, "clips": skeletons}
    return f"const SKELETONS = {json.dumps(data, separators=(',', ':'))};\n"


def skeleton(track: PoseTrack) -> dict[str, Any]:
    """One track: `times` in ms, and of each frame the bodies.

    A body is x, y of each joint in thousandths of the picture.
    """
    thousandths = np.rint(track.landmarks[:, JOINT_INDICES, :2] * 1000.0).astype(int)
    bodies: list[list[list[int]]] = [[] for _ in track.times]
    for row, body in zip(track.rows.tolist(), thousandths, strict=True):
        bodies[row].append(body.ravel().tolist())
    return {
        "aspect": round(track.aspect, 4),
        "times": np.rint(track.times * 1000.0).astype(int).tolist(),
        "bodies": bodies,
    }
