"""A body as a MuJoCo model: among furniture, with muscles that can grow weak."""

import mujoco
import numpy as np
from numpy.typing import NDArray

from modeling.training.synthetic.bodies.anatomy import HINGES, SEGMENTS, TAKE_JOINTS, Hinge, Segment
from modeling.training.synthetic.bodies.furniture import Box
from modeling.training.synthetic.bodies.people import Person

STEP_S = 1.0 / 240.0
WALKING_FRAME = "walking frame"

# Who collides with whom: the body with the room and with what falls along, never with itself.
_BODY_CONTACT = {"contype": 1, "conaffinity": 2}
_ROOM_CONTACT = {"contype": 2, "conaffinity": 3}


class Figure:
    """A person's body in a room with furniture: a MuJoCo model and its state.

    The first seven of `data.qpos` place the pelvis (m, quaternion), the next H are the hinges.
    """

    def __init__(
        self, person: Person, boxes: tuple[Box, ...], friction: float, has_frame: bool
    ) -> None:
        spec = mujoco.MjSpec()
        spec.compiler.degree = False
        spec.option.timestep = STEP_S
        spec.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
        spec.option.iterations = 30
        _add_room(spec, boxes, friction)
        _add_body(spec, person)
        if has_frame:
            _add_walking_frame(spec, person.height)
        self.model = spec.compile()
        self.data = mujoco.MjData(self.model)
        self.weight = person.weight
        self.trunk = int(self.model.body("trunk").id)
        self._points = [self.model.site(name).id for name in TAKE_JOINTS]
        self._capsules = np.array(
            [self.model.geom(segment.name).id for segment in SEGMENTS], dtype=np.int64
        )
        self._muscles = (self.model.actuator_gainprm.copy(), self.model.actuator_biasprm.copy())

    def joints(self) -> NDArray[np.float32]:
        """Where TAKE_JOINTS are, (J, 3) in m."""
        points: NDArray[np.float64] = self.data.site_xpos[self._points]
        return points.astype(np.float32)

    def ends(self) -> NDArray[np.float64]:
        """The lowest points of both ends of each capsule, (2 S, 3) in m: what can stand on."""
        size = self.model.geom_size[self._capsules]
        along = self.data.geom_xmat[self._capsules].reshape(-1, 3, 3)[:, :, 2] * size[:, 1:2]
        centres = self.data.geom_xpos[self._capsules]
        ends: NDArray[np.float64] = np.concatenate([centres - along, centres + along])
        ends[:, 2] -= np.tile(size[:, 0], 2)
        return ends

    def place(self, root: NDArray[np.float64], angles: NDArray[np.float64]) -> None:
        """Put the body into a posture, at rest: `root` (7,) and `angles` (H,)."""
        self.data.qpos[:7] = root
        self.data.qpos[7 : 7 + len(HINGES)] = angles
        mujoco.mj_kinematics(self.model, self.data)

    def set_strength(self, share: float) -> None:
        """Let the muscles pull with `share` of what they have, 0 to 1."""
        gains, biases = self._muscles
        self.model.actuator_gainprm[:] = gains * share
        self.model.actuator_biasprm[:] = biases * share


def _add_room(spec: mujoco.MjSpec, boxes: tuple[Box, ...], friction: float) -> None:
    grip = [friction, 0.005, 0.0001]
    spec.worldbody.add_geom(
        type=mujoco.mjtGeom.mjGEOM_PLANE, size=[20, 20, 1], friction=grip, **_ROOM_CONTACT
    )
    for box in boxes:
        spec.worldbody.add_geom(
            type=mujoco.mjtGeom.mjGEOM_BOX, pos=box.centre, size=box.half, friction=grip,
            quat=[np.cos(box.yaw / 2), 0, 0, np.sin(box.yaw / 2)], **_ROOM_CONTACT,
        )  # fmt: skip


def _add_body(spec: mujoco.MjSpec, person: Person) -> None:
    strength = person.weight * (1.0 - 0.4 * person.stiffness)
    bulk = np.sqrt(person.weight / (23.0 * person.height**2))
    bodies = {"": spec.worldbody}
    for segment in SEGMENTS:
        body = bodies[segment.parent].add_body(
            name=segment.name, pos=np.multiply(segment.at, person.height)
        )
        bodies[segment.name] = body
        if not segment.parent:
            body.add_freejoint()
        radius = segment.radius * person.height * bulk
        body.add_geom(
            name=segment.name, type=mujoco.mjtGeom.mjGEOM_CAPSULE, size=[radius, 0, 0],
            fromto=[*_start_of(segment, person.height), *np.multiply(segment.tip, person.height)],
            mass=segment.mass * person.weight, friction=[0.9, 0.005, 0.0001], **_BODY_CONTACT,
        )  # fmt: skip
        if segment.name in ("pelvis", "trunk"):
            _widen(body, segment, radius, person.height)
        for hinge in segment.hinges:
            _add_hinge(spec, body, hinge, strength)
        for name, at in segment.points.items():
            body.add_site(name=name, pos=np.multiply(at, person.height))


def _widen(body: mujoco.MjsBody, segment: Segment, radius: float, height: float) -> None:
    """A trunk is wider than deep: a single capsule would roll over on the floor like a log."""
    for out in (-0.055, 0.055):
        start = np.multiply((0.0, out, 0.0), height)
        body.add_geom(
            type=mujoco.mjtGeom.mjGEOM_CAPSULE, size=[0.85 * radius, 0, 0], mass=0.0,
            fromto=[*start, *(start + np.multiply(segment.tip, height))],
            friction=[0.9, 0.005, 0.0001], **_BODY_CONTACT,
        )  # fmt: skip


def _start_of(segment: Segment, height: float) -> NDArray[np.float64]:
    """A foot reaches from the heel, every other segment from its joint."""
    is_foot = segment.name.endswith("foot")
    start = (-0.03, 0.0, -0.022) if is_foot else (0.0, 0.0, 0.0)
    return np.multiply(start, height)


def _add_hinge(spec: mujoco.MjSpec, body: mujoco.MjsBody, hinge: Hinge, strength: float) -> None:
    torque = hinge.torque * strength
    body.add_joint(
        name=hinge.name, type=mujoco.mjtJoint.mjJNT_HINGE, axis=hinge.axis,
        range=np.deg2rad([hinge.low, hinge.high]), limited=True,
        damping=[0.03 * torque, 0, 0], armature=0.01,
    )  # fmt: skip
    muscle = spec.add_actuator(
        name=hinge.name, target=hinge.name, trntype=mujoco.mjtTrn.mjTRN_JOINT,
        forcelimited=True, forcerange=[-torque, torque],
    )  # fmt: skip
    muscle.set_to_position(kp=2.5 * torque, kv=0.25 * torque)


def _add_walking_frame(spec: mujoco.MjSpec, height: float) -> None:
    """Four legs and two handles of thin tube, 2.5 kg, that stand by themselves."""
    top, wide, deep = 0.5 * height, 0.27, 0.22
    body = spec.worldbody.add_body(name=WALKING_FRAME)
    body.add_freejoint()
    legs = [((x, y, 0.02), (x, y, top)) for x in (-deep, deep) for y in (-wide, wide)]
    bars = [((-deep, y, top), (deep, y, top)) for y in (-wide, wide)]
    for start, end in (*legs, *bars, ((deep, -wide, top), (deep, wide, top))):
        body.add_geom(
            type=mujoco.mjtGeom.mjGEOM_CAPSULE, size=[0.014, 0, 0], fromto=[*start, *end],
            mass=0.36, **_ROOM_CONTACT,
        )  # fmt: skip
