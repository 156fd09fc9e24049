"""Films a scene: what the pose estimator says frame by frame of what a camera sees."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from contract.layout import JOINTS
from modeling.pose import PoseTrack
from modeling.training.synthetic.camera import NEAREST, Camera
from modeling.training.synthetic.estimator import (
    View,
    placed,
    smoothed,
    visibility,
    with_swapped_sides,
)
from modeling.training.synthetic.finding import found, numbers
from modeling.training.synthetic.hiding import behind_body, behind_boxes
from modeling.training.synthetic.landmarks import complete
from modeling.training.synthetic.scene import Scene

Array = NDArray[np.float64]

FRAME_RATES = (5.0, 8.0, 10.0, 12.5, 15.0, 15.0, 20.0, 25.0, 30.0, 30.0)
HIPS = [JOINTS.index("left_hip"), JOINTS.index("right_hip")]
SHOULDERS = [JOINTS.index("left_shoulder"), JOINTS.index("right_shoulder")]
NUMBERS_APART = 100  # between the numbers that two people of one scene may get
FROZEN = 0.03  # the share of films that stand still for a moment


def film(rng: np.random.Generator, scene: Scene, camera: Camera, rate: float) -> PoseTrack:
    """The poses of everybody in the scene, at `rate` frames a second."""
    times = np.arange(scene.times[0], scene.times[-1], 1.0 / rate)
    scene = scene.at(times)
    locals_ = camera.local(scene.bodies)
    parts = [
        _filmed(rng, scene, camera, locals_, person, rate) for person in range(len(scene.bodies))
    ]
    track = _joined(times - times[0], parts, camera.aspect)
    return _frozen(rng, track) if rng.random() < FROZEN else track


def draw_rate(rng: np.random.Generator) -> float:
    """Frames a second, as cameras and small computers have them."""
    return float(rng.choice(FRAME_RATES))


def view_of(scene: Scene, camera: Camera, locals_: Array, person: int) -> View:
    """How the camera has one body of the scene; `locals_` (P, T, 13, 3) are all as it sees them."""
    body, joints = locals_[person], camera.project(locals_[person])
    outside = ((joints < 0.0) | (joints > 1.0)).any(axis=-1) | (body[..., 2] < NEAREST)
    hidden = behind_boxes(scene.boxes, camera.position, scene.bodies[person])
    for other in range(len(locals_)):
        if other != person:
            hidden |= behind_body(locals_[other], body, own=False)
    drawn = np.clip(joints, -0.6, 1.6) * np.array([camera.aspect, 1.0])
    return View(
        joints,
        size=np.ptp(drawn, axis=1).max(axis=1),
        height=camera.height,
        own_hidden=behind_body(body, body, own=True),
        hidden=hidden,
        outside=outside,
        flat=_flatness(scene.bodies[person]),
    )


def _filmed(
    rng: np.random.Generator, scene: Scene, camera: Camera, locals_: Array, person: int, rate: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """One body's rows (M,), numbers (M,) and landmarks (M, 33, 4)."""
    view = view_of(scene, camera, locals_, person)
    seen = visibility(rng, view, rate)
    joints = placed(rng, view, seen, rate, camera.aspect)
    joints = smoothed(rng, with_swapped_sides(rng, joints, scene.times), rate)
    has = found(rng, view, scene.times)
    persons = numbers(rng, has, scene.times, 1 + person * NUMBERS_APART)
    depth = locals_[person][..., 2]
    middle = np.maximum(depth[:, HIPS].mean(axis=1, keepdims=True), NEAREST)
    z = camera.focal * (depth - middle) / middle
    landmarks = complete(np.concatenate([joints, z[..., None], seen[..., None]], axis=-1))
    landmarks[..., 3] = np.clip(landmarks[..., 3], 0.0, 1.0)
    rows = np.flatnonzero(has)
    return rows, persons[rows], landmarks[rows].astype(np.float32)


def _joined(
    times: Array,
    parts: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]],
    aspect: float,
) -> PoseTrack:
    rows, persons, landmarks = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(rows, kind="stable")
    return PoseTrack(
        frame_indices=np.arange(len(times), dtype=np.int64),
        times=times,
        rows=rows[order],
        persons=persons[order],
        landmarks=landmarks[order],
        aspect=aspect,
    )


def _frozen(rng: np.random.Generator, track: PoseTrack) -> PoseTrack:
    """The picture stands still for up to two seconds: its bodies as they were."""
    start = rng.integers(len(track))
    stop = np.searchsorted(track.times, track.times[start] + rng.uniform(0.3, 2.0))
    kept = np.flatnonzero(track.rows == start)
    before, after = track.rows < start, track.rows >= stop
    repeated = [(row, body) for row in range(int(start), int(stop)) for body in kept]
    bodies = np.array([body for _, body in repeated], dtype=np.int64)
    order = np.concatenate([np.flatnonzero(before), bodies, np.flatnonzero(after)])
    rows = np.concatenate([track.rows[before], [row for row, _ in repeated], track.rows[after]])
    return replace(
        track,
        rows=rows.astype(np.int64),
        persons=track.persons[order],
        landmarks=track.landmarks[order],
    )


def _flatness(body: Array) -> Array:
    """0 where the trunk (T, 13, 3) stands, 1 where it lies."""
    trunk = body[:, SHOULDERS].mean(axis=1) - body[:, HIPS].mean(axis=1)
    upright = trunk[:, 2] / np.maximum(np.linalg.norm(trunk, axis=1), 1e-6)
    return np.clip(1.0 - 1.4 * np.abs(upright), 0.0, 1.0)
