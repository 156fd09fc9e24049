"""Motions that are drawn by hand: postures, one after another, of a body that keeps its balance.

No path is drawn: what carries the body stands still, and the body moves as its joints do. A gait
walks by this, and who sits down moves backwards over his feet.
"""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from modeling.training.synthetic.bodies.anatomy import HINGES, hinge_place, posture
from modeling.training.synthetic.bodies.figure import Figure
from modeling.training.synthetic.bodies.people import Person

Array = NDArray[np.float64]
Draw = np.random.Generator
TAKE_RATE_HZ = 30.0
STAND = posture(shoulder_out=6, elbow=12, knee=4)
_CONTACT_M = 0.012
"""How far above the lowest point of the body another one still carries it."""


@dataclass(frozen=True)
class Gait:
    """How somebody walks: angles in degrees, `steps_hz` strides a second."""

    strides_hz: float = 0.9
    hip: float = 22.0
    knee: float = 55.0
    arms: float = 18.0
    lean: float = 4.0
    carry: Array = field(default_factory=posture)
    """What the arms hold beside their swing."""


@dataclass
class Motion:
    """Frames at TAKE_RATE_HZ: hinges (H,), turns of the pelvis and the height of what carries it.

    `turns` are roll, pitch and yaw in radians, about x, y and z.
    """

    angles: list[Array] = field(default_factory=list)
    turns: list[Array] = field(default_factory=list)
    supports: list[float] = field(default_factory=list)

    @classmethod
    def start(cls, angles: Array, pitch: float | None = None, roll: float = 0.0,
              support: float = 0.0) -> Self:  # fmt: skip
        """Begin in a posture; without a `pitch` (degrees) the left foot is flat."""
        tilt = flat_foot_pitch(angles) if pitch is None else np.deg2rad(pitch)
        return cls([angles], [np.array([np.deg2rad(roll), tilt, 0.0])], [support])

    def __len__(self) -> int:
        return len(self.angles)

    def to(self, angles: Array, seconds: float, pitch: float | None = None, roll: float = 0.0,
           turn: float = 0.0, support: float | None = None) -> Self:  # fmt: skip
        """Go to a posture as people do, slow at both ends; `turn` is in degrees to the left."""
        tilt = flat_foot_pitch(angles) if pitch is None else np.deg2rad(pitch)
        first = (self.angles[-1], self.turns[-1], self.supports[-1])
        last = np.array([np.deg2rad(roll), tilt, first[1][2] + np.deg2rad(turn)])
        height = first[2] if support is None else support
        for share in _ease(seconds):
            self.angles.append(first[0] + share * (angles - first[0]))
            self.turns.append(first[1] + share * (last - first[1]))
            self.supports.append(first[2] + share * (height - first[2]))
        return self

    def hold(self, seconds: float, rng: np.random.Generator, degrees: float = 1.5) -> Self:
        """Stay where one is, swaying by about so many `degrees`."""
        angles, turns, support = self.angles[-1], self.turns[-1], self.supports[-1]
        sizes = np.deg2rad(degrees) * rng.normal(size=len(HINGES))
        rates = rng.uniform(0.1, 0.5, size=len(HINGES))
        for time in np.arange(1, _frames(seconds) + 1) / TAKE_RATE_HZ:
            self.angles.append(angles + sizes * np.sin(2 * np.pi * rates * time))
            self.turns.append(turns)
            self.supports.append(support)
        return self

    def walk(self, seconds: float, gait: Gait, turn: float = 0.0, climb: float = 0.0) -> Self:
        """Walk on from where one stands, turning by `turn` degrees and rising by `climb` m."""
        first, since = self.angles[-1], self.turns[-1]
        height, frames = self.supports[-1], _frames(seconds)
        for frame in range(1, frames + 1):
            time = frame / TAKE_RATE_HZ
            begun = min(1.0, time / 0.5)
            yaw = since[2] + np.deg2rad(turn) * frame / frames
            self.angles.append(first + begun * (step_of(gait, time) - first))
            self.turns.append(np.array([0.0, np.deg2rad(gait.lean / 2) * begun, yaw]))
            self.supports.append(height + climb * frame / frames)
        return self

    def cut(self, share: float, seconds: float) -> Self:
        """Break off the last `seconds` after `share` of them."""
        kept = len(self) - round((1.0 - share) * _frames(seconds))
        del self.angles[kept:], self.turns[kept:], self.supports[kept:]
        return self

    def roots(self, figure: Figure) -> Array:
        """Place the pelvis in each frame, (T, 7): what is lowest carries the body and stands still.

        The last frame's pelvis is above x = y = 0.
        """
        roots = np.zeros((len(self), 7))
        before: Array | None = None
        for row, (angles, turns) in enumerate(zip(self.angles, self.turns, strict=True)):
            roots[row, 3:] = quaternion(*turns)
            figure.place(roots[row], angles)
            ends = figure.ends()
            lowest = ends[:, 2].min()
            roots[row, 2] = self.supports[row] - lowest
            if before is not None:
                carries = np.exp((lowest - ends[:, 2]) / _CONTACT_M)
                slip = np.average(ends[:, :2] - before[:, :2], axis=0, weights=carries)
                roots[row, :2] = roots[row - 1, :2] - slip
            before = ends
        roots[:, :2] -= roots[-1, :2].copy()
        return roots


def gait_of(rng: Draw, person: Person) -> Gait:
    """How this person walks today: the stiffer, the shorter, slower and more bent."""
    old = person.stiffness
    return Gait(
        strides_hz=float(rng.uniform(0.75, 1.05) - 0.2 * old),
        hip=float(rng.uniform(17, 26) - 12 * old),
        knee=float(rng.uniform(45, 60) - 30 * old),
        arms=float(rng.uniform(6, 24) * (1 - 0.7 * old)),
        lean=float(rng.uniform(0, 6) + 14 * old),
    )


def step_of(gait: Gait, time: float) -> Array:
    """The posture of somebody who walks, `time` s after he began."""
    phase = 2 * np.pi * gait.strides_hz * time
    angles = gait.carry + posture(waist=gait.lean)
    for side, lag in (("left", 0.0), ("right", np.pi)):
        at = phase + lag
        swings = max(0.0, np.sin(at - 0.3)) ** 2
        values = {
            "hip": 4.0 + gait.hip * -np.cos(at),
            "knee": 6.0 + gait.knee * swings,
            "ankle": 2.0 + 6.0 * swings,
            "shoulder": gait.arms * np.cos(at),
            "elbow": 0.6 * gait.arms,
        }
        for name, value in values.items():
            angles[hinge_place(f"{side}_{name}")] += np.deg2rad(value)
    return angles


def flat_foot_pitch(angles: Array) -> float:
    """The pitch of the pelvis, in radians, with which the left foot is level."""
    hip, knee, ankle = (
        angles[hinge_place(name)] for name in ("left_hip", "left_knee", "left_ankle")
    )
    return float(hip - knee + ankle)


def quaternion(roll: float, pitch: float, yaw: float) -> Array:
    """The turn about x, then y, then z, as MuJoCo has it (w, x, y, z)."""
    (cr, sr), (cp, sp), (cy, sy) = (
        (np.cos(turn / 2), np.sin(turn / 2)) for turn in (roll, pitch, yaw)
    )
    return np.array([
        cr * cp * cy + sr * sp * sy, sr * cp * cy - cr * sp * sy,
        cr * sp * cy + sr * cp * sy, cr * cp * sy - sr * sp * cy,
    ])  # fmt: skip


def _frames(seconds: float) -> int:
    return max(1, round(seconds * TAKE_RATE_HZ))


def _ease(seconds: float) -> Array:
    """The minimum-jerk course from 0 to 1, a value per frame."""
    share = np.arange(1, _frames(seconds) + 1) / _frames(seconds)
    course: Array = share**3 * (10 - 15 * share + 6 * share**2)
    return course
