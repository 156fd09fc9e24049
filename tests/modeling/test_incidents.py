import numpy as np
import pytest

from contract.analysis import Analysis
from modeling.checkpoint import DEFAULT_CHECKPOINT
from modeling.detector import Detector
from modeling.incidents import analyze_windows, find_incidents
from modeling.pose import Pose, PoseTrack
from modeling.windows import track_windows


def scored(fall):
    return Analysis(
        is_anomaly=fall >= 0.6,
        normal_score=1.0 - fall,
        anomaly_score=fall,
        events=["fall"],
        scores=[fall],
        thresholds=[0.6],
    )


def test_an_incident_has_its_start_end_and_peak():
    times = [tenth / 10 for tenth in range(40)]
    analyses = [scored(0.9 if 1.0 <= time < 2.0 else 0.1) for time in times]
    (incident,) = find_incidents(times, analyses)
    assert incident.label == "fall"
    assert 1.0 < incident.start < 1.5
    assert 2.0 <= incident.end < 2.5
    assert incident.peak == pytest.approx(0.9, abs=0.01)


def test_an_incident_that_is_open_at_the_end_of_the_stream_ends_there():
    times = [0.0, 0.1, 0.2, 0.3, 0.4]
    (incident,) = find_incidents(times, [scored(1.0)] * 5)
    assert incident.end == 0.4


def test_an_empty_stream_has_no_incident():
    assert find_incidents([], []) == []


def test_a_window_without_anybody_is_not_analysed(film, swaying):
    track = film(swaying)
    windows = track_windows([Pose(0, 0.0, 1.0, None), *list(track)[3:]])
    analyses = analyze_windows(Detector.load(DEFAULT_CHECKPOINT), windows)
    assert [a is None for a in analyses] == [w.features is None for w in windows]
    assert analyses[0] is None
    assert analyses[-1] is not None


def test_the_fall_that_the_demo_plays_is_one_incident_even_when_the_body_stays_down(repository):
    track = PoseTrack.load(repository / "demo" / "recordings" / "fall.npz")
    poses = list(track)
    last = next(pose for pose in reversed(poses) if pose.landmarks is not None)
    held = [
        Pose(last.frame_idx + i, poses[-1].time + i / 30, last.aspect, last.landmarks)
        for i in range(1, 300)
    ]
    windows = track_windows([*poses, *held])
    analyses = analyze_windows(Detector.load(DEFAULT_CHECKPOINT), windows)
    incidents = find_incidents([window.time for window in windows], analyses)
    (fall,) = [incident for incident in incidents if incident.label == "fall"]
    (lying,) = [incident for incident in incidents if incident.label == "lying"]
    assert fall.end < 112 / 30 + 3.0  # on the floor at frame 112
    assert lying.end == windows[-1].time
    assert np.isfinite(fall.peak)
