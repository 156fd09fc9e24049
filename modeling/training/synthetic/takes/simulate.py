"""From the loss of balance on: the same body, now left to gravity and to what strength it has."""

from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray

from modeling.training.synthetic.bodies.anatomy import HINGES
from modeling.training.synthetic.bodies.figure import STEP_S, Figure
from modeling.training.synthetic.bodies.furniture import Box
from modeling.training.synthetic.bodies.motion import TAKE_RATE_HZ, Motion, quaternion

Array = NDArray[np.float64]
_STEPS_A_FRAME = round(1.0 / TAKE_RATE_HZ / STEP_S)
_UPRIGHT_NM_PER_KG = 6.0


@dataclass(frozen=True)
class Curve:
    """A value over the seconds since the loss of balance: straight between its corners."""

    times: tuple[float, ...]
    values: tuple[float, ...]

    def at(self, time: float) -> float:
        return float(np.interp(time, self.times, self.values))


NONE = Curve((0.0,), (0.0,))


@dataclass(frozen=True)
class Push:
    """A force on a part of the body, N a kg of the person, in the directions of the pelvis."""

    part: str
    force: tuple[float, float, float]
    start: float
    seconds: float


@dataclass(frozen=True)
class Aim:
    """From `time` s after the loss of balance on the muscles go to a posture, within `seconds`."""

    time: float
    seconds: float
    angles: Array


@dataclass(frozen=True)
class Plan:
    """A fall before it happens.

    `motion` ends where balance is lost. `strength` is the muscles', `lift` the share of the weight
    that something still carries (a hand on a table, legs that give way slowly), `upright` how much
    the trunk is held up.
    """

    motion: Motion
    seconds: float
    strength: Curve
    aims: tuple[Aim, ...]
    boxes: tuple[Box, ...] = ()
    pushes: tuple[Push, ...] = ()
    lift: Curve = NONE
    upright: Curve = NONE
    friction: float = 0.8
    has_frame: bool = False


def simulate(figure: Figure, plan: Plan) -> NDArray[np.float32]:
    """The joints of the whole take, (T, J, 3) float32: drawn until balance is lost, then fallen."""
    roots = plan.motion.roots(figure)
    drawn = [_drawn(figure, plan, row, roots) for row in range(len(roots))]
    _set_speed(figure, plan.motion, roots)
    return np.stack([*drawn, *_fallen(figure, plan)])


def _drawn(figure: Figure, plan: Plan, row: int, roots: Array) -> NDArray[np.float32]:
    figure.place(roots[row], plan.motion.angles[row])
    if plan.has_frame:
        _place_frame(figure, roots[row], plan.motion.turns[row][2])
    return figure.joints()


def _place_frame(figure: Figure, root: Array, yaw: float) -> None:
    """Put the walking frame before the person, where his hands hold it."""
    ahead = 0.3
    start = 7 + len(HINGES)
    figure.data.qpos[start : start + 3] = [
        root[0] + ahead * np.cos(yaw), root[1] + ahead * np.sin(yaw), 0.0,
    ]  # fmt: skip
    figure.data.qpos[start + 3 : start + 7] = quaternion(0.0, 0.0, yaw)


def _set_speed(figure: Figure, motion: Motion, roots: Array) -> None:
    """Give the body the speed with which it was drawn."""
    before, now = (
        np.concatenate([roots[row], motion.angles[row], figure.data.qpos[7 + len(HINGES) :]])
        for row in (-2, -1)
    )
    mujoco.mj_differentiatePos(figure.model, figure.data.qvel, 1.0 / TAKE_RATE_HZ, before, now)


def _fallen(figure: Figure, plan: Plan) -> list[NDArray[np.float32]]:
    pelvis = figure.model.body("pelvis").id
    heading = figure.data.xmat[pelvis].reshape(3, 3).copy()
    heading[:, 2] = (0.0, 0.0, 1.0)
    joints = []
    for frame in range(round(plan.seconds * TAKE_RATE_HZ)):
        time = frame / TAKE_RATE_HZ
        figure.data.ctrl[:] = _aim_at(plan, time)
        figure.set_strength(plan.strength.at(time))
        _push(figure, plan, time, heading)
        upright = plan.upright.at(time)
        for _ in range(_STEPS_A_FRAME):
            _hold_up(figure, upright)
            mujoco.mj_step(figure.model, figure.data)
        joints.append(figure.joints())
    return joints


def _push(figure: Figure, plan: Plan, time: float, heading: Array) -> None:
    """Set the forces of this frame: what pushes, and what still carries the trunk."""
    forces = figure.data.xfrc_applied
    forces[:] = 0.0
    for push in plan.pushes:
        if push.start <= time < push.start + push.seconds:
            forces[figure.model.body(push.part).id, :3] += heading @ push.force * figure.weight
    forces[figure.trunk, 2] += 9.81 * figure.weight * plan.lift.at(time)


def _hold_up(figure: Figure, share: float) -> None:
    """Set the torque that turns the trunk upright, and keeps it from swinging."""
    across, along, _ = figure.data.xmat[figure.trunk][2::3]
    spin = figure.data.cvel[figure.trunk]
    strength = share * _UPRIGHT_NM_PER_KG * figure.weight
    figure.data.xfrc_applied[figure.trunk, 3:5] = (
        strength * (along - 0.15 * spin[0]), strength * (-across - 0.15 * spin[1]),
    )  # fmt: skip


def _aim_at(plan: Plan, time: float) -> Array:
    """The posture that the muscles pull to."""
    angles = plan.motion.angles[-1]
    for aim in plan.aims:
        if time >= aim.time:
            share = min(1.0, (time - aim.time) / aim.seconds)
            angles = angles + share * (aim.angles - angles)
    return angles
