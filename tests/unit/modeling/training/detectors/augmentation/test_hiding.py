import numpy as np
import pytest

from modeling.perception.windows.windows import track_moments
from modeling.training.detectors.augmentation.hiding import blink, crop, leave, put_furniture_before


def seeds(count):
    return [np.random.default_rng(seed) for seed in range(count)]


def unseen_joints(track):
    windows = [window for moment in track_moments(track) for window in moment.windows]
    return np.mean([window.joints[-1, :, 2] == 0.0 for window in windows]) if windows else 0.0


def test_a_cropped_picture_cuts_the_body_now_and_then(fall):
    shares = [unseen_joints(crop(fall.track, rng)) for rng in seeds(10)]
    assert max(shares) > unseen_joints(fall.track) + 0.1


def test_furniture_hides_joints_or_the_whole_body_and_moves_what_is_seen_nowhere(fall):
    hidden = 0
    for rng in seeds(10):
        track = put_furniture_before(fall.track, rng)
        kept = np.isin(fall.track.rows, track.rows)
        before = fall.track.landmarks[kept]
        seen = track.landmarks[..., 3] == before[..., 3]
        np.testing.assert_array_equal(track.landmarks[seen], before[seen])
        hidden += (~seen).sum()
    assert hidden > 0


def test_a_blink_moves_no_joint(fall, rng):
    track = blink(fall.track, rng)
    np.testing.assert_array_equal(track.landmarks[..., :3], fall.track.landmarks[..., :3])
    assert (track.landmarks[..., 3] < fall.track.landmarks[..., 3]).any()


def test_who_leaves_the_picture_has_not_fallen(fall):
    for rng in seeds(10):
        left = leave(fall, rng)
        left.track.check()
        assert left.labels.falls == []
        assert left.track.body_times.max() < fall.labels.falls[0].start


def test_who_leaves_is_gone_from_the_picture_in_the_end(clips):
    gone = [
        left.track.body_times.max() < left.track.times[-1] - 0.5
        for left in (leave(clips[2], rng) for rng in seeds(20))
    ]
    assert sum(gone) >= 5


def test_a_clip_that_begins_with_a_fall_shows_nobody_who_leaves(fall, rng):
    span = fall.labels.spans[0].model_copy(update={"start": 0.5, "end": 2.0})
    labels = fall.labels.model_copy(update={"spans": (span,)})
    at_once = type(fall)(labels, fall.track)
    assert leave(at_once, rng) is at_once


@pytest.mark.parametrize("function", [crop, put_furniture_before, blink])
def test_what_is_hidden_follows_from_the_generator(function, fall):
    first, second = (function(fall.track, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first.landmarks, second.landmarks)
