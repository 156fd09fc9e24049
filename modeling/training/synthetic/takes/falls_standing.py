"""Falls of people who stand or walk."""

from dataclasses import replace

from modeling.training.synthetic.bodies.anatomy import posture
from modeling.training.synthetic.bodies.furniture import wall
from modeling.training.synthetic.bodies.motion import STAND, Draw, Gait, Motion, gait_of
from modeling.training.synthetic.bodies.people import Person
from modeling.training.synthetic.takes.falling import a_foot, brace, plan_of, sitting, walking
from modeling.training.synthetic.takes.simulate import Aim, Curve, Plan, Push


def trip(rng: Draw, person: Person) -> Plan:
    """A foot is held while the body goes on."""
    foot = Push(a_foot(rng), (-rng.uniform(5, 8), 0, 0), 0.0, rng.uniform(0.2, 0.35))
    body = Push("trunk", (rng.uniform(0.3, 2.0), rng.normal(0, 0.8), 0), 0.05, 0.35)
    return plan_of(rng, walking(rng, person), brace(rng, forward=True), (foot, body))


def slip(rng: Draw, person: Person) -> Plan:
    """The feet go away forwards."""
    hard, long = rng.uniform(4, 6.5), rng.uniform(0.2, 0.3)
    pushes = tuple(
        Push(foot, (hard, rng.normal(0, 1), 0), 0.0, long) for foot in ("left_foot", "right_foot")
    )
    sits = rng.random() < 0.5
    aim = sitting(rng) if sits else brace(rng, forward=False)
    upright = (
        Curve((0.0, 1.3, 2.5), (0.8, 0.8, rng.choice([0.0, 0.3]))) if sits else Curve((0,), (0,))
    )
    return replace(
        plan_of(rng, walking(rng, person), aim, pushes),
        upright=upright,
    )


def faint(rng: Draw, person: Person) -> Plan:
    """All strength goes, within half a second to two, walking or standing."""
    gone = float(rng.uniform(0.2, 1.0))
    motion = (
        walking(rng, person)
        if rng.random() < 0.5
        else (Motion.start(STAND).hold(float(rng.uniform(2, 4)), rng))
    )
    sway = Push("trunk", (rng.normal(0, 0.9), rng.normal(0, 0.9), 0), 0.0, gone + 0.5)
    aim = posture(hip=rng.uniform(10, 60), knee=rng.uniform(20, 110), waist=rng.uniform(0, 30))
    return replace(
        plan_of(rng, motion, aim, (sway,)),
        strength=Curve((0.0, gone), (0.8, 0.02)),
        aims=(Aim(0.0, gone, aim),),
    )


def sink(rng: Draw, person: Person) -> Plan:
    """The legs give way slowly, the trunk stays up for a while: often lands sitting or kneeling."""
    slow = float(rng.uniform(0.8, 1.6) + 0.4 * person.stiffness)
    motion = Motion.start(STAND).hold(float(rng.uniform(2, 4)), rng)
    aim = posture(
        hip=rng.uniform(70, 110), knee=rng.uniform(100, 140), waist=rng.uniform(0, 25),
        ankle=20, shoulder=rng.uniform(-10, 50), elbow=rng.uniform(0, 60),
    )  # fmt: skip
    push = Push("pelvis", (rng.uniform(-0.8, 0.4), rng.normal(0, 0.5), 0), 0.2 * slow, slow)
    stays = float(rng.choice([0.0, 0.0, 0.6]))
    return replace(
        plan_of(rng, motion, aim, (push,)),
        strength=Curve((0.0, slow), (0.8, 0.06)),
        aims=(Aim(0.0, slow, aim),),
        lift=Curve((0.0, 0.3 * slow, slow), (0.9, 0.6, 0.0)),
        upright=Curve((0.0, slow, slow + 1.0), (1.0, 0.8, stays)),
    )


def knees_give_way(rng: Draw, person: Person) -> Plan:
    """Onto the knees, then forwards on the hands or to the side."""
    falls_on = rng.random() < 0.6
    aim = posture(
        hip=rng.uniform(0, 40), knee=rng.uniform(95, 130), ankle=-40, waist=rng.uniform(0, 25),
        shoulder=rng.uniform(20, 80), elbow=rng.uniform(10, 50),
    )  # fmt: skip
    later = Aim(1.2, 0.5, brace(rng, forward=True))
    push = Push("trunk", (rng.uniform(0.5, 2.0), rng.normal(0, 1.0), 0), 1.0, 0.5)
    fast = float(rng.uniform(0.3, 0.7))
    return replace(
        plan_of(rng, walking(rng, person), aim, (push,) if falls_on else ()),
        aims=(Aim(0.0, fast, aim), later) if falls_on else (Aim(0.0, fast, aim),),
        upright=Curve((0.0, 0.9, 1.2), (1.0, 1.0, 0.0 if falls_on else 1.0)),
        strength=Curve((0.0, 0.2, 2.0, 3.0), (0.6, 0.35, 0.4, 0.2)),
    )


def frame_turn(rng: Draw, person: Person) -> Plan:
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
    return replace(
        plan_of(rng, motion, sitting(rng) if sits else brace(rng, forward=False), (push,)),
        has_frame=True,
        strength=Curve((0.0, 0.4, 2.0), (0.7, 0.3, float(rng.uniform(0.05, 0.3)))),
        upright=Curve((0.0, 1.5, 2.5), (0.8, 0.8, float(rng.choice([0.0, 0.6]))))
        if sits
        else Curve((0,), (0,)),
    )


def step_back(rng: Draw, person: Person) -> Plan:
    """He steps backwards and goes over."""
    motion = Motion.start(STAND).hold(float(rng.uniform(1, 3)), rng)
    gait = gait_of(rng, person)
    back = replace(gait, strides_hz=-gait.strides_hz, hip=0.6 * gait.hip, knee=0.6 * gait.knee)
    motion.walk(float(rng.uniform(0.6, 1.5)), back)
    push = Push("trunk", (-rng.uniform(1.5, 3.0), rng.normal(0, 0.8), 0), 0.0, 0.4)
    heel = Push(a_foot(rng), (rng.uniform(2, 4), 0, 0), 0.0, 0.25)
    sits = rng.random() < 0.5
    return replace(
        plan_of(rng, motion, sitting(rng) if sits else brace(rng, forward=False), (push, heel)),
        upright=Curve((0.0, 1.2, 2.2), (0.6, 0.6, 0.0)) if sits else Curve((0,), (0,)),
    )


def sideways(rng: Draw, person: Person) -> Plan:
    """He stumbles over something beside him: an animal, a cable, a foot of somebody."""
    side = float(rng.choice([-1, 1]))
    push = Push("trunk", (rng.normal(0, 1), side * rng.uniform(1.8, 3.2), 0), 0.0, 0.4)
    foot = Push(a_foot(rng), (rng.normal(-2, 1), -side * rng.uniform(3, 5), 0), 0.0, 0.25)
    return plan_of(rng, walking(rng, person), brace(rng, rng.random() < 0.5), (push, foot))


def sink_along_wall(rng: Draw, person: Person) -> Plan:
    """He leans on a wall, his legs give way, and he slides down it."""
    motion = Motion.start(STAND).hold(float(rng.uniform(2, 4)), rng)
    slow = float(rng.uniform(0.8, 2.0))
    aim = posture(
        hip=rng.uniform(85, 115), knee=rng.uniform(30, 120), waist=rng.uniform(0, 20),
        shoulder=rng.uniform(-10, 40), elbow=rng.uniform(0, 60), neck=rng.uniform(0, 40),
    )  # fmt: skip
    lean = Push("pelvis", (-rng.uniform(1.0, 2.0), 0, 0), 0.0, slow + 2.0)
    feet = tuple(Push(foot, (1.2, 0, 0), 0.2, slow) for foot in ("left_foot", "right_foot"))
    return replace(
        plan_of(rng, motion, aim, (lean, *feet)),
        boxes=wall(-0.088 * person.height),
        friction=0.4,
        aims=(Aim(0.0, slow, aim),),
        strength=Curve((0.0, slow), (0.8, 0.1)),
        lift=Curve((0.0, slow), (0.7, 0.0)),
        upright=Curve((0.0, slow + 1.0, slow + 3.0), (1.0, 0.8, float(rng.choice([0.1, 0.6])))),
    )  # fmt: skip
