from dataclasses import replace

import numpy as np
import pytest

from modeling.pose import Landmark
from modeling.training import augment as augmentation
from modeling.training.augment import AUGMENTATIONS, MIRRORED, augment, hold_end, warp_time
from modeling.training.dataset import clip_examples
from modeling.windows import track_windows


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def fall(clips):
    return clips[0]


@pytest.mark.parametrize("function", [function for function, _ in AUGMENTATIONS])
def test_an_augmented_track_is_a_track_and_the_original_is_left_alone(function, fall, rng):
    before = fall.track.landmarks.copy()
    track = function(fall.track, rng)
    track.check()
    assert track.landmarks.dtype == np.float32
    np.testing.assert_array_equal(fall.track.landmarks, before)


def test_mirroring_twice_gives_the_track_back(fall, rng):
    twice = augmentation.mirror(augmentation.mirror(fall.track, rng), rng)
    np.testing.assert_allclose(twice.landmarks, fall.track.landmarks, atol=1e-6)


def test_mirroring_swaps_each_left_with_its_right():
    for landmark in Landmark:
        if landmark.name.startswith("LEFT_"):
            assert MIRRORED[landmark] == Landmark[landmark.name.replace("LEFT", "RIGHT")]
    assert sorted(MIRRORED) == list(range(33))
    assert MIRRORED[Landmark.NOSE] == Landmark.NOSE


def test_a_lower_frame_rate_keeps_the_times_of_the_frames_it_keeps(fall, rng):
    track = augmentation.lower_frame_rate(fall.track, rng)
    assert len(track) <= len(fall.track) / 2 + 1
    assert set(track.times) <= set(fall.track.times)


def test_lost_tracking_hides_a_moment(fall, rng):
    lost = np.isnan(augmentation.lose_tracking(fall.track, rng).landmarks[:, 0, 0])
    assert 0 < lost.sum() <= 0.7 * 30 + 1


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
    last = track_windows(held.track)[-1].features
    np.testing.assert_array_equal(last[0], last[-1])


def test_a_clip_with_nobody_in_it_cannot_be_held(clips):
    nobody = replace(clips[0].track, landmarks=np.full_like(clips[0].track.landmarks, np.nan))
    clip = replace(clips[0], track=nobody)
    assert hold_end(clip, 5.0) is clip


def test_augmentation_follows_from_its_generator(fall):
    first, second, other = (augment(fall, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.track.landmarks, second.track.landmarks)
    assert first.labels == second.labels
    assert not np.array_equal(first.track.times, other.track.times)


def test_augmented_clips_still_make_finite_windows(fall):
    rng = np.random.default_rng(3)
    for _ in range(10):
        examples = clip_examples(augment(fall, rng))
        assert len(examples) > 0
        assert np.isfinite(examples.features).all()
