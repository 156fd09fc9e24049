"""Pose tracks on disk."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from modeling.perception.poses.pose import LANDMARK_COUNT, Body, Poses, PoseTrack, PoseTrackError


def make_track() -> PoseTrack:
    """Four frames with two people, nobody, and twice one of the two."""
    rng = np.random.default_rng(0)
    people = [(1, 2), (), (2,), (1,)]
    return PoseTrack.from_poses(
        [
            Poses(
                frame_idx=2 * i,
                time=i / 30,
                aspect=4 / 3,
                bodies=tuple(
                    Body(person, rng.random((LANDMARK_COUNT, 4), dtype=np.float32))
                    for person in persons
                ),
                is_cut=i == 2,
            )
            for i, persons in enumerate(people)
        ]
    )


def assert_same(read: PoseTrack, made: PoseTrack) -> None:
    for one, other in zip(read, made, strict=True):
        assert replace(one, bodies=()) == replace(other, bodies=())
        for body, same in zip(one.bodies, other.bodies, strict=True):
            assert body.person == same.person
            np.testing.assert_array_equal(body.landmarks, same.landmarks)


def test_track_read_back_gives_the_same_poses(tmp_path: Path) -> None:
    make_track().save(tmp_path / "track.npz")
    track = PoseTrack.load(tmp_path / "track.npz")
    assert [[body.person for body in poses.bodies] for poses in track] == [[1, 2], [], [2], [1]]
    assert [poses.is_cut for poses in track] == [False, False, True, False]
    assert_same(track, make_track())


def test_track_of_one_person_holds_nobody_where_they_were_not_seen(tmp_path: Path) -> None:
    landmarks = np.random.default_rng(0).random((3, LANDMARK_COUNT, 4)).astype(np.float32)
    landmarks[1] = np.nan
    times = np.array([0.0, 0.1, 0.2])
    np.savez(tmp_path / "one.npz", times=times, landmarks=landmarks, aspect=1.5)
    track = PoseTrack.load(tmp_path / "one.npz")
    assert [len(poses.bodies) for poses in track] == [1, 0, 1]
    assert_same(track, PoseTrack.of_person(times, landmarks, 1.5))


@pytest.mark.parametrize(
    "change",
    [
        {"times": np.array([0.0, 0.2, 0.1, 0.3])},
        {"times": np.array([0.0, 0.1, np.nan, 0.3])},
        {"times": np.array([0.0, 0.1])},
        {"frame_indices": np.array([0, 1])},
        {"landmarks": np.zeros((4, 17, 4), dtype=np.float32)},
        {"landmarks": np.full((4, LANDMARK_COUNT, 4), np.inf, dtype=np.float32)},
        {"rows": np.array([0, 0, 2, 4])},
        {"rows": np.array([0, 2, 0, 3])},
        {"persons": np.array([1, 2])},
        {"aspect": np.array(0.0)},
    ],
    ids=[
        "backwards",
        "nan-time",
        "few-times",
        "few-indices",
        "joints",
        "infinite",
        "row-outside",
        "rows-backwards",
        "few-persons",
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
