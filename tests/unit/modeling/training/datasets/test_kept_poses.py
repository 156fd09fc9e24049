import numpy as np
import pytest

from modeling.perception.poses.pose import LANDMARK_COUNT, PoseTrack
from modeling.training.datasets.kept_poses import digest_source, keep, load_kept


@pytest.fixture
def video(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"one")
    return path


@pytest.fixture
def kept(tmp_path, video):
    path = tmp_path / "tracks" / "clip.npz"
    track = PoseTrack.of_person(
        np.arange(3) / 30, np.zeros((3, LANDMARK_COUNT, 4), np.float32), 1.5
    )
    keep(track, path, digest_source(video, None))
    return path


def test_poses_of_the_same_file_are_read_again(kept, video):
    track = load_kept(kept, digest_source(video, None))
    assert track is not None
    assert track.aspect == 1.5


def test_poses_of_another_file_of_that_name_are_not(kept, video):
    video.write_bytes(b"two")
    assert load_kept(kept, digest_source(video, None)) is None


def test_poses_at_other_times_are_not(kept, video):
    assert load_kept(kept, digest_source(video, 10.0)) is None


def test_poses_of_unknown_origin_are_not(kept, video):
    kept.with_suffix(".source").unlink()
    assert load_kept(kept, digest_source(video, None)) is None
    assert load_kept(kept.with_name("other.npz"), digest_source(video, None)) is None
