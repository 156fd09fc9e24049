"""Films a scene: what the pose estimator says frame by frame of what a camera sees."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from contract.layout import JOINTS
from modeling.perception.poses.pose import PoseTrack
from modeling.training.datasets.adapters.motion import FlatClip
from modeling.training.synthetic.cameras.camera import NEAREST, Camera
from modeling.training.synthetic.cameras.estimator import (
    View,
    placed,
    smoothed,
    visibility,
    with_swapped_sides,
)
from modeling.training.synthetic.cameras.finding import found, numbers
from modeling.training.synthetic.cameras.hiding import behind_body, behind_boxes
from modeling.training.synthetic.cameras.landmarks import complete
from modeling.training.synthetic.cameras.scene import Scene

Array = NDArray[np.float64]


class Part(NamedTuple):
    """One body's part of a track: `rows` (M,), `persons` (M,) and `landmarks` (M, 33, 4)."""

    rows: NDArray[np.int64]
    persons: NDArray[np.int64]
    landmarks: NDArray[np.float32]


FRAME_RATES = (5.0, 8.0, 10.0, 12.5, 15.0, 15.0, 20.0, 25.0, 30.0, 30.0)
HIPS = [JOINTS.index("left_hip"), JOINTS.index("right_hip")]
SHOULDERS = [JOINTS.index("left_shoulder"), JOINTS.index("right_shoulder")]
FLAT_HEIGHT = 360  # pixels of the pictures that were filmed already
FROZEN = 0.03  # the share of films that stand still for a moment


def film(rng: np.random.Generator, scene: Scene, camera: Camera, rate: float) -> PoseTrack:
    """The poses of everybody in the scene, at `rate` frames a second.

    Where there are several, each keeps his number, from 1 on; who is alone may get another one
    when he is found again.
    """
    times = np.arange(scene.times[0], scene.times[-1], 1.0 / rate)
    scene = scene.at(times)
    locals_ = camera.local(scene.bodies)
    parts = []
    for person, local in enumerate(locals_):
        view = view_of(scene, camera, locals_, person)
        number = None if len(locals_) == 1 else 1 + person
        parts.append(_estimated(rng, view, times, _z(camera, local[..., 2]), number))
    return _joined(rng, times, parts, camera.aspect)


def film_flat(rng: np.random.Generator, clip: FlatClip, rate: float) -> PoseTrack:
    """The poses of a clip that was filmed already."""
    times = np.arange(clip.times[0], clip.times[-1], 1.0 / rate)
    known = np.concatenate([clip.joints, clip.seen[..., None]], axis=-1)
    after = np.clip(np.searchsorted(clip.times, times), 1, len(clip.times) - 1)
    share = (times - clip.times[after - 1]) / (clip.times[after] - clip.times[after - 1])
    known = known[after - 1] + share[:, None, None] * (known[after] - known[after - 1])
    joints, hidden = known[..., :2], known[..., 2] < 0.5
    unit = np.array([clip.aspect, 1.0])
    view = View(
        joints,
        clip.aspect,
        size=np.ptp(joints * unit, axis=1).max(axis=1),
        height=FLAT_HEIGHT,
        own_hidden=hidden,
        hidden=np.zeros_like(hidden),
        outside=((joints < 0.0) | (joints > 1.0)).any(axis=-1),
        flat=_flatness(np.insert(joints * unit * [1.0, -1.0], 1, 0.0, axis=-1)),
    )
    parts = [_estimated(rng, view, times, np.zeros(hidden.shape), None)]
    return _joined(rng, times, parts, clip.aspect)


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
        camera.aspect,
        size=np.ptp(drawn, axis=1).max(axis=1),
        height=camera.height,
        own_hidden=behind_body(body, body, own=True),
        hidden=hidden,
        outside=outside,
        flat=_flatness(scene.bodies[person]),
    )


def _estimated(
    rng: np.random.Generator, view: View, times: Array, z: Array, number: int | None
) -> Part:
    """What the estimator makes of a view at `times` (T,); without a `number` the tracker counts."""
    rate = 1.0 / (times[1] - times[0])
    seen = visibility(rng, view, rate)
    joints = with_swapped_sides(rng, placed(rng, view, seen, rate), times)
    has = found(rng, view, times)
    persons = numbers(rng, has, times) if number is None else np.full(len(has), number)
    stacked = [smoothed(rng, joints, rate), z[..., None], seen[..., None]]
    landmarks = complete(np.concatenate(stacked, axis=-1))
    landmarks[..., 3] = np.clip(landmarks[..., 3], 0.0, 1.0)
    rows = np.flatnonzero(has)
    return Part(rows, persons[rows], landmarks[rows].astype(np.float32))


def _joined(rng: np.random.Generator, times: Array, parts: list[Part], aspect: float) -> PoseTrack:
    rows, persons, landmarks = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(rows, kind="stable")
    track = PoseTrack(
        frame_indices=np.arange(len(times), dtype=np.int64),
        times=times - times[0],
        rows=rows[order],
        persons=persons[order],
        landmarks=landmarks[order],
        aspect=aspect,
    )
    return _frozen(rng, track) if rng.random() < FROZEN else track


def _z(camera: Camera, depth: Array) -> Array:
    """How much farther than the hips each joint (T, 13) is, in picture widths."""
    middle = np.maximum(depth[:, HIPS].mean(axis=1, keepdims=True), NEAREST)
    farther: Array = np.clip(camera.focal * (depth - middle) / middle, -2.0, 2.0)
    return farther


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
    flat: Array = np.clip(1.0 - 1.4 * np.abs(upright), 0.0, 1.0)
    return flat
