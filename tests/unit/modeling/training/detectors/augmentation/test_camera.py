import numpy as np

from modeling.perception.poses.pose import Landmark
from modeling.training.detectors.augmentation.camera import (
    MIRRORED,
    freeze,
    lower_frame_rate,
    mirror,
)


def test_mirroring_twice_gives_the_track_back(fall, rng):
    twice = mirror(mirror(fall.track, rng), rng)
    np.testing.assert_allclose(twice.landmarks, fall.track.landmarks, atol=1e-6)


def test_mirroring_swaps_each_left_with_its_right():
    for landmark in Landmark:
        if landmark.name.startswith("LEFT_"):
            assert MIRRORED[landmark] == Landmark[landmark.name.replace("LEFT", "RIGHT")]
    assert sorted(MIRRORED) == list(range(33))
    assert MIRRORED[Landmark.NOSE] == Landmark.NOSE


def test_a_lower_frame_rate_keeps_the_times_of_the_frames_it_keeps(fall):
    rates = set()
    for seed in range(20):
        track = lower_frame_rate(fall.track, np.random.default_rng(seed))
        assert set(track.times) <= set(fall.track.times)
        rates.add(round(1.0 / float(np.median(np.diff(track.times))), 1))
    assert (min(rates), max(rates)) == (6.0, 15.0)


def test_a_frozen_picture_stands_still_while_time_goes_on(clips, rng):
    swaying = clips[2].track
    track = freeze(swaying, rng)
    np.testing.assert_array_equal(track.times, swaying.times)
    still = (np.diff(track.landmarks, axis=0) == 0).all(axis=(1, 2))
    moved = (np.diff(swaying.landmarks, axis=0) != 0).any(axis=(1, 2))
    assert 0.1 < np.sum(still & moved) / 30 <= 1.1
