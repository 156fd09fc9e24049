"""What daily acts have in common: how somebody comes, pauses and goes on, and usual postures."""

from dataclasses import dataclass

from modeling.training.synthetic.bodies.anatomy import posture
from modeling.training.synthetic.bodies.furniture import Box, clutter
from modeling.training.synthetic.bodies.motion import STAND, Draw, Motion, gait_of
from modeling.training.synthetic.bodies.people import Person

SUPINE = posture(hip=12, knee=20, elbow=20, shoulder_out=12, ankle=-25)
SQUAT = posture(hip=112, knee=135, ankle=28, waist=25, shoulder=50, elbow=20)
HALF_KNEEL = posture(
    left_hip=95, left_knee=95, right_hip=5, right_knee=100, right_ankle=-40, waist=10, elbow=25
)
ON_HEELS = posture(hip=55, knee=145, ankle=-40, waist=5, elbow=40, shoulder=15)
TIPPING_SEC = (0.5, 1.6)
"""In as long somebody who sits lies down on purpose: as fast as a fall, but the hips stay there."""


@dataclass(frozen=True)
class Act:
    """A drawn motion among furniture; at frame `anchor` the pelvis is above x = y = 0."""

    motion: Motion
    boxes: tuple[Box, ...] = ()
    anchor: int = -1
    lies: bool = True
    """False where a level body, close to the floor, is not lying but at work."""


def pace_of(rng: Draw, person: Person) -> float:
    """By how much this person is slower than a young one in a hurry."""
    return float(rng.uniform(0.8, 1.3) + 0.6 * person.stiffness)


def standing(rng: Draw) -> Motion:
    """Somebody who stands for a moment."""
    return Motion.start(STAND).hold(float(rng.uniform(0.5, 2.0)), rng)


def coming(rng: Draw, person: Person) -> Motion:
    """Somebody who stands, or comes along and stops."""
    motion = standing(rng)
    if rng.random() < 0.5:
        motion.walk(float(rng.uniform(1.5, 3.0)), gait_of(rng, person)).to(STAND, 0.5)
    return motion


def going(rng: Draw, person: Person, motion: Motion) -> Motion:
    """Stay there, or walk on."""
    if rng.random() < 0.5:
        return motion.hold(float(rng.uniform(1, 2)), rng)
    return motion.walk(float(rng.uniform(1.5, 3.0)), gait_of(rng, person), float(rng.normal(0, 40)))


def tipped(rng: Draw, motion: Motion, turn: float, top: float = 0.0) -> Motion:
    """Lie down from sitting, on what is `top` m high: on the back with a turn, or over to a side.

    `turn` is in degrees.
    """
    seconds, knees = float(rng.uniform(*TIPPING_SEC)), float(rng.uniform(0, 100))
    on_back = rng.random() < 0.6
    lying = posture(
        hip=rng.uniform(0, 25) + 0.5 * knees, knee=knees, elbow=rng.uniform(10, 110),
        shoulder=rng.uniform(-10, 60) if on_back else rng.uniform(40, 90),
        shoulder_out=rng.uniform(5, 40) if on_back else 0.0, neck=rng.uniform(-5, 30),
    )  # fmt: skip
    if on_back:
        return motion.to(lying, seconds, pitch=-90, turn=turn, support=top)
    side = float(rng.choice([-1, 1]) * 85)
    return motion.to(lying, seconds, pitch=0, roll=side, support=top)


def in_the_open(rng: Draw, motion: Motion) -> Act:
    """The motion on free floor, with clutter farther away."""
    heading = float(motion.turns[-1][2])
    return Act(motion, clutter(rng, 1.5, heading))
