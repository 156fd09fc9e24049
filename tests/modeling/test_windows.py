from dataclasses import replace

import numpy as np
import pytest

from contract.layout import FEATURE_COUNT, FEATURE_NAMES, WINDOW_LENGTH
from modeling.checkpoint import DEFAULT_CHECKPOINT
from modeling.detector import Detector
from modeling.pose import Pose, PoseTrack
from modeling.windows import MIN_TRACKED, RATE_HZ, track_windows

TRACKED = FEATURE_NAMES.index("tracked")


def kept(track, frames):
    return PoseTrack(
        track.frame_indices[frames], track.times[frames], track.landmarks[frames], track.aspect
    )


def by_time(track):
    return {
        round(window.time, 2): window.features
        for window in track_windows(track)
        if window.features is not None
    }


def untracked(track, start, end):
    landmarks = track.landmarks.copy()
    landmarks[(start <= track.times) & (track.times < end)] = np.nan
    return replace(track, landmarks=landmarks)


def test_a_window_at_15_frames_a_second_is_the_window_at_30(film, swaying):
    fast, slow = by_time(film(swaying, fps=30)), by_time(film(swaying, fps=15))
    assert len(fast) > 30
    assert set(slow) <= set(fast)
    for time, features in slow.items():
        np.testing.assert_allclose(features, fast[time], atol=0.01)


def test_a_jittery_walk_keeps_its_windows_when_every_other_frame_is_dropped(film, swaying):
    track = film(swaying, seconds=6)
    noise = np.random.default_rng(0).normal(0.0, 0.002, track.landmarks.shape).astype(np.float32)
    track = replace(track, landmarks=track.landmarks + noise)
    full, half = by_time(track), by_time(kept(track, slice(None, None, 2)))
    differences = [np.abs(half[time] - full[time]).mean() for time in half]
    assert np.mean(differences) < 0.05


def test_a_real_fall_gives_the_same_windows_and_scores_at_half_its_frame_rate(repository):
    track = PoseTrack.load(repository / "demo" / "recordings" / "fall.npz")
    full, half = by_time(track), by_time(kept(track, slice(None, None, 2)))
    times = sorted(set(full) & set(half))
    assert len(times) > 30
    at_30, at_15 = (np.stack([windows[time] for time in times]) for windows in (full, half))
    assert np.abs(at_30 - at_15).mean() < 0.05
    detector = Detector.load(DEFAULT_CHECKPOINT)
    np.testing.assert_allclose(detector.scores(at_15), detector.scores(at_30), atol=0.2)


@pytest.mark.parametrize("fps", [6, 7.5, 12, 15, 24, 25, 29.97, 30, 60])
def test_windows_come_ten_times_a_second_at_any_frame_rate(film, swaying, fps):
    windows = track_windows(film(swaying, fps=fps, seconds=5))
    steps = np.diff([window.time for window in windows])
    np.testing.assert_allclose(steps, 1 / RATE_HZ, atol=1e-9)
    assert len(windows) == pytest.approx(5 * RATE_HZ, abs=2)


def test_time_stamps_rounded_to_milliseconds_give_the_same_windows(film, swaying):
    track = film(swaying)
    rounded = replace(track, times=np.round(track.times, 3))
    exact = by_time(track)
    for time, features in by_time(rounded).items():
        np.testing.assert_allclose(features, exact[time], atol=0.02)


def test_frames_that_are_dropped_for_a_moment_are_bridged(film, swaying):
    track = film(swaying)
    present = (track.times < 2.0) | (track.times >= 2.2)
    whole, gapped = by_time(track), by_time(kept(track, present))
    np.testing.assert_allclose(gapped[2.4], whole[2.4], atol=0.05)


def test_while_nobody_is_found_the_last_pose_is_held_and_marked(film, swaying):
    window = by_time(untracked(film(swaying), 2.0, 2.8))[2.7]
    held = window[:, TRACKED] == 0.0
    assert held.sum() == 8
    assert held[-1]
    np.testing.assert_array_equal(window[held][0, :26], window[held][-1, :26])


def test_nobody_in_sight_for_a_whole_window_gives_no_features(film, swaying):
    windows = track_windows(untracked(film(swaying, seconds=6), 2.0, 6.0))
    assert windows[-1].features is None
    assert windows[25].features is not None


def test_a_window_needs_a_few_tracked_poses(film, swaying):
    windows = track_windows(film(swaying))
    assert [window.features is None for window in windows[:5]] == [True] * (MIN_TRACKED - 1) + [
        False
    ] * (6 - MIN_TRACKED)


def test_before_a_stream_is_a_window_long_its_first_pose_stands_for_the_past(film, swaying):
    first = track_windows(film(swaying))[MIN_TRACKED - 1].features
    padding = WINDOW_LENGTH - MIN_TRACKED
    assert not first[:padding, TRACKED].any()
    assert first[padding:, TRACKED].all()
    np.testing.assert_array_equal(first[0, :26], first[padding, :26])


def test_after_a_silence_longer_than_a_window_the_stream_starts_anew(film, swaying):
    track = film(swaying, seconds=2)
    later = replace(track, times=track.times + 10.0)
    fresh = [window.features for window in track_windows(track)]
    windows = track_windows([*track, *later])
    np.testing.assert_equal([window.features for window in windows[len(fresh) :]], fresh)


def test_in_a_picture_of_another_shape_the_stream_starts_anew(film, swaying):
    track = film(swaying, seconds=2)
    wide = replace(track, times=track.times + 2.0, aspect=track.aspect * 4 / 3)
    alone = [window.features for window in track_windows(wide)]
    windows = track_windows([*track, *wide])
    np.testing.assert_equal([window.features for window in windows[-len(alone) :]], alone)


def test_a_frame_with_nobody_at_the_start_gives_no_features():
    assert track_windows([Pose(0, 0.0, 1.0, None)])[0].features is None


def test_features_are_finite_whatever_the_landmarks_are(film, standing):
    degenerate = np.zeros_like(standing)
    far_out = standing * 1e4
    for landmarks in (degenerate, far_out):
        for window in track_windows(film(lambda _, shown=landmarks: shown)):
            if window.features is not None:
                assert window.features.shape == (WINDOW_LENGTH, FEATURE_COUNT)
                assert np.isfinite(window.features).all()
