"""Make a take from its seed: the same seed and kind give the same bytes."""

import zlib

import numpy as np
from numpy.typing import NDArray

from modeling.training.synthetic.bodies.figure import Figure
from modeling.training.synthetic.bodies.motion import TAKE_RATE_HZ
from modeling.training.synthetic.bodies.people import PEOPLE, Person
from modeling.training.synthetic.takes import annotate
from modeling.training.synthetic.takes.aftermath import with_aftermath
from modeling.training.synthetic.takes.daily import DAILY
from modeling.training.synthetic.takes.falls import FALLS
from modeling.training.synthetic.takes.simulate import simulate
from modeling.training.synthetic.takes.take import Take, TakeFacts

KINDS = (*FALLS, *DAILY)
HELD_OUT_KINDS = frozenset(
    {"missed_chair", "frame_turn", "roll_out_of_bed", "flop_on_bed", "kneel"}
)
"""Kinds on which no detector is trained whose figures are to speak of falls it has not seen."""

_TRIES = 12
_DEEPEST_M = 0.15
_FASTEST_M_S = 12.0
_SHORTEST_S, _LONGEST_S = 0.3, 3.0


def generate(seed: int, kind: str) -> Take:
    """Make the take of `seed` and `kind`, one of KINDS; RuntimeError when no try is a good one."""
    for attempt in range(_TRIES):
        rng = np.random.default_rng([seed, zlib.crc32(kind.encode()), attempt])
        person = PEOPLE[int(rng.integers(len(PEOPLE)))]
        make = _fall if kind in FALLS else _act
        take = make(seed, kind, person, rng)
        if take is not None:
            return take
    raise RuntimeError(f"no take of {kind} with seed {seed} after {_TRIES} tries")


def _fall(seed: int, kind: str, person: Person, rng: np.random.Generator) -> Take | None:
    """One try; None when the body did not fall as it should or the calculation went wrong."""
    plan = with_aftermath(FALLS[kind](rng, person), rng)
    joints = simulate(Figure(person, plan.boxes, plan.friction, plan.has_frame), plan)
    if not is_possible(joints):
        return None
    found = annotate.fall_times(joints, person.height, len(plan.motion) - 1)
    if found is None or not _SHORTEST_S <= found[1] - found[0] <= _LONGEST_S:
        return None
    end = (len(joints) - 1) / TAKE_RATE_HZ
    posture = annotate.end_posture(joints, person.height, plan.boxes)
    facts = TakeFacts(
        kind, seed, person, True, posture, plan.boxes,
        (
            *annotate.fall_spans(*found, end),
            *annotate.lying_spans(joints, person.height),
        ),
        annotate.floor_time(joints, person.height, found[1]),
    )  # fmt: skip
    if posture in ("upright", "on furniture"):
        return None
    return Take(facts, np.arange(len(joints)) / TAKE_RATE_HZ, joints)


def _act(seed: int, kind: str, person: Person, rng: np.random.Generator) -> Take | None:
    """One try at something of every day; None when the motion is none that a body can make."""
    act = DAILY[kind](rng, person)
    figure = Figure(person, (), 1.0, has_frame=False)
    roots = act.motion.roots(figure)
    roots[:, :2] -= roots[act.anchor, :2].copy()
    joints = np.stack([
        _placed(figure, root, angles)
        for root, angles in zip(roots, act.motion.angles, strict=True)
    ])  # fmt: skip
    if not is_possible(joints):
        return None
    facts = TakeFacts(
        kind, seed, person, False,
        annotate.end_posture(joints, person.height, act.boxes), act.boxes,
        annotate.lying_spans(joints, person.height) if act.lies else (),
        annotate.floor_time(joints, person.height, 0.0),
    )  # fmt: skip
    return Take(facts, np.arange(len(joints)) / TAKE_RATE_HZ, joints)


def _placed(
    figure: Figure, root: NDArray[np.float64], angles: NDArray[np.float64]
) -> NDArray[np.float32]:
    figure.place(root, angles)
    return figure.joints()


def is_possible(joints: NDArray[np.float32]) -> bool:
    """Whether a body may move so: finite, not through the floor, not faster than anybody falls."""
    speeds = np.linalg.norm(np.diff(joints, axis=0), axis=2) * TAKE_RATE_HZ
    return bool(
        np.isfinite(joints).all()
        and joints[:, :, 2].min() > -_DEEPEST_M
        and speeds.max() < _FASTEST_M_S
    )
