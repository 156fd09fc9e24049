"""The same motion from another place: the body is put into space, and filmed again.

BlazePose tells each landmark's depth relative to the hips. How far away the person is follows from
the length of the torso, one distance for the whole clip: who walks towards the camera seems to
grow instead, which is wrong and good enough.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from modeling.perception.poses.pose import Landmark, PoseTrack
from modeling.training.detectors.augmentation.camera import rotation

TORSO_M = 0.5
FARTHEST_M, NEAREST_M = 8.0, 0.4
# In heights of the picture: a vertical field of view of 49 degrees.
FOCAL_LENGTH = 1.09
# A camera stands on a shelf or hangs high on a wall; lower and steeper ones gained nothing.
LOWEST, HIGHEST = np.deg2rad([-5.0, 30.0])

HIPS = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
SHOULDERS = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
TRUNK = [Landmark.NOSE, *SHOULDERS, *HIPS, Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE]


@dataclass(frozen=True)
class Viewpoint:
    """Where a camera is, seen from the person: angles in radians, lengths in metres.

    `turn` (3, 3) takes the axes right, down and away of the old camera to those of the new one.
    `middle` is where the person is in the picture, in heights from its middle.
    """

    turn: NDArray[np.float64]
    distance: float
    focal_length: float
    middle: NDArray[np.float64]

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Anywhere around the person, mostly a little above them."""
        azimuth, pitch = rng.uniform(0.0, 2 * np.pi), rng.uniform(LOWEST, HIGHEST)
        turn = _about(2, rng.normal(0.0, np.deg2rad(4.0))) @ _about(0, pitch) @ _about(1, azimuth)
        distance, focal_length = rng.uniform(2.2, 5.0), rng.uniform(0.8, 1.2)
        return cls(turn, distance, focal_length, rng.normal(0.0, [0.15, 0.1]))


def view_from_elsewhere(track: PoseTrack, rng: np.random.Generator) -> PoseTrack:
    """Film the track from a viewpoint drawn from `rng`."""
    if len(track.landmarks) == 0:
        return track
    return film(lift(track), Viewpoint.draw(rng), track)


def lift(track: PoseTrack) -> NDArray[np.float64]:
    """The landmarks in metres, (M, 33, 3) right, down and away from where the hips mostly are."""
    x, y, z = np.moveaxis(track.landmarks[..., :3].astype(np.float64), -1, 0)
    points = np.stack([x * track.aspect, y, z * track.aspect], axis=-1)
    hips = points[:, HIPS].mean(axis=1)
    torso = np.linalg.norm((points[:, SHOULDERS].mean(axis=1) - hips)[:, :2], axis=1)
    # Most of the time the torso is seen in its whole length.
    scale = TORSO_M / max(float(np.quantile(torso, 0.75)), TORSO_M * FOCAL_LENGTH / FARTHEST_M)
    body: NDArray[np.float64] = (points - np.median(hips, axis=0)) * scale
    return body


def film(body: NDArray[np.float64], view: Viewpoint, track: PoseTrack) -> PoseTrack:
    """Project (M, 33, 3) metres into a picture like that of `track`, whose times it keeps."""
    points = body @ view.turn.T
    depth = np.maximum(points[..., 2] + view.distance, NEAREST_M)
    flat = view.focal_length * points[..., :2] / depth[..., None] + view.middle
    hips = depth[:, HIPS].mean(axis=1, keepdims=True)
    landmarks = track.landmarks.copy()
    landmarks[..., 0] = flat[..., 0] / track.aspect + 0.5
    landmarks[..., 1] = flat[..., 1] + 0.5
    landmarks[..., 2] = view.focal_length * (depth - hips) / hips / track.aspect
    return replace(track, landmarks=landmarks).with_bodies(is_inside(landmarks))


def is_inside(landmarks: NDArray[np.float32], share: float = 0.5) -> NDArray[np.bool_]:
    """(M,): whether `share` of the trunk at least is in the picture; else nobody would be found."""
    trunk = landmarks[:, TRUNK, :2]
    inside = ((trunk > 0.0) & (trunk < 1.0)).all(axis=-1)
    enough: NDArray[np.bool_] = inside.mean(axis=1) >= share
    return enough


def _about(axis: int, angle: float) -> NDArray[np.float64]:
    """(3, 3): turns about one of the axes right, down and away."""
    matrix = np.eye(3)
    others = [i for i in range(3) if i != axis]
    matrix[np.ix_(others, others)] = rotation(angle)
    return matrix
