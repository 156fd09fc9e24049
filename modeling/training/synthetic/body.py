"""The body of a made person as a MuJoCo model: capsules, hinges and muscles that can grow weak.

The body's own axes at rest: x forward, y to the left, z up; all lengths are shares of its height.
"""

from dataclasses import dataclass, field

import mujoco
import numpy as np
from numpy.typing import NDArray

from modeling.training.synthetic.take import TAKE_JOINTS, Box, Person

STEP_S = 1.0 / 240.0

# Who collides with whom: the body with the room and with what falls along, never with itself.
_BODY_CONTACT = {"contype": 1, "conaffinity": 2}
_ROOM_CONTACT = {"contype": 2, "conaffinity": 3}

Point = tuple[float, float, float]


@dataclass(frozen=True)
class Hinge:
    """A joint of one degree of freedom: about `axis`, degrees, and the muscle's torque in Nm/kg."""

    name: str
    axis: Point
    low: float
    high: float
    torque: float


@dataclass(frozen=True)
class Segment:
    """A capsule from its joint to `tip`, hung to `parent` at `at`; `mass` is a share of the body's.

    `points` are the TAKE_JOINTS that lie on it.
    """

    name: str
    parent: str
    at: Point
    tip: Point
    radius: float
    mass: float
    hinges: tuple[Hinge, ...]
    points: dict[str, Point] = field(default_factory=dict)


_FLEX: Point = (0.0, -1.0, 0.0)
_OUT = {"left": 1.0, "right": -1.0}


def _spread(side: str) -> Point:
    return (_OUT[side], 0.0, 0.0)


def _turn(side: str) -> Point:
    return (0.0, 0.0, _OUT[side])


def _arm(side: str) -> tuple[Segment, ...]:
    """The arm of one side; raising forward and outward is positive."""
    out = _OUT[side]
    return (
        Segment(
            f"{side}_upper_arm", "trunk", (0.0, 0.118 * out, 0.19), (0.0, 0.0, -0.18), 0.024, 0.028,
            (
                Hinge(f"{side}_shoulder", _FLEX, -50, 175, 0.9),
                Hinge(f"{side}_shoulder_out", _spread(side), -15, 160, 0.9),
                Hinge(f"{side}_shoulder_turn", _turn(side), -70, 70, 0.6),
            ),
            {f"{side}_shoulder": (0.0, 0.0, 0.0)},
        ),
        Segment(
            f"{side}_forearm", f"{side}_upper_arm", (0.0, 0.0, -0.186), (0.0, 0.0, -0.20), 0.02,
            0.022, (Hinge(f"{side}_elbow", _FLEX, 0, 145, 0.7),),
            {
                f"{side}_elbow": (0.0, 0.0, 0.0),
                f"{side}_wrist": (0.0, 0.0, -0.146),
                f"{side}_hand": (0.0, 0.0, -0.22),
            },
        ),
    )  # fmt: skip


def _leg(side: str) -> tuple[Segment, ...]:
    """The leg of one side; flexing and spreading are positive."""
    out = _OUT[side]
    return (
        Segment(
            f"{side}_thigh", "pelvis", (0.0, 0.052 * out, 0.0), (0.0, 0.0, -0.23), 0.043, 0.10,
            (
                Hinge(f"{side}_hip", _FLEX, -25, 125, 2.4),
                Hinge(f"{side}_hip_out", _spread(side), -20, 50, 2.0),
                Hinge(f"{side}_hip_turn", _turn(side), -35, 45, 1.0),
            ),
            {f"{side}_hip": (0.0, 0.0, 0.0)},
        ),
        Segment(
            f"{side}_shank", f"{side}_thigh", (0.0, 0.0, -0.245), (0.0, 0.0, -0.225), 0.03, 0.0465,
            (Hinge(f"{side}_knee", (0.0, 1.0, 0.0), 0, 150, 2.2),),
            {f"{side}_knee": (0.0, 0.0, 0.0)},
        ),
        Segment(
            f"{side}_foot", f"{side}_shank", (0.0, 0.0, -0.246), (0.10, 0.0, -0.022), 0.017, 0.0145,
            (Hinge(f"{side}_ankle", _FLEX, -45, 30, 1.3),),
            {
                f"{side}_ankle": (0.0, 0.0, 0.0),
                f"{side}_heel": (-0.035, 0.0, -0.03),
                f"{side}_toe": (0.112, 0.0, -0.03),
            },
        ),
    )  # fmt: skip


SEGMENTS = (  # depth first, as MuJoCo orders the state
    Segment("pelvis", "", (0.0, 0.0, 0.0), (0.0, 0.0, 0.06), 0.072, 0.16, ()),
    Segment(
        "trunk", "pelvis", (0.0, 0.0, 0.09), (0.0, 0.0, 0.15), 0.075, 0.338,
        (
            Hinge("waist", (0.0, 1.0, 0.0), -25, 75, 2.4),
            Hinge("waist_side", (1.0, 0.0, 0.0), -30, 30, 2.0),
            Hinge("waist_turn", (0.0, 0.0, 1.0), -40, 40, 1.5),
        ),
    ),
    Segment(
        "head", "trunk", (0.0, 0.0, 0.24), (0.02, 0.0, 0.11), 0.055, 0.08,
        (Hinge("neck", (0.0, 1.0, 0.0), -45, 50, 0.4),),
        {"neck": (0.0, 0.0, -0.02), "nose": (0.075, 0.0, 0.09), "head_top": (0.01, 0.0, 0.17)},
    ),
    *_arm("left"),
    *_arm("right"),
    *_leg("left"),
    *_leg("right"),
)  # fmt: skip
HINGES = tuple(hinge for segment in SEGMENTS for hinge in segment.hinges)
_HINGE_PLACES = {hinge.name: place for place, hinge in enumerate(HINGES)}
WALKING_FRAME = "walking frame"


def posture(**degrees: float) -> NDArray[np.float64]:
    """The angles of all hinges, (H,) in radians: 0 unless named, limbs of both sides by one name.

    `posture(hip=90, left_knee=30)` flexes both hips and the left knee.
    """
    angles = np.zeros(len(HINGES))
    for name in sorted(degrees, key=lambda name: name in _HINGE_PLACES):
        for hinge in (name, f"left_{name}", f"right_{name}"):
            if hinge in _HINGE_PLACES:
                angles[_HINGE_PLACES[hinge]] = np.deg2rad(degrees[name])
    return angles


def hinge_place(name: str) -> int:
    """Where the hinge stands in a posture."""
    return _HINGE_PLACES[name]


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
