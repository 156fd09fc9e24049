"""Which joints a camera cannot see: behind furniture, behind somebody, behind one's own body."""

import numpy as np
from numpy.typing import NDArray

from contract.layout import JOINTS
from modeling.training.synthetic.bodies.furniture import Box

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

SKIN = 0.04  # metres; somebody who lies on a bed sinks in
BEHIND = 0.06  # metres by which a joint lies behind the limb that hides it


def _joints(*names: str) -> list[int]:
    return [JOINTS.index(name) for name in names]


# Limbs as (joints at one end, joints at the other, radius in metres).
LIMBS: tuple[tuple[list[int], list[int], float], ...] = (
    (_joints("left_shoulder", "right_shoulder"), _joints("left_hip", "right_hip"), 0.15),
    (_joints("nose"), _joints("nose"), 0.11),
    (_joints("left_hip"), _joints("left_knee"), 0.07),
    (_joints("right_hip"), _joints("right_knee"), 0.07),
    (_joints("left_knee"), _joints("left_ankle"), 0.05),
    (_joints("right_knee"), _joints("right_ankle"), 0.05),
)
TRUNK = _joints("left_shoulder", "right_shoulder", "left_hip", "right_hip")


def behind_boxes(boxes: tuple[Box, ...], eye: Array, joints: Array) -> Mask:
    """Which of the `joints` (T, J, 3) a box hides from the `eye` (3,)."""
    hidden = np.zeros(joints.shape[:-1], dtype=np.bool_)
    for box in boxes:
        start, end = in_box(box, eye), in_box(box, joints)
        along = end - start
        along = np.where(np.abs(along) < 1e-9, 1e-9, along)
        half = np.maximum(np.array(box.half) - SKIN, 0.005)
        near, far = np.sort([(-half - start) / along, (half - start) / along], axis=0)
        enter, leave = near.max(axis=-1), far.min(axis=-1)
        hidden |= (enter < leave) & (enter > 0.0) & (enter < 1.0)
    return hidden


def behind_body(body: Array, joints: Array, *, own: bool) -> Mask:
    """Which `joints` (T, J, 3) are behind `body` (T, 13, 3), both as the camera has them.

    A limb never hides the joints at its own ends (`own`), nor does the trunk those that make it.
    """
    hidden = np.zeros(joints.shape[:-1], dtype=np.bool_)
    for start, end, radius in LIMBS:
        behind = _behind_limb(body[:, start].mean(1), body[:, end].mean(1), radius, joints)
        if own:
            behind[:, sorted({*start, *end, *(TRUNK if len(start) > 1 else [])})] = False
        hidden |= behind
    return hidden


def _behind_limb(start: Array, end: Array, radius: float, joints: Array) -> Mask:
    """The rays to `joints` (T, J, 3) that pass within `radius` of the limb (T, 3) to (T, 3)."""
    depth = np.maximum(joints[..., 2], 0.1)
    a, b = (_at_depth(point[:, None], depth) for point in (start, end))
    limb, to = b - a, joints[..., :2] - a
    share = np.clip((limb * to).sum(-1) / np.maximum((limb * limb).sum(-1), 1e-9), 0.0, 1.0)
    gap = np.hypot(*np.moveaxis(to - share[..., None] * limb, -1, 0))
    limb_depth = start[:, None, 2] + share * (end - start)[:, None, 2]
    reach = radius * depth / np.maximum(limb_depth, 0.1)
    behind: Mask = (gap < reach) & (joints[..., 2] > limb_depth + radius / 2 + BEHIND)
    return behind


def _at_depth(point: Array, depth: Array) -> Array:
    """Where the ray to `point` (T, 1, 3) is at `depth` (T, J): (T, J, 2) metres right, down."""
    place: Array = point[..., :2] * (depth / np.maximum(point[..., 2], 0.1))[..., None]
    return place


def in_box(box: Box, points: Array) -> Array:
    """The points (..., 3) as the box has them: from its centre, along its sides."""
    cos, sin = np.cos(box.yaw), np.sin(box.yaw)
    turn = np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
    inside: Array = (points - np.array(box.centre)) @ turn
    return inside
