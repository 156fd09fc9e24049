"""What somebody does once he is down: lie still, move, drag himself along, or sit up."""

from dataclasses import replace

import numpy as np

from modeling.training.synthetic.bodies.anatomy import HINGES, hinge_place, posture
from modeling.training.synthetic.bodies.motion import Array
from modeling.training.synthetic.takes.simulate import Aim, Curve, Plan, Push

_FLEXED = np.deg2rad(70)
_SHARES = (0.55, 0.2, 0.1, 0.15)


def with_aftermath(plan: Plan, rng: np.random.Generator) -> Plan:
    """The same fall with what follows it; limbs that were thrown out sink in any case."""
    limp = replace(plan, aims=(*plan.aims, Aim(1.6, 1.2, _limp(plan.aims[-1].angles))))
    since = float(rng.uniform(3.2, 4.5))
    follows = rng.choice(["still", "moves", "drags", "sits up"], p=_SHARES)
    if follows == "still":
        return limp
    if follows == "sits up":
        return _sits_up(limp, since, rng)
    moving = _moves(limp, since, rng)
    if follows == "moves":
        return moving
    pull = Push("trunk", (rng.uniform(1.5, 4.0), rng.normal(0, 1), 0.5), since, 2.5)
    return replace(moving, pushes=(*moving.pushes, pull))


def _limp(angles: Array) -> Array:
    """The posture with its arms down, and its legs too unless it sits."""
    slack = angles.copy()
    for side in ("left", "right"):
        for name, share in (("shoulder", 0.3), ("elbow", 0.5), ("hip", 0.4), ("knee", 0.5)):
            place = hinge_place(f"{side}_{name}")
            sits = name in ("hip", "knee") and angles[hinge_place("left_hip")] > _FLEXED
            slack[place] *= 1.0 if sits else share
    return slack


def _moves(plan: Plan, since: float, rng: np.random.Generator) -> Plan:
    aims = tuple(
        Aim(since + 0.9 * turn, 0.7, plan.aims[-1].angles + rng.normal(0, 0.4, size=len(HINGES)))
        for turn in range(4)
    )
    weak = float(rng.uniform(0.15, 0.4))
    return replace(
        plan,
        aims=(*plan.aims, *aims),
        strength=_then(plan.strength, since, weak),
        seconds=since + 4,
    )


def _sits_up(plan: Plan, since: float, rng: np.random.Generator) -> Plan:
    sit = posture(
        hip=rng.uniform(80, 95), knee=rng.uniform(20, 90), waist=20, shoulder=-30, elbow=10
    )
    return replace(
        plan, aims=(*plan.aims, Aim(since, 1.2, sit)),
        strength=_then(plan.strength, since, 0.6), upright=_then(plan.upright, since, 0.9),
        seconds=since + float(rng.uniform(3, 5)),
    )  # fmt: skip


def _then(curve: Curve, since: float, value: float) -> Curve:
    """The curve until `since`, and within a second the new value."""
    before = [
        (time, was) for time, was in zip(curve.times, curve.values, strict=True) if time < since
    ]
    corners = [*before, (since, curve.at(since)), (since + 1.0, value)]
    return Curve(tuple(time for time, _ in corners), tuple(was for _, was in corners))
