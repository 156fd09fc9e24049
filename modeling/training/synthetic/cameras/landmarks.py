"""All 33 landmarks from the 13 joints: face, hands and feet are put where they belong."""

import numpy as np
from numpy.typing import NDArray

from contract.layout import JOINTS
from modeling.perception.windows.features import JOINT_INDICES

# landmark: (from joint, towards joint, how far beyond, as a share of the way between them).
BEYOND: dict[int, tuple[str, str, float]] = {
    **dict.fromkeys((17, 19, 21), ("left_elbow", "left_wrist", 0.3)),
    **dict.fromkeys((18, 20, 22), ("right_elbow", "right_wrist", 0.3)),
    29: ("left_knee", "left_ankle", 0.1),
    30: ("right_knee", "right_ankle", 0.1),
    31: ("left_knee", "left_ankle", 0.25),
    32: ("right_knee", "right_ankle", 0.25),
}
# landmark: its distance from the nose towards the left shoulder, in shoulder widths.
FACE = {
    1: 0.08,
    2: 0.12,
    3: 0.16,
    4: -0.08,
    5: -0.12,
    6: -0.16,
    7: 0.25,
    8: -0.25,
    9: 0.1,
    10: -0.1,
}


def complete(joints: NDArray[np.float64]) -> NDArray[np.float64]:
    """(T, 13, D) joints as (T, 33, D) landmarks; each column is carried on alike."""
    at = {name: joints[:, place] for place, name in enumerate(JOINTS)}
    landmarks = np.empty((len(joints), 33, joints.shape[-1]))
    landmarks[:, list(JOINT_INDICES)] = joints
    for index, (start, end, beyond) in BEYOND.items():
        landmarks[:, index] = at[end] + beyond * (at[end] - at[start])
    across = at["left_shoulder"] - at["right_shoulder"]
    for index, share in FACE.items():
        landmarks[:, index] = at["nose"] + share * across
    return landmarks
