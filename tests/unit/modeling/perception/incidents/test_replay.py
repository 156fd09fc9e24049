from dataclasses import replace

import numpy as np
import pytest

from contract.analysis import Analysis
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT
from modeling.perception.detector.detector import Detector
from modeling.perception.incidents.replay import analyze_moments, find_incidents
from modeling.perception.poses.pose import Poses, PoseTrack
from modeling.perception.windows.windows import Moment, Window, track_moments


def scored(fall):
    return Analysis(
        is_anomaly=fall >= 0.6,
        normal_score=1.0 - fall,
        anomaly_score=fall,
        events=["fall"],
        scores=[fall],
        thresholds=[0.6],
    )


def moments(times):
    joints = np.zeros((16, 13, 3), dtype=np.float32)
    return [Moment(time, 0, 1.0, (Window(3, joints, 1.0),)) for time in times]


def test_an_incident_has_its_person_start_end_and_peak():
    times = [tenth / 10 for tenth in range(40)]
    analyses = [[scored(0.9 if 1.0 <= time < 2.0 else 0.1)] for time in times]
    (incident,) = find_incidents(moments(times), analyses)
    assert (incident.label, incident.person) == ("fall", 3)
    assert 1.0 < incident.start < 1.5
    assert 2.0 <= incident.end < 2.5
    assert incident.peak == pytest.approx(0.9, abs=0.01)


def test_an_incident_that_is_open_at_the_end_of_the_stream_ends_there():
    times = [0.0, 0.1, 0.2, 0.3, 0.4]
    (incident,) = find_incidents(moments(times), [[scored(1.0)]] * 5)
    assert incident.end == 0.4


def test_an_empty_stream_has_no_incident():
    assert find_incidents([], []) == []


def test_each_window_of_a_moment_is_analysed_and_a_moment_without_any_is_not(
    film, together, swaying, falling
):
    track = together(film(swaying), film(falling))
    seen = track_moments([Poses(0, 0.0, track.aspect), *list(track)[3:]])
    detector = Detector.load(DEFAULT_CHECKPOINT)
    analyses = analyze_moments(detector, seen)
    assert [len(answers) for answers in analyses] == [len(moment.windows) for moment in seen]
    assert analyses[0] == []
    assert analyses[-1] == detector.analyze(np.stack([w.features for w in seen[-1].windows]))


def test_the_fall_that_the_demo_plays_is_one_incident_even_when_the_body_stays_down(repository):
    track = PoseTrack.load(repository / "demo" / "recordings" / "fall.npz")
    poses = list(track)
    last = next(one for one in reversed(poses) if one.bodies)
    held = [
        replace(last, frame_idx=last.frame_idx + i, time=poses[-1].time + i / 30)
        for i in range(1, 300)
    ]
    seen = track_moments([*poses, *held])
    incidents = find_incidents(seen, analyze_moments(Detector.load(DEFAULT_CHECKPOINT), seen))
    (fall,) = [incident for incident in incidents if incident.label == "fall"]
    (lying,) = [incident for incident in incidents if incident.label == "lying"]
    assert fall.end < 112 / 30 + 3.0  # on the floor at frame 112
    assert lying.end == seen[-1].time
    assert np.isfinite(fall.peak)
