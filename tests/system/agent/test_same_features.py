"""Training and the camera box make the same windows of the same film."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from agent.capture import open_source
from agent.file_pace import FilePace
from agent.outbox.outbox import Outbox
from agent.pipeline import Estimate
from modeling.perception.frames.frame import Frame
from modeling.perception.poses.extract_poses import extract_track
from modeling.perception.poses.pose import Poses, PoseTrack
from modeling.perception.poses.pose_estimator import PoseEstimator
from modeling.perception.windows.windows import Moment, track_moments
from modeling.training.datasets.clips import LabelledClip
from modeling.training.datasets.labels import ClipLabels
from modeling.training.datasets.windows import ClipWindows
from testkit.moments import moments_of


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    outbox = Outbox(tmp_path / "outbox.sqlite3")
    yield outbox
    outbox.close()


def no_estimate(_frame: Frame) -> Poses:
    raise AssertionError("a pose track needs no estimate")


def assert_same_features(ours: list[Moment], clip: LabelledClip) -> None:
    theirs = track_moments(clip.track)
    assert [(m.time, m.frame_idx) for m in ours] == [(m.time, m.frame_idx) for m in theirs]
    features = np.array([window.features for moment in ours for window in moment.windows])
    assert len(features) > 10
    np.testing.assert_array_equal(features, ClipWindows.of(clip).counted_features())


def labelled(track: PoseTrack) -> LabelledClip:
    labels = ClipLabels(
        name="clip", group="clip", room="hall", view="cam0", source="test", spans=()
    )
    return LabelledClip(labels, track)


def test_training_and_live_agent_compute_the_same_features_for_the_same_recording(
    repository: Path, outbox: Outbox
) -> None:
    recording = repository / "demo" / "recordings" / "fall.npz"
    ours = moments_of(open_source(str(recording), FilePace.FAST, "hall"), outbox, no_estimate)
    assert_same_features(ours, labelled(PoseTrack.load(recording)))


@pytest.fixture
def estimate() -> Iterator[Estimate]:
    estimator = PoseEstimator()
    yield estimator.estimate
    estimator.close()


def test_training_and_live_agent_compute_the_same_features_for_the_same_video(
    shared_data: Path, tmp_path: Path, outbox: Outbox, estimate: Estimate
) -> None:
    video = tmp_path / "fall.mp4"
    film = shared_data / "urfd" / "videos" / "fall-16-cam0.mp4"
    slower = ["-r", "15", "-c:v", "mpeg4", str(video)]  # as many pictures as a dataset takes
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(film), *slower], check=True)
    ours = moments_of(open_source(str(video), FilePace.FAST, "hall"), outbox, estimate)
    extract_track(video).save(tmp_path / "track.npz")  # as build-dataset keeps it
    assert_same_features(ours, labelled(PoseTrack.load(tmp_path / "track.npz")))
