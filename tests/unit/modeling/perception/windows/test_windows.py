from dataclasses import replace

import numpy as np
import pytest

from contract.layout import FEATURE_COUNT, FEATURE_NAMES, JOINTS, WINDOW_LENGTH
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT
from modeling.perception.detector.detector import Detector
from modeling.perception.poses.pose import Body, Poses, PoseTrack
from modeling.perception.windows.windows import MIN_TRACKED, RATE_HZ, Moment, track_moments

TRACKED = FEATURE_NAMES.index("tracked")


def kept(track, frames):
    return PoseTrack.from_poses(list(np.array(list(track), dtype=object)[frames]))


def features(moment: Moment):
    """Those of the only person, None where there is nobody."""
    return moment.windows[0].features if moment.windows else None


def by_time(track):
    moments = [moment for moment in track_moments(track) if moment.windows]
    return {round(moment.time, 2): features(moment) for moment in moments}


def untracked(track, start, end):
    return [replace(poses, bodies=()) if start <= poses.time < end else poses for poses in track]


def test_a_window_at_15_frames_a_second_is_the_window_at_30(film, swaying):
    fast, slow = by_time(film(swaying, fps=30)), by_time(film(swaying, fps=15))
    assert len(fast) > 30
    assert set(slow) <= set(fast)
    for time, window in slow.items():
        np.testing.assert_allclose(window, fast[time], atol=0.01)


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
    windows = track_moments(film(swaying, fps=fps, seconds=5))
    steps = np.diff([moment.time for moment in windows])
    np.testing.assert_allclose(steps, 1 / RATE_HZ, atol=1e-9)
    assert len(windows) == pytest.approx(5 * RATE_HZ, abs=2)


def test_time_stamps_rounded_to_milliseconds_give_the_same_windows(film, swaying):
    track = film(swaying)
    rounded = replace(track, times=np.round(track.times, 3))
    exact = by_time(track)
    for time, window in by_time(rounded).items():
        np.testing.assert_allclose(window, exact[time], atol=0.02)


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


def test_nobody_in_sight_for_a_whole_window_gives_no_window(film, swaying):
    moments = track_moments(untracked(film(swaying, seconds=6), 2.0, 6.0))
    assert moments[-1].windows == ()
    assert moments[25].windows


def test_a_window_needs_a_few_tracked_poses(film, swaying):
    moments = track_moments(film(swaying))
    assert [not moment.windows for moment in moments[:5]] == [True] * (MIN_TRACKED - 1) + [
        False
    ] * (6 - MIN_TRACKED)


def test_before_a_stream_is_a_window_long_its_first_pose_stands_for_the_past(film, swaying):
    first = features(track_moments(film(swaying))[MIN_TRACKED - 1])
    padding = WINDOW_LENGTH - MIN_TRACKED
    assert not first[:padding, TRACKED].any()
    assert first[padding:, TRACKED].all()
    np.testing.assert_array_equal(first[0, :26], first[padding, :26])


def test_after_a_silence_longer_than_a_window_the_stream_starts_anew(film, swaying):
    track = film(swaying, seconds=2)
    later = replace(track, times=track.times + 10.0)
    fresh = [features(moment) for moment in track_moments(track)]
    moments = track_moments([*track, *later])
    np.testing.assert_equal([features(moment) for moment in moments[len(fresh) :]], fresh)


def test_in_a_picture_of_another_shape_the_stream_starts_anew(film, swaying):
    track = film(swaying, seconds=2)
    wide = replace(track, times=track.times + 2.0, aspect=track.aspect * 4 / 3)
    alone = [features(moment) for moment in track_moments(wide)]
    moments = track_moments([*track, *wide])
    np.testing.assert_equal([features(moment) for moment in moments[-len(alone) :]], alone)


def test_a_frame_with_nobody_at_the_start_gives_no_window():
    assert track_moments([Poses(0, 0.0, 1.0)])[0].windows == ()


def test_two_people_have_the_windows_that_each_has_alone(film, together, swaying, falling):
    alone = [track_moments(film(motion)) for motion in (swaying, falling)]
    moments = track_moments(together(film(swaying), film(falling)))
    assert [window.person for window in moments[-1].windows] == [1, 2]
    for moment, *others in zip(moments, *alone, strict=True):
        for window, other in zip(moment.windows, others, strict=bool(moment.windows)):
            np.testing.assert_array_equal(window.features, features(other))


def test_who_comes_later_gets_a_window_once_seen_often_enough_and_keeps_no_other_s_past(
    film, together, swaying, falling
):
    both = list(together(film(swaying), film(falling)))
    late = [
        poses if poses.time >= 2.0 else replace(poses, bodies=poses.bodies[:1]) for poses in both
    ]
    moments = track_moments(late)
    first = next(moment for moment in moments if len(moment.windows) == 2)
    assert first.time == pytest.approx(2.0 + (MIN_TRACKED - 1) / RATE_HZ)
    assert not first.windows[1].joints[:-MIN_TRACKED, :, 2].any()


def test_a_joint_outside_of_the_picture_is_not_seen(film, standing):
    low = standing.copy()
    low[:, 1] += 0.2
    window = track_moments(film(lambda _: low))[-1].windows[0]
    seen = dict(zip(JOINTS, window.joints[-1, :, 2], strict=True))
    assert [joint for joint, share in seen.items() if share == 0.0] == ["left_ankle", "right_ankle"]
    assert seen["nose"] == 0.5


def test_a_body_of_which_nothing_is_seen_counts_as_nobody():
    hidden = np.full((33, 4), 0.5, dtype=np.float32)
    hidden[:, 3] = 0.0
    frames = [Poses(i, i / 30, 1.0, (Body(1, hidden),)) for i in range(60)]
    assert not any(moment.windows for moment in track_moments(frames))


def test_after_a_cut_everybody_starts_anew(film, swaying):
    track = film(swaying, seconds=2)
    later = [replace(poses, time=poses.time + 2.0) for poses in track]
    moments = track_moments([*track, replace(later[0], is_cut=True), *later[1:]])
    fresh = track_moments(track)
    assert [len(moment.windows) for moment in moments[-len(fresh) :]] == [
        len(moment.windows) for moment in fresh
    ]


def test_features_are_finite_whatever_the_landmarks_are(film, standing):
    degenerate = np.zeros_like(standing)
    degenerate[:, 3] = 1.0
    far_out = standing * 1e4
    far_out[0] = 0.5
    for landmarks in (degenerate, far_out):
        windows = track_moments(film(lambda _, shown=landmarks: shown))[-1].windows
        assert windows[0].features.shape == (WINDOW_LENGTH, FEATURE_COUNT)
        assert np.isfinite(windows[0].features).all()
