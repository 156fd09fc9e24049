"""Examples of postures: frames by their official posture, and rooms without anybody."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from modeling.perception.images.posture import POSTURE, prepare
from modeling.perception.images.task import RgbImage
from modeling.perception.poses.pose import Landmark, PoseTrack
from modeling.training.datasets.labels import Recording
from modeling.training.images.backgrounds import background, body_box
from modeling.training.images.pictures import Pictures

REAL, BACKGROUND = "real", "background"
LARGEST_HOLE = 0.08
# By looking: in two somebody else sits at the desk, in the others a part of the body remains.
NOT_EMPTY = frozenset({
    "adl-34", "fall-09", "fall-13", "fall-14", "fall-15", "fall-18", "fall-19", "fall-30",
})  # fmt: skip

# The points of a body that a network is taught to look for, each the middle of some landmarks.
POINTS = (
    (Landmark.NOSE,),
    (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
    (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
    (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE),
    (Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE),
)
LEAST_VISIBLE = 0.5
NOBODY = POSTURE.labels.index("nobody")
UPRIGHT = POSTURE.labels.index("upright")


def clip_examples(
    recording: Recording,
    images: Sequence[RgbImage],
    postures: Mapping[int, str],
    track: PoseTrack,
) -> Pictures:
    """Every frame, and the clip's empty room.

    No room is made where real frames show it empty, or too much of it is never seen.
    """
    inputs = np.stack([prepare(image) for image in images])
    truth = frame_truth(postures, len(images))
    landmarks = frame_landmarks(track, len(images))
    frames = Pictures.of_clip(
        recording,
        inputs=list(inputs),
        truth=truth.tolist(),
        kinds=[REAL] * len(images),
        frames=range(len(images)),
        points=body_points(landmarks) * (truth != NOBODY)[:, None, None],
    )
    if (truth == NOBODY).any() or recording.group in NOT_EMPTY:
        return frames
    boxes = [body_box(body) for body in landmarks]
    room, hole = background(inputs.transpose(0, 2, 3, 1), boxes, truth == UPRIGHT)
    if hole > LARGEST_HOLE:
        return frames
    empty = Pictures.of_clip(
        recording,
        inputs=[room.transpose(2, 0, 1)],
        truth=[NOBODY],
        kinds=[BACKGROUND],
        frames=[-1],
        points=np.zeros((1, len(POINTS), 3), dtype=np.float32),
    )
    return Pictures.concatenate([frames, empty])


def frame_truth(postures: Mapping[int, str], count: int) -> NDArray[np.int64]:
    """The (count,) labels of a clip's frames, given the official postures of some.

    Before the first posture nobody has come in. What has none later is unknown (-1): the last 47
    frames of adl-17 show somebody who stands.
    """
    first = min(postures, default=count)
    labels = ["nobody" if f < first else postures.get(f) for f in range(count)]
    return np.array([-1 if label is None else POSTURE.labels.index(label) for label in labels])


def frame_landmarks(track: PoseTrack, count: int) -> NDArray[np.float32]:
    """The (count, 33, 4) landmarks of a clip's frames, NaN where nobody was found.

    Of several people in a frame it is the one with the lowest number.
    """
    landmarks = np.full((count, *track.landmarks.shape[1:]), np.nan, dtype=np.float32)
    for poses in track:
        if poses.bodies and poses.frame_idx < count:
            landmarks[poses.frame_idx] = min(poses.bodies, key=lambda one: one.person).landmarks
    return landmarks


def body_points(landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 33, 4) landmarks to the (N, P, 3) points of `POINTS`."""
    middles = np.stack([landmarks[:, list(point)].mean(axis=1) for point in POINTS], axis=1)
    places = 2.0 * middles[:, :, :2] - 1.0
    known = (middles[:, :, 3] > LEAST_VISIBLE) & (np.abs(places) <= 1.0).all(axis=2)
    points = np.concatenate([places, known[:, :, None]], axis=2)
    return np.where(known[:, :, None], points, 0.0).astype(np.float32)


def softened(pictures: Pictures, reach: int) -> NDArray[np.float32]:
    """(N, L) targets: the mean of a frame's posture and of its neighbours' in so many frames.

    Where one posture becomes another is a convention that one picture does not show. Nobody being
    there is none, and stays as it is.
    """
    sure = np.eye(len(POSTURE.labels), dtype=np.float32)[pictures.truth]
    targets = sure.copy()
    for clip in np.unique(pictures.clips):
        rows = np.flatnonzero((pictures.clips == clip) & (pictures.kinds == REAL))
        window = np.ones(2 * reach + 1) / (2 * reach + 1)
        padded = np.pad(sure[rows], ((reach, reach), (0, 0)), mode="edge")
        means = np.stack([np.convolve(c, window, mode="valid") for c in padded.T], axis=1)
        between = means[:, NOBODY] == 0.0
        targets[rows[between]] = means[between]
    return targets
