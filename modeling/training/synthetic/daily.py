"""What the same people do all day without falling, drawn by hand; near-falls among it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from modeling.training.synthetic.body import posture
from modeling.training.synthetic.falling import STAND, Draw, gait_of, seat_of
from modeling.training.synthetic.furniture import bed, chair, clutter
from modeling.training.synthetic.motion import Array, Motion
from modeling.training.synthetic.take import Box, Person

_SIT_FLOOR = posture(
    hip=88, knee=25, waist=18, shoulder=-30, shoulder_out=15, elbow=10, hip_out=8, ankle=-10
)
_HALF_KNEEL = posture(
    left_hip=95, left_knee=95, right_hip=5, right_knee=100, right_ankle=-40, waist=10, elbow=25
)
_FOOT_FORWARD = posture(
    left_hip=110, left_knee=145, right_hip=5, right_knee=100, right_ankle=-40, waist=15, elbow=25
)
_KNEEL = posture(hip=5, knee=95, ankle=-40, waist=10, elbow=60, shoulder=25)
_ON_HEELS = posture(hip=55, knee=145, ankle=-40, waist=5, elbow=40, shoulder=15)
_SQUAT = posture(hip=112, knee=135, ankle=28, waist=25, shoulder=50, elbow=20)
_SIT_BENT = posture(hip=95, knee=110, waist=25, shoulder=-30, shoulder_out=15, elbow=15)
_ALL_FOURS = posture(hip=70, knee=90, ankle=-40, shoulder=72, elbow=5, neck=-20)
_PRONE = posture(shoulder=150, elbow=60, shoulder_out=20, ankle=-40, neck=-10)
_SUPINE = posture(hip=12, knee=20, elbow=20, shoulder_out=12, ankle=-25)


@dataclass(frozen=True)
class Act:
    """A drawn motion among furniture; at frame `anchor` the pelvis is above x = y = 0."""

    motion: Motion
    boxes: tuple[Box, ...] = ()
    anchor: int = -1
    lies: bool = True
    """False where a level body, close to the floor, is not lying but at work."""


def _pace(rng: Draw, person: Person) -> float:
    """By how much this person is slower than a young one in a hurry."""
    return float(rng.uniform(0.8, 1.3) + 0.6 * person.stiffness)


def _standing(rng: Draw) -> Motion:
    return Motion.start(STAND).hold(float(rng.uniform(0.5, 2.0)), rng)


def _coming(rng: Draw, person: Person) -> Motion:
    """Somebody who stands, or comes along and stops."""
    motion = _standing(rng)
    if rng.random() < 0.5:
        motion.walk(float(rng.uniform(1.5, 3.0)), gait_of(rng, person)).to(STAND, 0.5)
    return motion


def _going(rng: Draw, person: Person, motion: Motion) -> Motion:
    """Stay there, or walk on."""
    if rng.random() < 0.5:
        return motion.hold(float(rng.uniform(1, 2)), rng)
    return motion.walk(float(rng.uniform(1.5, 3.0)), gait_of(rng, person), float(rng.normal(0, 40)))


def _open(rng: Draw, motion: Motion) -> Act:
    heading = float(motion.turns[-1][2])
    return Act(motion, clutter(rng, 1.5, heading))


def _seated(rng: Draw) -> Array:
    return posture(
        hip=92, knee=rng.uniform(75, 100), waist=rng.uniform(-5, 25), elbow=rng.uniform(10, 60),
        shoulder=rng.uniform(-5, 35), ankle=3,
    )  # fmt: skip


def _sit_down(rng: Draw, person: Person, seconds: float) -> Act:
    motion = _standing(rng)
    bent = posture(hip=80, knee=70, ankle=18, waist=35, shoulder=20, elbow=15)
    motion.to(bent, 0.5 * seconds).to(_seated(rng), 0.5 * seconds)
    anchor = len(motion) - 1
    motion.hold(float(rng.uniform(1.5, 4)), rng)
    if rng.random() < 0.5:
        motion.to(bent, 0.7 * _pace(rng, person)).to(STAND, 0.9 * _pace(rng, person))
        _going(rng, person, motion)
    return Act(motion, chair(seat_of(person), -0.05, has_back=rng.random() < 0.7), anchor)


def _sit_softly(rng: Draw, person: Person) -> Act:
    return _sit_down(rng, person, 1.6 * _pace(rng, person))


def _sit_hard(rng: Draw, person: Person) -> Act:
    return _sit_down(rng, person, float(rng.uniform(0.7, 1.0)))


def _flop_on_sofa(rng: Draw, person: Person) -> Act:
    """Down at once, and far back."""
    deep = posture(hip=80, knee=75, waist=-5, elbow=30, shoulder=10, shoulder_out=30)
    motion = _coming(rng, person).to(deep, float(rng.uniform(0.55, 0.8)), pitch=-25)
    anchor = len(motion) - 1
    motion.hold(float(rng.uniform(2, 4)), rng)
    return Act(motion, bed(seat_of(person), -0.2, 0.0, along_y=True), anchor)


def _onto_bed(rng: Draw, person: Person, top: float, pace: float, *, rises: bool) -> Act:
    """Sit on the edge, then lie down along it, head to the right; later perhaps up again."""
    hang = max(0.0, top - seat_of(person))
    motion = _standing(rng).to(_seated(rng), 1.0 * pace, support=hang)
    if pace > 0.7:
        motion.hold(float(rng.uniform(0.5, 2)), rng)
    motion.to(_SUPINE, 1.5 * pace, pitch=-90, turn=90, support=top)
    anchor = len(motion) - 1
    motion.hold(float(rng.uniform(2, 4)), rng)
    if rises:
        motion.to(_seated(rng), 1.6 * pace, turn=-90, support=hang)
        motion.hold(float(rng.uniform(0.5, 1.5)), rng).to(STAND, 1.3 * pace, support=0.0)
        _going(rng, person, motion)
    return Act(motion, bed(top, 0.0, 0.0, along_y=True), anchor)


def _lie_on_bed(rng: Draw, person: Person) -> Act:
    top = float(rng.uniform(0.45, 0.6))
    return _onto_bed(rng, person, top, _pace(rng, person), rises=rng.random() < 0.3)


def _flop_on_bed(rng: Draw, person: Person) -> Act:
    top = float(rng.uniform(0.45, 0.6))
    return _onto_bed(rng, person, top, float(rng.uniform(0.45, 0.65)), rises=False)


def _lie_on_sofa(rng: Draw, person: Person) -> Act:
    top = float(rng.uniform(0.38, 0.46))
    return _onto_bed(rng, person, top, _pace(rng, person), rises=rng.random() < 0.3)


def _get_up_from_bed(rng: Draw, person: Person) -> Act:
    top, pace = float(rng.uniform(0.45, 0.6)), _pace(rng, person)
    motion = Motion.start(_SUPINE, pitch=-90, support=top).hold(float(rng.uniform(1, 3)), rng)
    hang = max(0.0, top - seat_of(person))
    motion.to(_seated(rng), 1.6 * pace, turn=-90, support=hang)
    motion.hold(float(rng.uniform(0.5, 2)), rng).to(STAND, 1.4 * pace, support=0.0)
    return Act(_going(rng, person, motion), bed(top, -0.05, 0.0), 0)


def _to_floor(rng: Draw, person: Person) -> Motion:
    pace = _pace(rng, person)
    motion = _coming(rng, person).to(_SQUAT, 1.3 * pace)
    motion.to(_SIT_BENT, 0.7 * pace, pitch=-15)
    return motion.to(_SIT_FLOOR, 0.8 * pace, pitch=-8)


def _from_floor(rng: Draw, person: Person, motion: Motion) -> Motion:
    """From sitting over a squat, as who is able does."""
    pace = _pace(rng, person)
    motion.to(_SIT_BENT, 0.8 * pace, pitch=-5).to(_SQUAT, 1.0 * pace)
    return _going(rng, person, motion.to(STAND, 1.6 * pace))


def _over_knees(rng: Draw, person: Person, motion: Motion) -> Motion:
    """From lying on the front over hands and knees, then one foot forward."""
    pace = _pace(rng, person)
    motion.to(_ALL_FOURS, 1.6 * pace, pitch=70).to(_KNEEL, 1.0 * pace, pitch=3)
    motion.to(_FOOT_FORWARD, 0.6 * pace, pitch=0).to(_HALF_KNEEL, 0.4 * pace)
    return _going(rng, person, motion.to(STAND, 1.6 * pace))


def _sit_on_floor(rng: Draw, person: Person) -> Act:
    motion = _to_floor(rng, person).hold(float(rng.uniform(2, 5)), rng, 4)
    return _open(rng, _from_floor(rng, person, motion) if rng.random() < 0.4 else motion)


def _lie_on_floor(rng: Draw, person: Person) -> Act:
    """Slowly and on purpose: on the back over sitting, or on the front over hands and knees."""
    pace = _pace(rng, person)
    if rng.random() < 0.6:
        motion = _to_floor(rng, person).to(_SUPINE, 1.6 * pace, pitch=-90)
    else:
        motion = _coming(rng, person).to(_HALF_KNEEL, 1.3 * pace)
        motion.to(_ALL_FOURS, 1.2 * pace, pitch=70).to(_PRONE, 1.5 * pace, pitch=90)
    return _open(rng, motion.hold(float(rng.uniform(2, 5)), rng))


def _get_up_from_floor(rng: Draw, person: Person) -> Act:
    rests = float(rng.uniform(1, 3))
    if rng.random() < 0.4:
        motion = Motion.start(_PRONE, pitch=90).hold(rests, rng)
        return _open(rng, _over_knees(rng, person, motion))
    motion = Motion.start(_SUPINE, pitch=-90).hold(rests, rng)
    motion.to(_SIT_FLOOR, 1.5 * _pace(rng, person), pitch=-8)
    return _open(rng, _from_floor(rng, person, motion))


def _kneel(rng: Draw, person: Person) -> Act:
    pace = _pace(rng, person)
    motion = _coming(rng, person).to(_HALF_KNEEL, 1.1 * pace)
    motion.to(_FOOT_FORWARD, 0.4 * pace, pitch=0).to(_KNEEL, 0.7 * pace, pitch=3)
    if rng.random() < 0.5:
        motion.to(_ON_HEELS, 0.7 * pace, pitch=0)
    motion.hold(float(rng.uniform(2, 4)), rng, 4)
    if rng.random() < 0.6:
        motion.to(_FOOT_FORWARD, 0.7 * pace, pitch=0).to(_HALF_KNEEL, 0.4 * pace)
        motion.to(STAND, 1.2 * pace)
    return _open(rng, motion)


def _tie_shoes(rng: Draw, person: Person) -> Act:
    pace = _pace(rng, person)
    tie = _HALF_KNEEL + posture(waist=45, shoulder=55, elbow=15, neck=25)
    motion = _coming(rng, person).to(tie, 1.3 * pace).hold(float(rng.uniform(2, 4)), rng, 4)
    return _open(rng, _going(rng, person, motion.to(STAND, 1.2 * pace)))


def _bent(rng: Draw, knees: float) -> Array:
    """Bent down until the hands reach the floor, with the knees bent by so much."""
    hips = min(118.0, 70.0 + 0.4 * knees)
    return posture(
        hip=hips, knee=knees, ankle=min(28.0, 0.25 * knees), neck=15,
        waist=rng.uniform(30, 50), shoulder=rng.uniform(50, 90), elbow=rng.uniform(0, 20),
    )  # fmt: skip


def _pick_up(rng: Draw, person: Person) -> Act:
    pace = float(rng.uniform(0.6, 0.9)) * _pace(rng, person)
    motion = _coming(rng, person).to(_loose(rng, _bent(rng, rng.uniform(5, 60))), pace)
    motion.hold(float(rng.uniform(0.1, 1.0)), rng).to(STAND, pace)
    return _open(rng, _going(rng, person, motion))


def _squat(rng: Draw, person: Person) -> Act:
    pace = float(rng.uniform(0.5, 1.0)) * _pace(rng, person)
    motion = _coming(rng, person)
    for _ in range(int(rng.integers(1, 4))):
        low = _loose(rng, _SQUAT)
        motion.to(low, pace).hold(float(rng.uniform(0.2, 2.0)), rng).to(STAND, pace)
    return _open(rng, motion)


def _crouch(rng: Draw, person: Person) -> Act:
    """Down at once to a low drawer or the floor; the hands work there for a while."""
    ways = (_SQUAT, _HALF_KNEEL, _ON_HEELS, _bent(rng, rng.uniform(40, 110)))
    low = ways[int(rng.integers(len(ways)))]
    motion = _coming(rng, person).to(_loose(rng, low), float(rng.uniform(0.45, 1.3)))
    for _ in range(int(rng.integers(1, 6))):
        motion.to(_loose(rng, low), float(rng.uniform(0.4, 1.2)))
    if rng.random() < 0.6:
        motion.to(STAND, float(rng.uniform(0.6, 1.4)))
    return _open(rng, motion)


def _loose(rng: Draw, angles: Array) -> Array:
    """The posture as it turns out this time."""
    loose: Array = angles * rng.uniform(0.85, 1.05) + rng.normal(0.0, 0.12, len(angles))
    return loose


def _push_ups(rng: Draw, person: Person) -> Act:
    pace = _pace(rng, person)
    up = posture(shoulder=72, elbow=0, ankle=20, neck=-15)
    down = posture(shoulder=35, elbow=95, ankle=5, neck=-15)
    motion = _standing(rng).to(_HALF_KNEEL, pace).to(_ALL_FOURS, pace, pitch=70)
    motion.to(up, 0.8 * pace, pitch=64)
    for _ in range(int(rng.integers(2, 5))):
        motion.to(down, 0.6 * pace, pitch=82).to(up, 0.6 * pace, pitch=64)
    return replace(_open(rng, motion), lies=False)


def _sweep(rng: Draw, person: Person) -> Act:
    motion = _coming(rng, person)
    for side in (1, -1) * int(rng.integers(2, 5)):
        reach = posture(
            waist=rng.uniform(20, 40), waist_turn=side * 25, shoulder=rng.uniform(35, 60),
            elbow=30, hip=15, knee=15,
        )  # fmt: skip
        motion.to(reach, 0.6 * _pace(rng, person), turn=float(rng.normal(0, 15)))
    return _open(rng, motion.to(STAND, 0.8))


def _stretch(rng: Draw, person: Person) -> Act:
    up = posture(
        shoulder=rng.uniform(120, 170), elbow=rng.uniform(0, 40), waist=-10,
        shoulder_out=rng.uniform(0, 40),
    )  # fmt: skip
    motion = _coming(rng, person).to(up, 1.0 * _pace(rng, person))
    return _open(rng, _going(rng, person, motion.hold(1.0, rng).to(STAND, 0.9)))


def _walk(rng: Draw, person: Person) -> Act:
    motion = _standing(rng).walk(float(rng.uniform(3, 7)), gait_of(rng, person))
    return _open(rng, motion)


def _turn(rng: Draw, person: Person) -> Act:
    gait = gait_of(rng, person)
    motion = _standing(rng).walk(float(rng.uniform(1, 2.5)), gait)
    turn = float(rng.choice([-1, 1]) * rng.uniform(90, 200))
    motion.walk(float(rng.uniform(1.2, 2.5)), replace(gait, hip=0.5 * gait.hip), turn)
    return _open(rng, motion.walk(float(rng.uniform(1, 3)), gait))


def _climb(rng: Draw, person: Person) -> Act:
    """Up or down some stairs."""
    gait = replace(gait_of(rng, person), knee=70.0, hip=20.0, strides_hz=0.6)
    rise = float(rng.choice([-1, 1]) * rng.uniform(0.3, 1.2))
    motion = Motion.start(STAND, support=max(0.0, -rise))
    motion.walk(float(rng.uniform(1, 2)), gait).walk(2.2 * abs(rise) / 0.5, gait, 0.0, rise)
    return Act(motion.walk(float(rng.uniform(1, 2)), gait))


def _stumble(rng: Draw, person: Person) -> Act:
    """A near-fall: he stumbles, catches himself with a long step or two, and walks on."""
    gait = gait_of(rng, person)
    motion = _standing(rng).walk(float(rng.uniform(1.5, 3)), gait)
    for side, other in (("left", "right"), ("right", "left"))[: int(rng.integers(1, 3))]:
        lunge = posture(
            **{f"{side}_hip": rng.uniform(50, 75), f"{side}_knee": rng.uniform(50, 70)},
            **{f"{other}_hip": rng.uniform(-15, 10), f"{other}_knee": rng.uniform(15, 50)},
            waist=rng.uniform(25, 50), shoulder=rng.uniform(20, 80), elbow=rng.uniform(10, 50),
            shoulder_out=rng.uniform(0, 50),
        )  # fmt: skip
        motion.to(lunge, float(rng.uniform(0.25, 0.4)), pitch=rng.uniform(5, 20))
    motion.to(STAND, float(rng.uniform(0.5, 1.0)))
    return _open(rng, _going(rng, person, motion))


DAILY: dict[str, Callable[[Draw, Person], Act]] = {
    "walk": _walk,
    "turn": _turn,
    "climb": _climb,
    "sit_softly": _sit_softly,
    "sit_hard": _sit_hard,
    "flop_on_sofa": _flop_on_sofa,
    "lie_on_bed": _lie_on_bed,
    "flop_on_bed": _flop_on_bed,
    "lie_on_sofa": _lie_on_sofa,
    "get_up_from_bed": _get_up_from_bed,
    "sit_on_floor": _sit_on_floor,
    "lie_on_floor": _lie_on_floor,
    "get_up_from_floor": _get_up_from_floor,
    "kneel": _kneel,
    "tie_shoes": _tie_shoes,
    "pick_up": _pick_up,
    "squat": _squat,
    "crouch": _crouch,
    "push_ups": _push_ups,
    "sweep": _sweep,
    "stretch": _stretch,
    "stumble": _stumble,
}
