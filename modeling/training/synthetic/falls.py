"""Ways to fall: what somebody was doing, what went wrong, and what his body does about it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from modeling.training.synthetic.body import posture
from modeling.training.synthetic.furniture import bed, chair, clutter, wall
from modeling.training.synthetic.motion import Array, Gait, Motion
from modeling.training.synthetic.simulate import Aim, Curve, Plan, Push
from modeling.training.synthetic.take import Person

Draw = np.random.Generator
STAND = posture(shoulder_out=6, elbow=12, knee=4)


def seat_of(person: Person) -> float:
    """How high, in m, a seat is on which the thighs are level and the feet flat."""
    bulk = np.sqrt(person.weight / (23.0 * person.height**2))
    return float(person.height * (0.285 - 0.072 * bulk))


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


def _brace(rng: Draw, forward: bool) -> Array:
    """How somebody throws out his arms and bends his knees while he falls."""
    return posture(
        left_shoulder=rng.uniform(20, 100) if forward else rng.uniform(-45, 30),
        right_shoulder=rng.uniform(20, 100) if forward else rng.uniform(-45, 30),
        shoulder_out=rng.uniform(5, 60), left_elbow=rng.uniform(10, 70),
        right_elbow=rng.uniform(10, 70), left_hip=rng.uniform(15, 70),
        right_hip=rng.uniform(15, 70), left_knee=rng.uniform(20, 100),
        right_knee=rng.uniform(20, 100), waist=rng.uniform(0, 30),
        waist_side=rng.uniform(-15, 15), neck=rng.uniform(-10, 30),
    )  # fmt: skip


def _sit(rng: Draw) -> Array:
    """Sitting on the floor: legs out in front, more or less bent, arms propped behind or beside."""
    return posture(
        hip=rng.uniform(75, 105), left_knee=rng.uniform(5, 80), right_knee=rng.uniform(5, 80),
        waist=rng.uniform(5, 30), shoulder=rng.uniform(-45, 20), shoulder_out=rng.uniform(10, 40),
        elbow=rng.uniform(0, 40), hip_out=rng.uniform(0, 20),
    )  # fmt: skip


def _walk(rng: Draw, person: Person, turn: float = 0.0) -> Motion:
    motion = Motion.start(STAND).hold(float(rng.uniform(0.2, 0.8)), rng)
    bend = turn if turn else float(rng.normal(0, 25))
    return motion.walk(float(rng.uniform(2.0, 4.0)), gait_of(rng, person), bend)


def _catching(rng: Draw) -> Curve:
    """Strong while he tries to catch himself, then slack once he lies."""
    slack = float(rng.uniform(0.05, 0.3))
    return Curve((0.0, 0.3, 1.5, 3.0), (1.0, float(rng.uniform(0.4, 0.9)), 0.5, slack))


def _plan(rng: Draw, motion: Motion, aim: Array, pushes: tuple[Push, ...], **more: object) -> Plan:
    reflex = float(rng.uniform(0.08, 0.25))
    plan = Plan(
        motion, float(rng.uniform(4.5, 7.5)), _catching(rng),
        (Aim(reflex, float(rng.uniform(0.2, 0.45)), aim),),
        clutter(rng, 2.0, float(motion.turns[-1][2])), pushes,
        friction=float(rng.uniform(0.6, 1.0)),
    )  # fmt: skip
    return replace(plan, **more)  # type: ignore[arg-type]  # the fields of a Plan, by name


def _foot(rng: Draw) -> str:
    return str(rng.choice(["left_foot", "right_foot"]))


def _trip(rng: Draw, person: Person) -> Plan:
    """A foot is held while the body goes on."""
    foot = Push(_foot(rng), (-rng.uniform(5, 8), 0, 0), 0.0, rng.uniform(0.2, 0.35))
    body = Push("trunk", (rng.uniform(0.3, 2.0), rng.normal(0, 0.8), 0), 0.05, 0.35)
    return _plan(rng, _walk(rng, person), _brace(rng, forward=True), (foot, body))


def _slip(rng: Draw, person: Person) -> Plan:
    """The feet go away forwards."""
    hard, long = rng.uniform(4, 6.5), rng.uniform(0.2, 0.3)
    pushes = tuple(
        Push(foot, (hard, rng.normal(0, 1), 0), 0.0, long) for foot in ("left_foot", "right_foot")
    )
    sits = rng.random() < 0.5
    aim = _sit(rng) if sits else _brace(rng, forward=False)
    upright = (
        Curve((0.0, 1.3, 2.5), (0.8, 0.8, rng.choice([0.0, 0.3]))) if sits else Curve((0,), (0,))
    )
    return _plan(rng, _walk(rng, person), aim, pushes, upright=upright)


def _faint(rng: Draw, person: Person) -> Plan:
    """All strength goes, within half a second to two, walking or standing."""
    gone = float(rng.uniform(0.2, 1.0))
    motion = (
        _walk(rng, person)
        if rng.random() < 0.5
        else (Motion.start(STAND).hold(float(rng.uniform(2, 4)), rng))
    )
    sway = Push("trunk", (rng.normal(0, 0.9), rng.normal(0, 0.9), 0), 0.0, gone + 0.5)
    aim = posture(hip=rng.uniform(10, 60), knee=rng.uniform(20, 110), waist=rng.uniform(0, 30))
    return _plan(
        rng, motion, aim, (sway,), strength=Curve((0.0, gone), (0.8, 0.02)),
        aims=(Aim(0.0, gone, aim),),
    )  # fmt: skip


def _sink(rng: Draw, person: Person) -> Plan:
    """The legs give way slowly, the trunk stays up for a while: often lands sitting or kneeling."""
    slow = float(rng.uniform(0.8, 1.6) + 0.4 * person.stiffness)
    motion = Motion.start(STAND).hold(float(rng.uniform(2, 4)), rng)
    aim = posture(
        hip=rng.uniform(70, 110), knee=rng.uniform(100, 140), waist=rng.uniform(0, 25),
        ankle=20, shoulder=rng.uniform(-10, 50), elbow=rng.uniform(0, 60),
    )  # fmt: skip
    push = Push("pelvis", (rng.uniform(-0.8, 0.4), rng.normal(0, 0.5), 0), 0.2 * slow, slow)
    stays = float(rng.choice([0.0, 0.0, 0.6]))
    return _plan(
        rng, motion, aim, (push,), strength=Curve((0.0, slow), (0.8, 0.06)),
        aims=(Aim(0.0, slow, aim),), lift=Curve((0.0, 0.3 * slow, slow), (0.9, 0.6, 0.0)),
        upright=Curve((0.0, slow, slow + 1.0), (1.0, 0.8, stays)),
    )  # fmt: skip


def _knees_give_way(rng: Draw, person: Person) -> Plan:
    """Onto the knees, then forwards on the hands or to the side."""
    falls_on = rng.random() < 0.6
    aim = posture(
        hip=rng.uniform(0, 40), knee=rng.uniform(95, 130), ankle=-40, waist=rng.uniform(0, 25),
        shoulder=rng.uniform(20, 80), elbow=rng.uniform(10, 50),
    )  # fmt: skip
    later = Aim(1.2, 0.5, _brace(rng, forward=True))
    push = Push("trunk", (rng.uniform(0.5, 2.0), rng.normal(0, 1.0), 0), 1.0, 0.5)
    fast = float(rng.uniform(0.3, 0.7))
    return _plan(
        rng, _walk(rng, person), aim, (push,) if falls_on else (),
        aims=(Aim(0.0, fast, aim), later) if falls_on else (Aim(0.0, fast, aim),),
        upright=Curve((0.0, 0.9, 1.2), (1.0, 1.0, 0.0 if falls_on else 1.0)),
        strength=Curve((0.0, 0.2, 2.0, 3.0), (0.6, 0.35, 0.4, 0.2)),
    )  # fmt: skip


def _missed_chair(rng: Draw, person: Person) -> Plan:
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
    return _plan(
        rng, motion, _sit(rng), (back,), boxes=boxes,
        upright=Curve((0.0, 1.2, 2.0), (0.7, 0.7, float(rng.choice([0.0, 0.5])))),
    )  # fmt: skip


def _rise_and_fall_back(rng: Draw, person: Person) -> Plan:
    """He rises from a chair that rolls away, or from a wheelchair, and falls back."""
    seat = seat_of(person)
    up = float(rng.uniform(1.2, 2.5))
    sit = posture(hip=92, knee=92, waist=10, ankle=2, elbow=40, shoulder=15)
    motion = Motion.start(sit).hold(float(rng.uniform(1.5, 3)), rng)
    motion.to(posture(hip=70, knee=75, ankle=22, waist=45, shoulder=30, elbow=30), 0.4 * up)
    motion.to(STAND, up).cut(float(rng.uniform(0.35, 0.9)), up)
    back = Push("trunk", (-rng.uniform(1.5, 3.0), rng.normal(0, 1.0), 0), 0.0, 0.45)
    sits = rng.random() < 0.6
    aim = _sit(rng) if sits else _brace(rng, forward=False)
    boxes = chair(seat, -float(rng.uniform(0.85, 1.3)), float(rng.normal(0, 0.2)))
    return _plan(
        rng, motion, aim, (back,), boxes=boxes,
        upright=Curve((0.0, 1.3, 2.5), (0.6, 0.6, 0.0)) if sits else Curve((0,), (0,)),
    )  # fmt: skip


def _rise_and_fall_forward(rng: Draw, person: Person) -> Plan:
    """He rises from a chair and his legs do not carry him."""
    seat = seat_of(person)
    up = float(rng.uniform(1.2, 2.5))
    sit = posture(hip=92, knee=92, waist=10, ankle=2, elbow=40, shoulder=15)
    motion = Motion.start(sit).hold(float(rng.uniform(1.5, 3)), rng)
    motion.to(posture(hip=70, knee=75, ankle=22, waist=45, shoulder=30, elbow=30), 0.4 * up)
    motion.to(STAND, up).cut(float(rng.uniform(0.2, 0.9)), up)
    push = Push("trunk", (rng.uniform(1.2, 2.5), rng.normal(0, 1.5), 0), 0.0, 0.4)
    boxes = chair(seat, -0.55)
    return _plan(
        rng, motion, _brace(rng, forward=True), (push,), boxes=boxes,
        strength=Curve((0.0, 0.5, 2.0), (0.5, 0.25, float(rng.uniform(0.05, 0.2)))),
    )  # fmt: skip


def _frame_turn(rng: Draw, person: Person) -> Plan:
    """He turns with a walking frame, loses it, and lands sitting or on his side."""
    carry = posture(shoulder=rng.uniform(25, 40), elbow=rng.uniform(30, 50))
    slow = Gait(
        float(rng.uniform(0.6, 0.8) - 0.15 * person.stiffness), float(rng.uniform(6, 11)),
        float(rng.uniform(15, 30)),
        0.0, float(rng.uniform(8, 22)), carry,
    )  # fmt: skip
    side = float(rng.choice([-1, 1]))
    motion = Motion.start(STAND + carry).hold(0.3, rng)
    motion.walk(float(rng.uniform(1.5, 2.5)), slow)
    motion.walk(float(rng.uniform(1.0, 2.0)), slow, side * rng.uniform(50, 120))
    push = Push("pelvis", (-rng.uniform(0.8, 2.2), side * rng.uniform(0.3, 1.5), 0), 0.0, 0.6)
    sits = rng.random() < 0.7
    return _plan(
        rng, motion, _sit(rng) if sits else _brace(rng, forward=False), (push,), has_frame=True,
        strength=Curve((0.0, 0.4, 2.0), (0.7, 0.3, float(rng.uniform(0.05, 0.3)))),
        upright=Curve((0.0, 1.5, 2.5), (0.8, 0.8, float(rng.choice([0.0, 0.6])))) if sits
        else Curve((0,), (0,)),
    )  # fmt: skip


def _step_back(rng: Draw, person: Person) -> Plan:
    """He steps backwards and goes over."""
    motion = Motion.start(STAND).hold(float(rng.uniform(1, 3)), rng)
    gait = gait_of(rng, person)
    back = replace(gait, strides_hz=-gait.strides_hz, hip=0.6 * gait.hip, knee=0.6 * gait.knee)
    motion.walk(float(rng.uniform(0.6, 1.5)), back)
    push = Push("trunk", (-rng.uniform(1.5, 3.0), rng.normal(0, 0.8), 0), 0.0, 0.4)
    heel = Push(_foot(rng), (rng.uniform(2, 4), 0, 0), 0.0, 0.25)
    sits = rng.random() < 0.5
    return _plan(
        rng, motion, _sit(rng) if sits else _brace(rng, forward=False), (push, heel),
        upright=Curve((0.0, 1.2, 2.2), (0.6, 0.6, 0.0)) if sits else Curve((0,), (0,)),
    )  # fmt: skip


def _sideways(rng: Draw, person: Person) -> Plan:
    """He stumbles over something beside him: an animal, a cable, a foot of somebody."""
    side = float(rng.choice([-1, 1]))
    push = Push("trunk", (rng.normal(0, 1), side * rng.uniform(1.8, 3.2), 0), 0.0, 0.4)
    foot = Push(_foot(rng), (rng.normal(-2, 1), -side * rng.uniform(3, 5), 0), 0.0, 0.25)
    return _plan(rng, _walk(rng, person), _brace(rng, rng.random() < 0.5), (push, foot))


def _roll_out_of_bed(rng: Draw, person: Person) -> Plan:
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
    return _plan(
        rng, motion, _brace(rng, rng.random() < 0.5), pushes,
        boxes=bed(top, -0.05, edge - 0.46), friction=0.5,
    )  # fmt: skip


def _slide_off_chair(rng: Draw, person: Person) -> Plan:
    """He slides forwards off his seat, feet ahead, and ends sitting before it or flat."""
    knee = float(rng.uniform(55, 75))
    low = 0.246 * person.height * (1 - float(np.cos(np.deg2rad(knee - 92))))
    sit = posture(hip=80, knee=knee, waist=-5, elbow=30, shoulder=rng.uniform(0, 30))
    motion = Motion.start(sit, pitch=-12).hold(float(rng.uniform(2, 4)), rng)
    pull = Push("pelvis", (rng.uniform(3.0, 4.5), rng.normal(0, 0.3), 0), 0.0, 1.6)
    feet = tuple(Push(foot, (0.8, 0, 0), 0.0, 1.5) for foot in ("left_foot", "right_foot"))
    lean = Push("trunk", (-rng.uniform(0.5, 1.2), 0, 0), 0.0, 1.2)
    aim = posture(hip=rng.uniform(60, 95), knee=rng.uniform(5, 50), waist=rng.uniform(0, 20))
    weak = float(rng.uniform(0.1, 0.3))
    return _plan(
        rng, motion, aim, (pull, lean, *feet), boxes=chair(seat_of(person) - low, -0.1),
        friction=0.3, strength=Curve((0.0, 0.5), (0.5, weak)), aims=(Aim(0.2, 1.0, aim),),
        upright=Curve((0.0, 2.0, 4.0), (0.4, 0.4, float(rng.choice([0.0, 0.4])))),
    )  # fmt: skip


def _sink_along_wall(rng: Draw, person: Person) -> Plan:
    """He leans on a wall, his legs give way, and he slides down it."""
    motion = Motion.start(STAND).hold(float(rng.uniform(2, 4)), rng)
    slow = float(rng.uniform(0.8, 2.0))
    aim = posture(
        hip=rng.uniform(85, 115), knee=rng.uniform(30, 120), waist=rng.uniform(0, 20),
        shoulder=rng.uniform(-10, 40), elbow=rng.uniform(0, 60), neck=rng.uniform(0, 40),
    )  # fmt: skip
    lean = Push("pelvis", (-rng.uniform(1.0, 2.0), 0, 0), 0.0, slow + 2.0)
    feet = tuple(Push(foot, (1.2, 0, 0), 0.2, slow) for foot in ("left_foot", "right_foot"))
    return _plan(
        rng, motion, aim, (lean, *feet), boxes=wall(-0.088 * person.height), friction=0.4,
        aims=(Aim(0.0, slow, aim),), strength=Curve((0.0, slow), (0.8, 0.1)),
        lift=Curve((0.0, slow), (0.7, 0.0)),
        upright=Curve((0.0, slow + 1.0, slow + 3.0), (1.0, 0.8, float(rng.choice([0.1, 0.6])))),
    )  # fmt: skip


FALLS: dict[str, Callable[[Draw, Person], Plan]] = {
    "trip": _trip,
    "slip": _slip,
    "faint": _faint,
    "sink": _sink,
    "knees_give_way": _knees_give_way,
    "missed_chair": _missed_chair,
    "rise_and_fall_back": _rise_and_fall_back,
    "rise_and_fall_forward": _rise_and_fall_forward,
    "frame_turn": _frame_turn,
    "step_back": _step_back,
    "sideways": _sideways,
    "roll_out_of_bed": _roll_out_of_bed,
    "slide_off_chair": _slide_off_chair,
    "sink_along_wall": _sink_along_wall,
}
