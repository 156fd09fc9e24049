"""Windows of poses to the numbers that the detector reads; training and live agent call this."""

import numpy as np
from numpy.typing import NDArray

from contract.layout import FEATURE_COUNT, JOINTS
from modeling.perception.poses.pose import Landmark

JOINT_INDICES = [Landmark[name.upper()] for name in JOINTS]
NOSE = JOINTS.index("nose")
SHOULDERS = [JOINTS.index("left_shoulder"), JOINTS.index("right_shoulder")]
HIPS = [JOINTS.index("left_hip"), JOINTS.index("right_hip")]

# Below a fiftieth of the picture's height a body is too far away to be measured.
MIN_BODY_LENGTH = 0.02
# A joint that is seen less well than this adds nothing to the body's outline or length.
SEEN = 0.3
# What the body's middle is made of: the hips, and what else is seen where they are not.
MIDDLE_WEIGHTS = np.array(
    [1.0 if j in HIPS else 0.2 if j in SHOULDERS else 0.02 for j in range(len(JOINTS))],
    dtype=np.float32,
)
# A segment's share of a body's length, which is twice the torso (after Drillis and Contini, 1966).
TORSO_SHARE = 0.5
LIMBS = (("shoulder", "elbow", 0.32), ("elbow", "wrist", 0.27), ("hip", "knee", 0.42),
         ("knee", "ankle", 0.42))  # fmt: skip
LIMB_STARTS, LIMB_ENDS = (
    [JOINTS.index(f"{side}_{limb[end]}") for side in ("left", "right") for limb in LIMBS]
    for end in (0, 1)
)
SHARES = np.array([TORSO_SHARE, *(limb[2] for limb in LIMBS * 2)], dtype=np.float32)
MAX_FEATURE = 20.0

Floats = NDArray[np.float32]


def window_features(joints: Floats, aspect: float, rate_hz: float) -> Floats:
    """Describe windows of poses: (..., T, F) float32, laid out as `contract.layout` names them.

    `joints` is (..., T, 13, 3), the layout's joints at `rate_hz` poses a second, oldest first: x, y
    as shares of the picture, and in 0..1 how well the joint is seen, which is 0 throughout where a
    pose is held. `aspect` is the picture's width divided by its height.
    """
    tracked: NDArray[np.bool_] = np.asarray((joints[..., 2] > 0.0).any(axis=-1))
    joints = np.take_along_axis(joints, _last_tracked(tracked)[..., None, None], axis=-3)
    points, seen = joints[..., :2] * np.array([aspect, 1.0], dtype=np.float32), joints[..., 2]
    length = body_length(points, seen)[..., None, None]
    middle = body_middle(points, seen)
    low, high = outline(points, seen)
    relative = (points - middle[..., None, :]) / length[..., None] * seen[..., None]
    columns = [
        relative.reshape(*seen.shape[:-1], -1),
        seen,
        (middle[..., 1:] - middle[..., :1, 1:]) / length,
        *(_velocity(points, seen, part) * rate_hz / length for part in (HIPS, SHOULDERS, [NOSE])),
        _uprightness(points, seen)[..., None],
        (high - low) / length,
        np.clip(_margins(low, high, aspect) / length, -1.0, 1.0),
        np.broadcast_to(np.log(length), (*tracked.shape, 1)),
        tracked[..., None],
    ]
    features: Floats = np.concatenate(columns, axis=-1).astype(np.float32)
    if features.shape[-1] != FEATURE_COUNT:
        raise AssertionError("the layout and the columns differ")
    np.clip(features, -MAX_FEATURE, MAX_FEATURE, out=features)
    return features


def _last_tracked(tracked: NDArray[np.bool_]) -> NDArray[np.intp]:
    """(..., T): which pose each one shows: itself or, where it is held, the last one tracked."""
    steps = np.arange(tracked.shape[-1])
    last = np.maximum.accumulate(np.where(tracked, steps, -1), axis=-1)
    shown: NDArray[np.intp] = np.maximum(last, tracked.argmax(axis=-1)[..., None])
    return shown


def body_length(points: Floats, seen: Floats) -> Floats:
    """(...,): length of the body in picture heights: of its torso or, if that is more, its limbs.

    What is seen along its own direction is foreshortened. Over a window the upper quartile of a
    segment remembers its length, and so does the middle one of the limbs.
    """
    limbs = points[..., LIMB_STARTS, :] - points[..., LIMB_ENDS, :]
    segments = np.concatenate([_torso(points)[..., None, :], limbs], axis=-2)
    torso_seen = seen[..., SHOULDERS + HIPS].min(axis=-1, keepdims=True)
    limbs_seen = np.minimum(seen[..., LIMB_STARTS], seen[..., LIMB_ENDS])
    is_seen = np.concatenate([torso_seen, limbs_seen], axis=-1) > SEEN
    # Those that are not seen come first.
    lengths = np.sort(np.where(is_seen, np.hypot(segments[..., 0], segments[..., 1]), 0.0), axis=-2)
    quartile = lengths.shape[-2] - 1 - is_seen.sum(axis=-2, keepdims=True) // 4
    bodies = np.take_along_axis(lengths, quartile, axis=-2)[..., 0, :] / SHARES
    of_limbs = _middle_of_known(bodies[..., 1:])
    longest = np.maximum(np.maximum(bodies[..., 0], of_limbs), MIN_BODY_LENGTH)
    return longest.astype(np.float32)


def _middle_of_known(lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """(...,): the median of (..., N) lengths, of which those that are 0 are not known."""
    known = (lengths > 0.0).sum(axis=-1, keepdims=True)
    at = lengths.shape[-1] - 1 - np.maximum(known - 1, 0) // 2
    middle: NDArray[np.float64] = np.take_along_axis(np.sort(lengths, axis=-1), at, axis=-1)
    return middle[..., 0]


def body_middle(points: Floats, seen: Floats) -> Floats:
    """(..., T, 2): the mean of the joints, each with the same weight throughout the window.

    A joint that is now seen and now not so does not make the middle jump.
    """
    weights = MIDDLE_WEIGHTS * (seen**2).mean(axis=-2) + np.float32(1e-6)
    weights /= weights.sum(axis=-1, keepdims=True)
    middle: Floats = (points * weights[..., None, :, None]).sum(axis=-2)
    return middle


def _velocity(points: Floats, seen: Floats, part: list[int]) -> Floats:
    """(..., T, 2): mean change a pose of some joints, each as well as it is seen before and after.

    The first pose has no past and stands still.
    """
    points, seen = points[..., part, :], seen[..., part]
    weights = np.minimum(seen[..., 1:, :], seen[..., :-1, :])[..., None]
    change = (np.diff(points, axis=-3) * weights).sum(axis=-2) / (weights.sum(axis=-2) + 0.1)
    return np.concatenate([np.zeros_like(change[..., :1, :]), change], axis=-2)


def _uprightness(points: Floats, seen: Floats) -> Floats:
    """(..., T): cosine of the torso's angle to the vertical, 1 upright; 0 where it is not seen."""
    torso = _seen_mean(points, seen, SHOULDERS) - _seen_mean(points, seen, HIPS)
    lengths = np.maximum(np.hypot(torso[..., 0], torso[..., 1]), 1e-6)
    ends = np.minimum(seen[..., SHOULDERS].max(axis=-1), seen[..., HIPS].max(axis=-1))
    upward: Floats = np.where(ends > SEEN, -torso[..., 1] / lengths, np.float32(0.0))
    return upward


def _seen_mean(points: Floats, seen: Floats, part: list[int]) -> Floats:
    """(..., T, 2): where some joints are together, each counting as well as it is seen."""
    weights = seen[..., part, None] + np.float32(1e-6)
    mean: Floats = (points[..., part, :] * weights).sum(axis=-2) / weights.sum(axis=-2)
    return mean


def _torso(points: Floats) -> Floats:
    torso: Floats = points[..., SHOULDERS, :].mean(axis=-2) - points[..., HIPS, :].mean(axis=-2)
    return torso


def outline(points: Floats, seen: Floats) -> tuple[Floats, Floats]:
    """(..., T, 2) each: the upper left and the lower right corner of the joints that are seen."""
    is_seen = (seen >= np.minimum(SEEN, seen.max(axis=-1, keepdims=True)))[..., None]
    low = np.where(is_seen, points, np.inf).min(axis=-2)
    high = np.where(is_seen, points, -np.inf).max(axis=-2)
    return low, high


def _margins(low: Floats, high: Floats, aspect: float) -> Floats:
    """(..., T, 4): from the corners of a body to the left, right, upper and lower edge."""
    return np.stack([low[..., 0], aspect - high[..., 0], low[..., 1], 1.0 - high[..., 1]], axis=-1)
