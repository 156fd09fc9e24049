"""What people do on their feet; near-falls among it."""

from dataclasses import replace

from modeling.training.synthetic.bodies.anatomy import posture
from modeling.training.synthetic.bodies.motion import STAND, Array, Draw, Motion, gait_of
from modeling.training.synthetic.bodies.people import Person
from modeling.training.synthetic.takes.acting import (
    HALF_KNEEL,
    ON_HEELS,
    SQUAT,
    Act,
    coming,
    going,
    in_the_open,
    pace_of,
    standing,
)


def walk(rng: Draw, person: Person) -> Act:
    motion = standing(rng).walk(float(rng.uniform(3, 7)), gait_of(rng, person))
    return in_the_open(rng, motion)


def turn(rng: Draw, person: Person) -> Act:
    gait = gait_of(rng, person)
    motion = standing(rng).walk(float(rng.uniform(1, 2.5)), gait)
    degrees = float(rng.choice([-1, 1]) * rng.uniform(90, 200))
    motion.walk(float(rng.uniform(1.2, 2.5)), replace(gait, hip=0.5 * gait.hip), degrees)
    return in_the_open(rng, motion.walk(float(rng.uniform(1, 3)), gait))


def climb(rng: Draw, person: Person) -> Act:
    """Up or down some stairs."""
    gait = replace(gait_of(rng, person), knee=70.0, hip=20.0, strides_hz=0.6)
    rise = float(rng.choice([-1, 1]) * rng.uniform(0.3, 1.2))
    motion = Motion.start(STAND, support=max(0.0, -rise))
    motion.walk(float(rng.uniform(1, 2)), gait).walk(2.2 * abs(rise) / 0.5, gait, 0.0, rise)
    return Act(motion.walk(float(rng.uniform(1, 2)), gait))


def stumble(rng: Draw, person: Person) -> Act:
    """A near-fall: he stumbles, catches himself with a long step or two, and walks on."""
    gait = gait_of(rng, person)
    motion = standing(rng).walk(float(rng.uniform(1.5, 3)), gait)
    for side, other in (("left", "right"), ("right", "left"))[: int(rng.integers(1, 3))]:
        lunge = posture(
            **{f"{side}_hip": rng.uniform(50, 75), f"{side}_knee": rng.uniform(50, 70)},
            **{f"{other}_hip": rng.uniform(-15, 10), f"{other}_knee": rng.uniform(15, 50)},
            waist=rng.uniform(25, 50), shoulder=rng.uniform(20, 80), elbow=rng.uniform(10, 50),
            shoulder_out=rng.uniform(0, 50),
        )  # fmt: skip
        motion.to(lunge, float(rng.uniform(0.25, 0.4)), pitch=rng.uniform(5, 20))
    motion.to(STAND, float(rng.uniform(0.5, 1.0)))
    return in_the_open(rng, going(rng, person, motion))


def tie_shoes(rng: Draw, person: Person) -> Act:
    pace = pace_of(rng, person)
    tie = HALF_KNEEL + posture(waist=45, shoulder=55, elbow=15, neck=25)
    motion = coming(rng, person).to(tie, 1.3 * pace).hold(float(rng.uniform(2, 4)), rng, 4)
    return in_the_open(rng, going(rng, person, motion.to(STAND, 1.2 * pace)))


def pick_up(rng: Draw, person: Person) -> Act:
    pace = float(rng.uniform(0.6, 0.9)) * pace_of(rng, person)
    motion = coming(rng, person).to(_loose(rng, _bent(rng, rng.uniform(5, 60))), pace)
    motion.hold(float(rng.uniform(0.1, 1.0)), rng).to(STAND, pace)
    return in_the_open(rng, going(rng, person, motion))


def squat(rng: Draw, person: Person) -> Act:
    pace = float(rng.uniform(0.5, 1.0)) * pace_of(rng, person)
    motion = coming(rng, person)
    for _ in range(int(rng.integers(1, 4))):
        low = _loose(rng, SQUAT)
        motion.to(low, pace).hold(float(rng.uniform(0.2, 2.0)), rng).to(STAND, pace)
    return in_the_open(rng, motion)


def crouch(rng: Draw, person: Person) -> Act:
    """Down at once to a low drawer or the floor; the hands work there for a while."""
    ways = (SQUAT, HALF_KNEEL, ON_HEELS, _bent(rng, rng.uniform(40, 110)))
    low = ways[int(rng.integers(len(ways)))]
    motion = coming(rng, person).to(_loose(rng, low), float(rng.uniform(0.45, 1.3)))
    for _ in range(int(rng.integers(1, 6))):
        motion.to(_loose(rng, low), float(rng.uniform(0.4, 1.2)))
    if rng.random() < 0.6:
        motion.to(STAND, float(rng.uniform(0.6, 1.4)))
    return in_the_open(rng, motion)


def sweep(rng: Draw, person: Person) -> Act:
    motion = coming(rng, person)
    for side in (1, -1) * int(rng.integers(2, 5)):
        reach = posture(
            waist=rng.uniform(20, 40), waist_turn=side * 25, shoulder=rng.uniform(35, 60),
            elbow=30, hip=15, knee=15,
        )  # fmt: skip
        motion.to(reach, 0.6 * pace_of(rng, person), turn=float(rng.normal(0, 15)))
    return in_the_open(rng, motion.to(STAND, 0.8))


def stretch(rng: Draw, person: Person) -> Act:
    up = posture(
        shoulder=rng.uniform(120, 170), elbow=rng.uniform(0, 40), waist=-10,
        shoulder_out=rng.uniform(0, 40),
    )  # fmt: skip
    motion = coming(rng, person).to(up, 1.0 * pace_of(rng, person))
    return in_the_open(rng, going(rng, person, motion.hold(1.0, rng).to(STAND, 0.9)))


def _bent(rng: Draw, knees: float) -> Array:
    """Bent down until the hands reach the floor, with the knees bent by so much."""
    hips = min(118.0, 70.0 + 0.4 * knees)
    return posture(
        hip=hips, knee=knees, ankle=min(28.0, 0.25 * knees), neck=15,
        waist=rng.uniform(30, 50), shoulder=rng.uniform(50, 90), elbow=rng.uniform(0, 20),
    )  # fmt: skip


def _loose(rng: Draw, angles: Array) -> Array:
    """The posture as it turns out this time."""
    loose: Array = angles * rng.uniform(0.85, 1.05) + rng.normal(0.0, 0.12, len(angles))
    return loose
