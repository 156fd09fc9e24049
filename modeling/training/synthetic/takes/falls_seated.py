"""Falls from chairs and beds, onto them and out of them."""

from dataclasses import replace

import numpy as np

from modeling.training.synthetic.bodies.anatomy import posture
from modeling.training.synthetic.bodies.furniture import bed, chair
from modeling.training.synthetic.bodies.motion import STAND, Draw, Motion
from modeling.training.synthetic.bodies.people import Person, seat_of
from modeling.training.synthetic.takes.falling import brace, plan_of, sitting
from modeling.training.synthetic.takes.simulate import Aim, Curve, Plan, Push


def missed_chair(rng: Draw, person: Person) -> Plan:
    """He sits down beside or before the chair."""
    seat = seat_of(person)
    down = float(rng.uniform(1.0, 1.8))
    sit = posture(hip=92, knee=92, waist=25, ankle=4, shoulder=rng.uniform(-20, 40), elbow=20)
    motion = Motion.start(STAND).hold(float(rng.uniform(1, 3)), rng).to(sit, down)
    motion.cut(float(rng.uniform(0.5, 0.75)), down)
    if rng.random() < 0.5:
        boxes = chair(seat, -float(rng.uniform(0.65, 0.9)), float(rng.normal(0, 0.15)))
    else:
        boxes = chair(seat, -0.15, float(rng.choice([-1, 1]) * rng.uniform(0.5, 0.7)))
    back = Push("pelvis", (-rng.uniform(0.5, 1.5), 0, 0), 0.0, 0.5)
    return replace(
        plan_of(rng, motion, sitting(rng), (back,)),
        boxes=boxes,
        upright=Curve((0.0, 1.2, 2.0), (0.7, 0.7, float(rng.choice([0.0, 0.5])))),
    )


def _rising(rng: Draw, up: float) -> Motion:
    """Somebody sits for a while, leans forward and stands, `up` seconds after he began to."""
    sit = posture(hip=92, knee=92, waist=10, ankle=2, elbow=40, shoulder=15)
    motion = Motion.start(sit).hold(float(rng.uniform(1.5, 3)), rng)
    motion.to(posture(hip=70, knee=75, ankle=22, waist=45, shoulder=30, elbow=30), 0.4 * up)
    return motion.to(STAND, up)


def rise_and_fall_back(rng: Draw, person: Person) -> Plan:
    """He rises from a chair that rolls away, or from a wheelchair, and falls back."""
    seat = seat_of(person)
    up = float(rng.uniform(1.2, 2.5))
    motion = _rising(rng, up).cut(float(rng.uniform(0.35, 0.9)), up)
    back = Push("trunk", (-rng.uniform(1.5, 3.0), rng.normal(0, 1.0), 0), 0.0, 0.45)
    sits = rng.random() < 0.6
    aim = sitting(rng) if sits else brace(rng, forward=False)
    boxes = chair(seat, -float(rng.uniform(0.85, 1.3)), float(rng.normal(0, 0.2)))
    return replace(
        plan_of(rng, motion, aim, (back,)),
        boxes=boxes,
        upright=Curve((0.0, 1.3, 2.5), (0.6, 0.6, 0.0)) if sits else Curve((0,), (0,)),
    )


def rise_and_fall_forward(rng: Draw, person: Person) -> Plan:
    """He rises from a chair and his legs do not carry him."""
    seat = seat_of(person)
    up = float(rng.uniform(1.2, 2.5))
    motion = _rising(rng, up).cut(float(rng.uniform(0.2, 0.9)), up)
    push = Push("trunk", (rng.uniform(1.2, 2.5), rng.normal(0, 1.5), 0), 0.0, 0.4)
    boxes = chair(seat, -0.55)
    return replace(
        plan_of(rng, motion, brace(rng, forward=True), (push,)),
        boxes=boxes,
        strength=Curve((0.0, 0.5, 2.0), (0.5, 0.25, float(rng.uniform(0.05, 0.2)))),
    )


def roll_out_of_bed(rng: Draw, person: Person) -> Plan:
    """He lies on a bed near its edge, rolls over it and falls."""
    top = float(rng.uniform(0.45, 0.6))
    lie = posture(knee=rng.uniform(0, 30), hip=rng.uniform(0, 25), elbow=rng.uniform(0, 60))
    motion = Motion.start(lie, pitch=-90, support=top)
    motion.hold(float(rng.uniform(2, 4)), rng)
    edge = float(rng.uniform(0.1, 0.155)) * person.height
    long = float(rng.uniform(0.7, 1.1))
    pushes = tuple(
        Push(part, (0, rng.uniform(1.8, 3.2), rng.uniform(0.5, 1.2)), 0.0, long)
        for part in ("pelvis", "trunk", "right_thigh")
    )
    return replace(
        plan_of(rng, motion, brace(rng, rng.random() < 0.5), pushes),
        boxes=bed(top, -0.05, edge - 0.46),
        friction=0.5,
    )


def topple_from_chair(rng: Draw, person: Person) -> Plan:
    """He sits, sways forwards or to a side, and goes over; often he has fainted."""
    sit = posture(hip=92, knee=rng.uniform(75, 100), waist=rng.uniform(0, 25), elbow=40, ankle=3)
    motion = Motion.start(sit).hold(float(rng.uniform(2, 4)), rng)
    to, hard = float(np.deg2rad(rng.uniform(-110, 110))), float(rng.uniform(2.5, 5.0))
    way = (hard * float(np.cos(to)), hard * float(np.sin(to)), 0.0)
    pushes = (
        Push("trunk", way, 0.0, float(rng.uniform(0.5, 0.9))),
        Push("pelvis", way, 0.2, float(rng.uniform(0.4, 0.8))),
    )
    return replace(
        plan_of(rng, motion, brace(rng, forward=True), pushes),
        boxes=chair(seat_of(person), -0.05, has_back=rng.random() < 0.7),
        strength=Curve((0.0, 0.5, 2.0), (0.5, float(rng.uniform(0.02, 0.3)), 0.05)),
    )


def slide_off_chair(rng: Draw, person: Person) -> Plan:
    """He slides forwards off his seat, feet ahead, and ends sitting before it or flat."""
    knee = float(rng.uniform(55, 75))
    low = 0.246 * person.height * (1 - float(np.cos(np.deg2rad(knee - 92))))
    sit = posture(hip=80, knee=knee, waist=-5, elbow=30, shoulder=rng.uniform(0, 30))
    motion = Motion.start(sit, pitch=-12).hold(float(rng.uniform(2, 4)), rng)
    pull = Push("pelvis", (rng.uniform(4.5, 6.0), rng.normal(0, 0.3), 0), 0.0, 1.8)
    feet = tuple(Push(foot, (0.8, 0, 0), 0.0, 1.5) for foot in ("left_foot", "right_foot"))
    lean = Push("trunk", (-rng.uniform(0.5, 1.2), 0, 0), 0.0, 1.2)
    aim = posture(hip=rng.uniform(60, 95), knee=rng.uniform(5, 50), waist=rng.uniform(0, 20))
    weak = float(rng.uniform(0.1, 0.3))
    return replace(
        plan_of(rng, motion, aim, (pull, lean, *feet)),
        boxes=chair(seat_of(person) - low, -0.1),
        friction=0.3,
        strength=Curve((0.0, 0.5), (0.5, weak)),
        aims=(Aim(0.2, 1.0, aim),),
        upright=Curve((0.0, 2.0, 4.0), (0.4, 0.4, float(rng.choice([0.15, 0.4])))),
    )  # fmt: skip
