"""What one pose says of how somebody holds himself and where; made from a window's newest pose."""

from dataclasses import dataclass
from itertools import pairwise
from math import dist

import numpy as np
from numpy.typing import NDArray

from contract.layout import JOINTS
from modeling.perception.windows.features import HIPS, SHOULDERS, body_length

ANKLES = [JOINTS.index("left_ankle"), JOINTS.index("right_ankle")]
SEEN = 0.5
"""A joint that is seen as well counts as seen."""
# Cosine of the torso's angle to the vertical, height by width of the body, and how far the
# ankles are below the hips: about 0.7 body lengths of who stands, 0.4 on a chair, 0.2 on the floor.
STANDING_TORSO = 0.8
STANDING_SLIMNESS = 1.5
STANDING_LEGS = 0.45
RAISED_TORSO = 0.5
WALKING_LENGTHS = 1.0
# Net way by the way of all steps: writhing and jitter go back and forth.
WALKING_DIRECTNESS = 0.7
# Body lengths a second; nobody runs like this, so the tracker has jumped.
JUMP_SPEED = 6.0
LEAVING_TORSO = 0.6
LEAVING_SHARE = 0.25
"""Of the joints, that lie beyond an edge of the picture of somebody who leaves it."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Posture:
    """One tracked pose. Points are shares of the picture's height from its upper left corner.

    Lengths are such shares too, unless it says body lengths. `feet` is None where no ankle is
    seen; `outside` is the share of the joints that lie beyond the picture's left, right or lower
    edge, `seen` how well the joints are seen on average. `aspect` is the picture's width divided by
    its height.
    """

    time: float
    aspect: float
    hips: Point
    shoulders: Point
    feet: Point | None
    top: float
    bottom: float
    torso: float
    slimness: float
    legs: float  # body lengths
    height: float
    body_length: float
    outside: float
    seen: float

    @classmethod
    def of(cls, joints: NDArray[np.float32], aspect: float, time: float) -> "Posture | None":
        """The newest pose of a window, None where it was not seen but held.

        `joints` is the window's (16, 13, 3), whose newest pose is of `time`.
        """
        seen = joints[-1, :, 2]
        if not (seen > 0.0).any():
            return None
        points = joints[..., :2] * np.array([aspect, 1.0], dtype=np.float32)
        newest, length = points[-1], float(body_length(points, joints[..., 2]))
        hips, shoulders = newest[HIPS].mean(axis=0), newest[SHOULDERS].mean(axis=0)
        width, height = np.ptp(newest, axis=0).tolist()
        ankles = newest[ANKLES][seen[ANKLES] >= SEEN]
        beyond = (newest[:, 0] < 0) | (newest[:, 0] > aspect) | (newest[:, 1] > 1)
        return cls(
            time=time,
            aspect=aspect,
            hips=_point(hips),
            shoulders=_point(shoulders),
            feet=_point(ankles.mean(axis=0)) if len(ankles) else None,
            top=float(newest[:, 1].min()),
            bottom=float(newest[:, 1].max()),
            torso=float(hips[1] - shoulders[1]) / max(dist(hips, shoulders), 1e-6),
            slimness=height / max(width, 1e-6),
            legs=float((newest[ANKLES, 1] - hips[1]).mean()) / length,
            height=height,
            body_length=length,
            outside=float(beyond.mean()),
            seen=float(seen.mean()),
        )

    @property
    def is_upright(self) -> bool:
        """Whether it has the shape of somebody who stands: neither sits, kneels nor lies."""
        return (
            self.torso >= STANDING_TORSO
            and self.slimness >= STANDING_SLIMNESS
            and self.legs >= STANDING_LEGS
        )

    @property
    def is_raised(self) -> bool:
        """Whether the torso is nearer to upright than to level."""
        return self.torso >= RAISED_TORSO

    @property
    def stands(self) -> bool:
        """Whether somebody is seen to stand, down to the feet."""
        return self.is_upright and self.feet is not None

    @property
    def is_leaving(self) -> bool:
        """Whether an edge cuts somebody whose torso is raised: he walks out of the picture."""
        return self.outside >= LEAVING_SHARE and self.torso >= LEAVING_TORSO

    @property
    def share_of_picture(self) -> Point:
        """Where the hips are, in shares of the picture's width and height."""
        return self.hips[0] / self.aspect, self.hips[1]


def walks(postures: list[Posture]) -> bool:
    """Whether somebody with a raised torso goes a body length in one direction, without a jump."""
    raised = [posture for posture in postures if posture.is_raised]
    steps = list(pairwise(raised))
    if not steps or any(is_jump(before, after) for before, after in steps):
        return False
    net = dist(raised[0].hips, raised[-1].hips)
    way = sum(dist(before.hips, after.hips) for before, after in steps)
    far = net >= WALKING_LENGTHS * max(posture.body_length for posture in raised)
    return far and net >= WALKING_DIRECTNESS * way


def is_jump(before: Posture, after: Posture) -> bool:
    """Whether nobody runs so fast from one to the other, so that the tracker has jumped."""
    way = dist(before.hips, after.hips) / max(before.body_length, after.body_length)
    return way > JUMP_SPEED * (after.time - before.time)


def _point(point: NDArray[np.float32]) -> Point:
    return float(point[0]), float(point[1])
