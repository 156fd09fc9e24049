"""What falls have in common: how somebody stands and walks before, and catches himself."""

from modeling.training.synthetic.bodies.anatomy import posture
from modeling.training.synthetic.bodies.furniture import clutter
from modeling.training.synthetic.bodies.motion import STAND, Array, Draw, Motion, gait_of
from modeling.training.synthetic.bodies.people import Person
from modeling.training.synthetic.takes.simulate import Aim, Curve, Plan, Push


def brace(rng: Draw, forward: bool) -> Array:
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


def sitting(rng: Draw) -> Array:
    """Sitting on the floor: legs out in front, more or less bent, arms propped behind or beside."""
    return posture(
        hip=rng.uniform(75, 105), left_knee=rng.uniform(5, 80), right_knee=rng.uniform(5, 80),
        waist=rng.uniform(5, 30), shoulder=rng.uniform(-45, 20), shoulder_out=rng.uniform(10, 40),
        elbow=rng.uniform(0, 40), hip_out=rng.uniform(0, 20),
    )  # fmt: skip


def walking(rng: Draw, person: Person, turn: float = 0.0) -> Motion:
    """Somebody who stands a moment and then walks, turning by about `turn` degrees."""
    motion = Motion.start(STAND).hold(float(rng.uniform(0.2, 0.8)), rng)
    bend = turn if turn else float(rng.normal(0, 25))
    return motion.walk(float(rng.uniform(2.0, 4.0)), gait_of(rng, person), bend)


def _catching(rng: Draw) -> Curve:
    """Strong while he tries to catch himself, then slack once he lies."""
    slack = float(rng.uniform(0.05, 0.3))
    return Curve((0.0, 0.3, 1.5, 3.0), (1.0, float(rng.uniform(0.4, 0.9)), 0.5, slack))


def plan_of(rng: Draw, motion: Motion, aim: Array, pushes: tuple[Push, ...]) -> Plan:
    """A fall from where `motion` ends, with a reflex, strength to catch himself, and clutter."""
    reflex = float(rng.uniform(0.08, 0.25))
    return Plan(
        motion, float(rng.uniform(4.5, 7.5)), _catching(rng),
        (Aim(reflex, float(rng.uniform(0.2, 0.45)), aim),),
        clutter(rng, 2.0, float(motion.turns[-1][2])), pushes,
        friction=float(rng.uniform(0.6, 1.0)),
    )  # fmt: skip


def a_foot(rng: Draw) -> str:
    """One of the feet, by the name of its segment."""
    return str(rng.choice(["left_foot", "right_foot"]))
