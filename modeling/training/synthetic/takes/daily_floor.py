"""Going down to the floor on purpose, being there, and rising from it."""

from dataclasses import replace

from modeling.training.synthetic.bodies.anatomy import posture
from modeling.training.synthetic.bodies.motion import STAND, Draw, Motion
from modeling.training.synthetic.bodies.people import Person
from modeling.training.synthetic.takes.acting import (
    HALF_KNEEL,
    ON_HEELS,
    SQUAT,
    SUPINE,
    Act,
    coming,
    going,
    in_the_open,
    pace_of,
    standing,
    tipped,
)

_SIT_BENT = posture(hip=95, knee=110, waist=25, shoulder=-30, shoulder_out=15, elbow=15)
_SIT_FLOOR = posture(
    hip=88, knee=25, waist=18, shoulder=-30, shoulder_out=15, elbow=10, hip_out=8, ankle=-10
)
_ALL_FOURS = posture(hip=70, knee=90, ankle=-40, shoulder=72, elbow=5, neck=-20)
_FOOT_FORWARD = posture(
    left_hip=110, left_knee=145, right_hip=5, right_knee=100, right_ankle=-40, waist=15, elbow=25
)
_KNEEL = posture(hip=5, knee=95, ankle=-40, waist=10, elbow=60, shoulder=25)
_PRONE = posture(shoulder=150, elbow=60, shoulder_out=20, ankle=-40, neck=-10)


def _to_floor(rng: Draw, person: Person) -> Motion:
    pace = pace_of(rng, person)
    motion = coming(rng, person).to(SQUAT, 1.3 * pace)
    motion.to(_SIT_BENT, 0.7 * pace, pitch=-15)
    return motion.to(_SIT_FLOOR, 0.8 * pace, pitch=-8)


def _from_floor(rng: Draw, person: Person, motion: Motion) -> Motion:
    """From sitting over a squat, as who is able does."""
    pace = pace_of(rng, person)
    motion.to(_SIT_BENT, 0.8 * pace, pitch=-5).to(SQUAT, 1.0 * pace)
    return going(rng, person, motion.to(STAND, 1.6 * pace))


def _over_knees(rng: Draw, person: Person, motion: Motion) -> Motion:
    """From lying on the front over hands and knees, then one foot forward."""
    pace = pace_of(rng, person)
    motion.to(_ALL_FOURS, 1.6 * pace, pitch=70).to(_KNEEL, 1.0 * pace, pitch=3)
    motion.to(_FOOT_FORWARD, 0.6 * pace, pitch=0).to(HALF_KNEEL, 0.4 * pace)
    return going(rng, person, motion.to(STAND, 1.6 * pace))


def sit_on_floor(rng: Draw, person: Person) -> Act:
    motion = _to_floor(rng, person).hold(float(rng.uniform(2, 5)), rng, 4)
    return in_the_open(rng, _from_floor(rng, person, motion) if rng.random() < 0.4 else motion)


def lie_on_floor(rng: Draw, person: Person) -> Act:
    """Slowly and on purpose: on the back over sitting, or on the front over hands and knees."""
    pace = pace_of(rng, person)
    if rng.random() < 0.6:
        motion = _to_floor(rng, person).to(SUPINE, 1.6 * pace, pitch=-90)
    else:
        motion = coming(rng, person).to(HALF_KNEEL, 1.3 * pace)
        motion.to(_ALL_FOURS, 1.2 * pace, pitch=70).to(_PRONE, 1.5 * pace, pitch=90)
    return in_the_open(rng, motion.hold(float(rng.uniform(2, 5)), rng))


def tip_over(rng: Draw, person: Person) -> Act:
    """Sit on the floor for a while and lie down at once; perhaps sit up, and do it again."""
    motion = _to_floor(rng, person) if rng.random() < 0.6 else Motion.start(_SIT_FLOOR, pitch=-8)
    motion.hold(float(rng.uniform(0.2, 4)), rng, 4)
    tipped(rng, motion, float(rng.uniform(-60, 60))).hold(float(rng.uniform(0.5, 4)), rng)
    if rng.random() < 0.5:
        motion.to(_SIT_FLOOR, float(rng.uniform(0.8, 1.8)), pitch=-8)
        motion.hold(float(rng.uniform(0.3, 2)), rng, 4)
        tipped(rng, motion, float(rng.uniform(-60, 60))).hold(float(rng.uniform(0.5, 3)), rng)
    return in_the_open(rng, motion)


def get_up_from_floor(rng: Draw, person: Person) -> Act:
    rests = float(rng.uniform(1, 3))
    if rng.random() < 0.4:
        motion = Motion.start(_PRONE, pitch=90).hold(rests, rng)
        return in_the_open(rng, _over_knees(rng, person, motion))
    motion = Motion.start(SUPINE, pitch=-90).hold(rests, rng)
    motion.to(_SIT_FLOOR, 1.5 * pace_of(rng, person), pitch=-8)
    return in_the_open(rng, _from_floor(rng, person, motion))


def kneel(rng: Draw, person: Person) -> Act:
    pace = pace_of(rng, person)
    motion = coming(rng, person).to(HALF_KNEEL, 1.1 * pace)
    motion.to(_FOOT_FORWARD, 0.4 * pace, pitch=0).to(_KNEEL, 0.7 * pace, pitch=3)
    if rng.random() < 0.5:
        motion.to(ON_HEELS, 0.7 * pace, pitch=0)
    motion.hold(float(rng.uniform(2, 4)), rng, 4)
    if rng.random() < 0.6:
        motion.to(_FOOT_FORWARD, 0.7 * pace, pitch=0).to(HALF_KNEEL, 0.4 * pace)
        motion.to(STAND, 1.2 * pace)
    return in_the_open(rng, motion)


def push_ups(rng: Draw, person: Person) -> Act:
    pace = pace_of(rng, person)
    up = posture(shoulder=72, elbow=0, ankle=20, neck=-15)
    down = posture(shoulder=35, elbow=95, ankle=5, neck=-15)
    motion = standing(rng).to(HALF_KNEEL, pace).to(_ALL_FOURS, pace, pitch=70)
    motion.to(up, 0.8 * pace, pitch=64)
    for _ in range(int(rng.integers(2, 5))):
        motion.to(down, 0.6 * pace, pitch=82).to(up, 0.6 * pace, pitch=64)
    return replace(in_the_open(rng, motion), lies=False)
