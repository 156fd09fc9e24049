"""What bodies say of URFD's postures at most: `uv run python -m benchmarks.posture_limits`.

A forest of trees is given the landmarks that the estimator finds, of a frame alone and with those
before and after it, and is judged on the folds of `train-image-model posture`. Where it fails too,
a picture of the frame is not what is missing: transition begins where a convention says so.
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.progress import track
from sklearn.ensemble import ExtraTreesClassifier

from modeling.perception.images.posture import POSTURE
from modeling.perception.poses.pose import Landmark, PoseTrack
from modeling.training.datasets.kept_poses import DEFAULT_DATASET, track_path
from modeling.training.evaluate.by_picture import image_figures
from modeling.training.images.posture_examples import frame_landmarks
from modeling.training.report.tables import class_table

PREDICTIONS = Path("data/vision/posture/predictions.npz")
NEIGHBOURS = (-20, -10, 10, 20)  # frames, at 30 a second
TREES = 300
FEWEST = 3  # frames in a leaf
UNKNOWN = -9.0  # far from every place in a picture

Features = NDArray[np.float32]


def main(
    predictions: Annotated[Path, typer.Option(help="What the training wrote.")] = PREDICTIONS,
    dataset: Annotated[Path, typer.Option(help="The poses.")] = DEFAULT_DATASET,
) -> None:
    """Judge a forest of landmarks on the folds that the network was judged on."""
    with np.load(predictions) as said:
        clips, frames, truth, folds = (said[n] for n in ("clips", "frames", "truth", "folds"))
    alone = np.concatenate([
        clip_features(dataset, clip, frames[clips == clip]) for clip in np.unique(clips)
    ])  # fmt: skip
    order = np.concatenate([np.flatnonzero(clips == clip) for clip in np.unique(clips)])
    clips, truth, folds = clips[order], truth[order], folds[order]
    around = np.concatenate([alone, *(moved(alone, clips, by) for by in NEIGHBOURS)], axis=1)
    for name, features in (("of the frame alone", alone), ("with 20 frames around it", around)):
        told = judged(features, truth, folds)
        known = truth >= 0
        groups = np.array([clip.rpartition("-")[0] for clip in clips[known]])
        figures = image_figures(POSTURE.labels, truth[known], told[known], groups)
        typer.echo(f"landmarks {name}\n{class_table(figures)}")


def clip_features(dataset: Path, clip: str, frames: NDArray[np.int64]) -> Features:
    """(N, F) of a clip's frames: where the landmarks are in the picture, and as seen from the hips.

    All of an unseen body is UNKNOWN.
    """
    poses = PoseTrack.load(track_path(dataset, clip))
    landmarks = frame_landmarks(poses, int(frames.max()) + 1)[frames]
    places = landmarks[:, :, :2] * np.array([poses.aspect, 1.0], dtype=np.float32)
    hips = places[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=1, keepdims=True)
    extent = places.max(axis=1) - places.min(axis=1)
    size = np.linalg.norm(extent, axis=1, keepdims=True) + 1e-6
    seen = [
        ((places - hips) / size[:, None]).reshape(len(frames), -1),
        places.reshape(len(frames), -1),
        landmarks[:, :, 2:].reshape(len(frames), -1),
        extent / size,
    ]
    features: Features = np.nan_to_num(np.concatenate(seen, axis=1), nan=UNKNOWN)
    return features


def moved(features: Features, clips: NDArray[np.str_], by: int) -> Features:
    """Those of so many frames later in the same clip; beyond its ends, of its first or last."""
    later = np.empty_like(features)
    for clip in np.unique(clips):
        rows = np.flatnonzero(clips == clip)
        later[rows] = features[rows[np.clip(np.arange(len(rows)) + by, 0, len(rows) - 1)]]
    return later


def judged(
    features: Features, truth: NDArray[np.int64], folds: NDArray[np.str_]
) -> NDArray[np.int64]:
    """The (N,) labels that a forest tells which has not seen the frame's fold."""
    told = np.zeros(len(truth), dtype=np.int64)
    for fold in track(np.unique(folds), description="folds"):
        held_out, known = folds == fold, truth >= 0
        forest = ExtraTreesClassifier(
            TREES, min_samples_leaf=FEWEST, class_weight="balanced", random_state=0
        )
        forest.fit(features[known & ~held_out], truth[known & ~held_out])
        told[held_out] = forest.predict(features[held_out])
    return told


if __name__ == "__main__":
    typer.run(main)
