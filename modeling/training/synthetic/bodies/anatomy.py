"""What every made body has: capsules on hinges, and where on them its joints are.

The body's own axes at rest: x forward, y to the left, z up; all lengths are shares of its height.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from contract.layout import JOINTS

TAKE_JOINTS = (
    *JOINTS,
    "head_top", "neck", "left_heel", "right_heel", "left_toe", "right_toe", "left_hand",
    "right_hand",
)  # fmt: skip
"""The joints that the features use, in their order, and those that only pictures need."""

Point = tuple[float, float, float]


@dataclass(frozen=True)
class Hinge:
    """A joint of one degree of freedom: about `axis`, degrees, and the muscle's torque in Nm/kg."""

    name: str
    axis: Point
    low: float
    high: float
    torque: float


@dataclass(frozen=True)
class Segment:
    """A capsule from its joint to `tip`, hung to `parent` at `at`; `mass` is a share of the body's.

    `points` are the TAKE_JOINTS that lie on it.
    """

    name: str
    parent: str
    at: Point
    tip: Point
    radius: float
    mass: float
    hinges: tuple[Hinge, ...]
    points: dict[str, Point] = field(default_factory=dict)


_FLEX: Point = (0.0, -1.0, 0.0)
_OUT = {"left": 1.0, "right": -1.0}


def _spread(side: str) -> Point:
    return (_OUT[side], 0.0, 0.0)


def _turn(side: str) -> Point:
    return (0.0, 0.0, _OUT[side])


def _arm(side: str) -> tuple[Segment, ...]:
    """The arm of one side; raising forward and outward is positive."""
    out = _OUT[side]
    return (
        Segment(
            f"{side}_upper_arm", "trunk", (0.0, 0.118 * out, 0.19), (0.0, 0.0, -0.18), 0.024, 0.028,
            (
                Hinge(f"{side}_shoulder", _FLEX, -50, 175, 0.9),
                Hinge(f"{side}_shoulder_out", _spread(side), -15, 160, 0.9),
                Hinge(f"{side}_shoulder_turn", _turn(side), -70, 70, 0.6),
            ),
            {f"{side}_shoulder": (0.0, 0.0, 0.0)},
        ),
        Segment(
            f"{side}_forearm", f"{side}_upper_arm", (0.0, 0.0, -0.186), (0.0, 0.0, -0.20), 0.02,
            0.022, (Hinge(f"{side}_elbow", _FLEX, 0, 145, 0.7),),
            {
                f"{side}_elbow": (0.0, 0.0, 0.0),
                f"{side}_wrist": (0.0, 0.0, -0.146),
                f"{side}_hand": (0.0, 0.0, -0.22),
            },
        ),
    )  # fmt: skip


def _leg(side: str) -> tuple[Segment, ...]:
    """The leg of one side; flexing and spreading are positive."""
    out = _OUT[side]
    return (
        Segment(
            f"{side}_thigh", "pelvis", (0.0, 0.052 * out, 0.0), (0.0, 0.0, -0.23), 0.043, 0.10,
            (
                Hinge(f"{side}_hip", _FLEX, -25, 125, 2.4),
                Hinge(f"{side}_hip_out", _spread(side), -20, 50, 2.0),
                Hinge(f"{side}_hip_turn", _turn(side), -35, 45, 1.0),
            ),
            {f"{side}_hip": (0.0, 0.0, 0.0)},
        ),
        Segment(
            f"{side}_shank", f"{side}_thigh", (0.0, 0.0, -0.245), (0.0, 0.0, -0.225), 0.03, 0.0465,
            (Hinge(f"{side}_knee", (0.0, 1.0, 0.0), 0, 150, 2.2),),
            {f"{side}_knee": (0.0, 0.0, 0.0)},
        ),
        Segment(
            f"{side}_foot", f"{side}_shank", (0.0, 0.0, -0.246), (0.10, 0.0, -0.022), 0.017, 0.0145,
            (Hinge(f"{side}_ankle", _FLEX, -45, 30, 1.3),),
            {
                f"{side}_ankle": (0.0, 0.0, 0.0),
                f"{side}_heel": (-0.035, 0.0, -0.03),
                f"{side}_toe": (0.112, 0.0, -0.03),
            },
        ),
    )  # fmt: skip


SEGMENTS = (  # depth first, as MuJoCo orders the state
    Segment("pelvis", "", (0.0, 0.0, 0.0), (0.0, 0.0, 0.06), 0.072, 0.16, ()),
    Segment(
        "trunk", "pelvis", (0.0, 0.0, 0.09), (0.0, 0.0, 0.15), 0.075, 0.338,
        (
            Hinge("waist", (0.0, 1.0, 0.0), -25, 75, 2.4),
            Hinge("waist_side", (1.0, 0.0, 0.0), -30, 30, 2.0),
            Hinge("waist_turn", (0.0, 0.0, 1.0), -40, 40, 1.5),
        ),
    ),
    Segment(
        "head", "trunk", (0.0, 0.0, 0.24), (0.02, 0.0, 0.11), 0.055, 0.08,
        (Hinge("neck", (0.0, 1.0, 0.0), -45, 50, 0.4),),
        {"neck": (0.0, 0.0, -0.02), "nose": (0.075, 0.0, 0.09), "head_top": (0.01, 0.0, 0.17)},
    ),
    *_arm("left"),
    *_arm("right"),
    *_leg("left"),
    *_leg("right"),
)  # fmt: skip
HINGES = tuple(hinge for segment in SEGMENTS for hinge in segment.hinges)
_HINGE_PLACES = {hinge.name: place for place, hinge in enumerate(HINGES)}


def posture(**degrees: float) -> NDArray[np.float64]:
    """The angles of all hinges, (H,) in radians: 0 unless named, limbs of both sides by one name.

    `posture(hip=90, left_knee=30)` flexes both hips and the left knee.
    """
    angles = np.zeros(len(HINGES))
    for name in sorted(degrees, key=lambda name: name in _HINGE_PLACES):
        for hinge in (name, f"left_{name}", f"right_{name}"):
            if hinge in _HINGE_PLACES:
                angles[_HINGE_PLACES[hinge]] = np.deg2rad(degrees[name])
    return angles


def hinge_place(name: str) -> int:
    """Where the hinge stands in a posture."""
    return _HINGE_PLACES[name]
