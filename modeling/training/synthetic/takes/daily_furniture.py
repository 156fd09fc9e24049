"""Sitting and lying down on chairs, sofas and beds, softly or hard, and rising from them."""

from modeling.training.synthetic.bodies.anatomy import posture
from modeling.training.synthetic.bodies.furniture import bed, chair
from modeling.training.synthetic.bodies.motion import STAND, Array, Draw, Motion
from modeling.training.synthetic.bodies.people import Person, seat_of
from modeling.training.synthetic.takes.acting import (
    SUPINE,
    Act,
    coming,
    going,
    pace_of,
    standing,
    tipped,
)


def _seated(rng: Draw) -> Array:
    return posture(
        hip=92, knee=rng.uniform(75, 100), waist=rng.uniform(-5, 25), elbow=rng.uniform(10, 60),
        shoulder=rng.uniform(-5, 35), ankle=3,
    )  # fmt: skip


def _sit_down(rng: Draw, person: Person, seconds: float) -> Act:
    motion = standing(rng)
    bent = posture(hip=80, knee=70, ankle=18, waist=35, shoulder=20, elbow=15)
    motion.to(bent, 0.5 * seconds).to(_seated(rng), 0.5 * seconds)
    anchor = len(motion) - 1
    motion.hold(float(rng.uniform(1.5, 4)), rng)
    if rng.random() < 0.5:
        motion.to(bent, 0.7 * pace_of(rng, person)).to(STAND, 0.9 * pace_of(rng, person))
        going(rng, person, motion)
    return Act(motion, chair(seat_of(person), -0.05, has_back=rng.random() < 0.7), anchor)


def sit_softly(rng: Draw, person: Person) -> Act:
    return _sit_down(rng, person, 1.6 * pace_of(rng, person))


def sit_hard(rng: Draw, person: Person) -> Act:
    return _sit_down(rng, person, float(rng.uniform(0.7, 1.0)))


def flop_on_sofa(rng: Draw, person: Person) -> Act:
    """Down at once, and far back."""
    deep = posture(hip=80, knee=75, waist=-5, elbow=30, shoulder=10, shoulder_out=30)
    motion = coming(rng, person).to(deep, float(rng.uniform(0.55, 0.8)), pitch=-25)
    anchor = len(motion) - 1
    motion.hold(float(rng.uniform(2, 4)), rng)
    return Act(motion, bed(seat_of(person), -0.2, 0.0, along_y=True), anchor)


def _onto_bed(rng: Draw, person: Person, top: float, pace: float, *, rises: bool) -> Act:
    """Sit on the edge, then lie down along it, head to the right; later perhaps up again."""
    hang = max(0.0, top - seat_of(person))
    motion = standing(rng).to(_seated(rng), 1.0 * pace, support=hang)
    if pace > 0.7:
        motion.hold(float(rng.uniform(0.5, 2)), rng)
    motion.to(SUPINE, 1.5 * pace, pitch=-90, turn=90, support=top)
    anchor = len(motion) - 1
    motion.hold(float(rng.uniform(2, 4)), rng)
    if rises:
        motion.to(_seated(rng), 1.6 * pace, turn=-90, support=hang)
        motion.hold(float(rng.uniform(0.5, 1.5)), rng).to(STAND, 1.3 * pace, support=0.0)
        going(rng, person, motion)
    return Act(motion, bed(top, 0.0, 0.0, along_y=True), anchor)


def lie_on_bed(rng: Draw, person: Person) -> Act:
    top = float(rng.uniform(0.45, 0.6))
    return _onto_bed(rng, person, top, pace_of(rng, person), rises=rng.random() < 0.3)


def flop_on_bed(rng: Draw, person: Person) -> Act:
    top = float(rng.uniform(0.45, 0.6))
    return _onto_bed(rng, person, top, float(rng.uniform(0.45, 0.65)), rises=False)


def lie_on_sofa(rng: Draw, person: Person) -> Act:
    top = float(rng.uniform(0.38, 0.46))
    return _onto_bed(rng, person, top, pace_of(rng, person), rises=rng.random() < 0.3)


def tip_onto_sofa(rng: Draw, person: Person) -> Act:
    """Sit there for a while, then lie down at once, on the back or on a side."""
    seat = seat_of(person)
    motion = standing(rng).to(_seated(rng), float(rng.uniform(0.7, 1.6)))
    motion.hold(float(rng.uniform(0.5, 4)), rng)
    anchor = len(motion) - 1
    turn = float(rng.choice([-90, 90]))
    tipped(rng, motion, turn, seat).hold(float(rng.uniform(1.5, 4)), rng)
    return Act(motion, bed(seat, -0.2, 0.0, along_y=True), anchor)


def get_up_from_bed(rng: Draw, person: Person) -> Act:
    top, pace = float(rng.uniform(0.45, 0.6)), pace_of(rng, person)
    motion = Motion.start(SUPINE, pitch=-90, support=top).hold(float(rng.uniform(1, 3)), rng)
    hang = max(0.0, top - seat_of(person))
    motion.to(_seated(rng), 1.6 * pace, turn=-90, support=hang)
    motion.hold(float(rng.uniform(0.5, 2)), rng).to(STAND, 1.4 * pace, support=0.0)
    return Act(going(rng, person, motion), bed(top, -0.05, 0.0), 0)
