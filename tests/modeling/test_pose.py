"""Pose tracks on disk."""

from pathlib import Path

import numpy as np
import pytest

from modeling.pose import LANDMARK_COUNT, Pose, PoseTrack, PoseTrackError


def make_track(count: int = 4) -> PoseTrack:
    landmarks = np.random.default_rng(0).random((count, LANDMARK_COUNT, 4), dtype=np.float32)
    poses = [Pose(i, i / 30, 4 / 3, None if i == 1 else landmarks[i]) for i in range(count)]
    return PoseTrack.from_poses(poses)


def test_track_read_back_gives_the_same_poses(tmp_path: Path) -> None:
    make_track().save(tmp_path / "track.npz")
    poses = list(PoseTrack.load(tmp_path / "track.npz"))
    assert [pose.landmarks is None for pose in poses] == [False, True, False, False]
    for read, made in zip(poses, make_track(), strict=True):
        assert (read.frame_idx, read.time, read.aspect) == (
            made.frame_idx,
            made.time,
            made.aspect,
        )
        np.testing.assert_array_equal(read.landmarks, made.landmarks)


@pytest.mark.parametrize(
    "change",
    [
        {"times": np.array([0.0, 0.2, 0.1, 0.3])},
        {"times": np.array([0.0, 0.1, np.nan, 0.3])},
        {"times": np.array([0.0, 0.1])},
        {"frame_indices": np.array([0, 1])},
        {"landmarks": np.zeros((4, 17, 4), dtype=np.float32)},
        {"landmarks": np.full((4, LANDMARK_COUNT, 4), np.inf, dtype=np.float32)},
        {"landmarks": np.diagflat(np.full(4, np.nan)).repeat(132, 1).reshape(4, 33, 16)[..., :4]},
        {"aspect": np.array(0.0)},
    ],
    ids=[
        "backwards",
        "nan-time",
        "few-times",
        "few-indices",
        "joints",
        "infinite",
        "holes",
        "flat",
    ],
)
def test_track_with_damage_is_refused_in_one_line(
    tmp_path: Path, change: dict[str, np.ndarray]
) -> None:
    path = tmp_path / "track.npz"
    make_track().save(path)
    with np.load(path) as arrays:
        np.savez(path, **{**arrays, **change})
    with pytest.raises(PoseTrackError, match="not a recording"):
        PoseTrack.load(path)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 torn"])
def test_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "track.npz"
    path.write_bytes(content)
    with pytest.raises(
        PoseTrackError, match=r"not a recording of run-agent --record: .*track\.npz"
    ):
        PoseTrack.load(path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PoseTrackError, match="no such pose track"):
        PoseTrack.load(tmp_path / "nowhere.npz")
