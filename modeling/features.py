"""Windows of poses to the numbers that the detector reads; training and live agent call this."""

import numpy as np
from numpy.typing import NDArray

from contract.layout import FEATURE_COUNT, JOINTS
from modeling.pose import Landmark

JOINT_INDICES = [Landmark[name.upper()] for name in JOINTS]
NOSE = JOINTS.index("nose")
SHOULDERS = [JOINTS.index("left_shoulder"), JOINTS.index("right_shoulder")]
HIPS = [JOINTS.index("left_hip"), JOINTS.index("right_hip")]

# Below a twentieth of the picture's height a body is too far away to be measured.
MIN_BODY_LENGTH = 0.05
# A torso is a bit over half of the way from the hips to the crown and the soles.
TORSOS_PER_BODY = 2.0
MAX_FEATURE = 20.0


def window_features(
    joints: NDArray[np.float32], aspect: float, rate_hz: float
) -> NDArray[np.float32]:
    """Describe one window of poses: (T, F) float32, laid out as `contract.layout` names them.

    `joints` is (T, 13, 3), the layout's joints at `rate_hz` poses a second, oldest first: x and y
    as shares of the picture, and in 0..1 how well the joint is seen, which is 0 throughout where a
    pose is held. `aspect` is the picture's width divided by its height.
    """
    points, seen = joints[..., :2] * np.array([aspect, 1.0], dtype=np.float32), joints[..., 2]
    tracked = seen.max(axis=1) > 0.0
    hips, shoulders = points[:, HIPS].mean(axis=1), points[:, SHOULDERS].mean(axis=1)
    torso = shoulders - hips
    length = body_length(torso, tracked)
    extent = (points.max(axis=1) - points.min(axis=1)) / length
    columns = [
        ((points - hips[:, None]) / length).reshape(len(points), -1),
        hips - np.array([aspect / 2, 0.5], dtype=np.float32),
        velocity(hips, rate_hz) / length,
        velocity(points[:, NOSE], rate_hz) / length,
        uprightness(torso)[:, None],
        extent,
        np.full((len(points), 1), length),
        tracked[:, None],
        seen,
    ]
    features = np.hstack(columns).astype(np.float32)
    if features.shape[1] != FEATURE_COUNT:
        raise AssertionError("the layout and the columns differ")
    return np.clip(features, -MAX_FEATURE, MAX_FEATURE)


def body_length(torso: NDArray[np.float32], tracked: NDArray[np.bool_]) -> float:
    """Length of the body in picture heights, from the longest torsos seen in the window.

    A fall towards the camera foreshortens the torso; the upper quartile still remembers its length.
    """
    lengths = np.linalg.norm(torso, axis=1)
    seen = lengths[tracked] if tracked.any() else lengths
    return max(TORSOS_PER_BODY * float(np.quantile(seen, 0.75)), MIN_BODY_LENGTH)


def velocity(points: NDArray[np.float32], rate_hz: float) -> NDArray[np.float32]:
    """Change a second of (T, 2) points; the first one has no past and stands still."""
    return np.diff(points, axis=0, prepend=points[:1]) * np.float32(rate_hz)


def uprightness(torso: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosine of the angle between each (T, 2) torso and the vertical, up being positive."""
    lengths = np.maximum(np.linalg.norm(torso, axis=1), 1e-6)
    upward: NDArray[np.float32] = -torso[:, 1] / lengths
    return upward
