from dataclasses import replace

import numpy as np
import pytest

from modeling.perception.windows.windows import track_moments
from modeling.training.detectors.augmentation.time import (
    hold_end,
    lie_down_slowly,
    turn_back,
    warp_time,
)


def test_a_warped_clip_takes_its_labels_along(fall):
    warped = warp_time(fall, 1.5)
    assert warped.labels.falls[0].start == pytest.approx(3.0)
    assert warped.track.times[-1] == pytest.approx(1.5 * fall.track.times[-1])


def test_a_held_end_prolongs_lying_but_not_the_fall(fall):
    held = hold_end(fall, 5.0)
    held.track.check()
    fall_span, lying_span = held.labels.spans
    assert fall_span.end == 4.0
    assert lying_span.end == 10.0
    assert held.track.times[-1] == pytest.approx(fall.track.times[-1] + 5.0)
    last = track_moments(held.track)[-1].windows[0].features
    np.testing.assert_array_equal(last[0], last[-1])


def test_a_clip_with_nobody_in_it_cannot_be_held(clips):
    track = clips[0].track
    nobody = track.with_bodies(np.zeros(len(track.rows), dtype=bool))
    clip = replace(clips[0], track=nobody)
    assert hold_end(clip, 5.0) is clip


def test_who_falls_in_slow_motion_lies_down_and_does_not_fall(fall, rng):
    slow = lie_down_slowly(fall, rng)
    slow.track.check()
    assert slow.labels.falls == []
    (lying,) = slow.labels.spans
    assert lying.label == "lying"
    assert 3.0 <= slow.track.times[-1] / fall.track.times[-1] <= 5.0


def test_a_clip_without_a_fall_is_not_slowed_down(clips, rng):
    daily = clips[2]
    assert lie_down_slowly(daily, rng) is daily


def test_who_falls_in_backward_time_gets_up_and_does_not_fall(fall):
    back = turn_back(fall)
    back.track.check()
    assert back.labels.falls == []
    (lying,) = back.labels.spans
    before = next(span for span in fall.labels.spans if span.label == "lying")
    assert lying.end - lying.start == pytest.approx(before.end - before.start)
    np.testing.assert_array_equal(back.track.landmarks[0], fall.track.landmarks[-1])
