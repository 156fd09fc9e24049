"""What is true of a take: when it falls, rests and lies, and how it ends."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from modeling.training.datasets.labels import Span
from modeling.training.synthetic.bodies.anatomy import TAKE_JOINTS
from modeling.training.synthetic.bodies.furniture import Box
from modeling.training.synthetic.bodies.motion import TAKE_RATE_HZ
from modeling.training.synthetic.takes.take import EndPosture

_DROP = 0.04
"""How far, in shares of the height, hips or nose have sunk once the fall can be seen."""
_REST_M_S = 0.3
_REST_S = 0.5
_AFTER_REST_S = 1.0
_UNCERTAIN_S = 0.4


@dataclass(frozen=True)
class Shape:
    """A posture in shares of the person's height, at every frame (T,)."""

    hips: NDArray[np.float32]
    knees: NDArray[np.float32]
    nose: NDArray[np.float32]
    upright: NDArray[np.float32]
    """The cosine of the trunk's angle to the vertical."""
    on_floor: NDArray[np.bool_]

    @classmethod
    def of(cls, joints: NDArray[np.float32], height: float) -> Self:
        """Measure (T, J, 3) joints of a person who is `height` m tall."""
        hips, knees = _middle(joints, "hip"), _middle(joints, "knee")
        trunk = _middle(joints, "shoulder") - hips
        low, knee = hips[:, 2] / height, knees[:, 2] / height
        return cls(
            hips=low,
            knees=knee,
            nose=joints[:, TAKE_JOINTS.index("nose"), 2] / height,
            upright=trunk[:, 2] / np.linalg.norm(trunk, axis=1),
            on_floor=(low < 0.17) | ((knee < 0.13) & (low < 0.4)),
        )

    def lies(self) -> NDArray[np.bool_]:
        """Where the body lies, on the floor or on something."""
        level = (np.abs(self.nose - self.hips) < 0.25) & (np.abs(self.knees - self.hips) < 0.16)
        lying: NDArray[np.bool_] = level & (self.upright < 0.5)
        return lying


def end_posture(joints: NDArray[np.float32], height: float, boxes: tuple[Box, ...]) -> EndPosture:
    """How the last frame is."""
    last = joints[-1:]
    shape = Shape.of(last, height)
    if not shape.on_floor[0]:
        return "upright" if shape.hips[0] > 0.42 and shape.upright[0] > 0.7 else "on furniture"
    if shape.lies()[0]:
        return _lies_on(last)
    if shape.knees[0] < 0.13 and shape.hips[0] > 0.14:
        return "kneeling"
    return "against wall" if any(box.name == "wall" for box in boxes) else "sitting"


def _lies_on(joints: NDArray[np.float32]) -> EndPosture:
    """Which side of the trunk is down: its front points up where somebody lies on his back."""
    left = joints[0, TAKE_JOINTS.index("left_shoulder")]
    across = left - joints[0, TAKE_JOINTS.index("right_shoulder")]
    up = (_middle(joints, "shoulder") - _middle(joints, "hip"))[0]
    front = np.cross(across, up)
    rise = front[2] / np.linalg.norm(front)
    return "back" if rise > 0.6 else "front" if rise < -0.6 else "side"


def fall_times(joints: NDArray[np.float32], height: float, loss: int) -> tuple[float, float] | None:
    """When the fall begins and when the body rests, in s; None when it never does.

    It begins where it can be seen, at or after frame `loss`, at which balance is lost.
    """
    shape = Shape.of(joints, height)
    sunk = (shape.hips < shape.hips[loss] - _DROP) | (shape.nose < shape.nose[loss] - _DROP)
    sunk[:loss] = False
    if not sunk.any():
        return None
    start = max(loss, int(sunk.argmax()) - 2)
    rests = np.flatnonzero(_rests(joints) & shape.on_floor & (np.arange(len(joints)) > start))
    return (start / TAKE_RATE_HZ, rests[0] / TAKE_RATE_HZ) if len(rests) else None


def _rests(joints: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where hips and shoulders hardly move, and go on so for a while."""
    middles = np.stack([_middle(joints, "hip"), _middle(joints, "shoulder")], axis=1)
    speeds = np.linalg.norm(np.diff(middles, axis=0, append=middles[-1:]), axis=2).max(axis=1)
    fast = np.append(speeds * TAKE_RATE_HZ > _REST_M_S, np.zeros(1, dtype=np.bool_))
    ahead = round(_REST_S * TAKE_RATE_HZ)
    return np.array([not fast[row : row + ahead].any() for row in range(len(joints))])


def fall_spans(start: float, rest: float, end: float) -> tuple[Span, ...]:
    """The spans of a fall in a take that lasts until `end`, in s; its edges are uncertain."""
    over = min(end, rest + _AFTER_REST_S)
    return (
        Span(label="fall", start=max(0.0, start - 0.2), end=start, certain=False),
        Span(label="fall", start=start, end=over),
        Span(label="fall", start=over, end=min(end, over + _UNCERTAIN_S), certain=False),
    )


def lying_spans(joints: NDArray[np.float32], height: float) -> tuple[Span, ...]:
    """Where the body lies, on the floor or on a bed: first time to last; edges uncertain."""
    flat = np.flatnonzero(Shape.of(joints, height).lies())
    if len(flat) < TAKE_RATE_HZ / 2:
        return ()
    first, last = flat[0] / TAKE_RATE_HZ, flat[-1] / TAKE_RATE_HZ
    return (
        Span(label="lying", start=max(0.0, first - _UNCERTAIN_S), end=first, certain=False),
        Span(label="lying", start=first, end=last),
        Span(label="lying", start=last, end=last + _UNCERTAIN_S, certain=False),
    )


def floor_time(
    joints: NDArray[np.float32], height: float, since: float
) -> tuple[float, float] | None:
    """From when until when the body is on the floor, at or after `since`, in s."""
    rows = np.flatnonzero(Shape.of(joints, height).on_floor)
    rows = rows[rows >= since * TAKE_RATE_HZ]
    return (rows[0] / TAKE_RATE_HZ, rows[-1] / TAKE_RATE_HZ) if len(rows) else None


def _middle(joints: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    left, right = (joints[:, TAKE_JOINTS.index(f"{side}_{name}")] for side in ("left", "right"))
    middle: NDArray[np.float32] = (left + right) / np.float32(2)
    return middle
