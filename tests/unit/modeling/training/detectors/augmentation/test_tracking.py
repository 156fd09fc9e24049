import numpy as np

from modeling.training.detectors.augmentation.tracking import (
    LEGS,
    guess_legs,
    lose_fall,
    lose_tracking,
)


def test_lost_tracking_hides_a_moment(fall, rng):
    kept = lose_tracking(fall.track, rng)
    assert len(kept) == len(fall.track)
    assert 0 < len(fall.track.rows) - len(kept.rows) <= 0.7 * 30 + 1


def test_a_lost_fall_is_out_of_sight_before_it_is_over(fall):
    for seed in range(20):
        clip = lose_fall(fall, np.random.default_rng(seed))
        lost = np.setdiff1d(fall.track.body_times, clip.track.body_times)
        assert 2.0 <= lost[0] <= 4.0 - 0.6
        assert lost[-1] - lost[0] >= 0.4
        assert clip.labels == fall.labels


def test_a_clip_without_a_fall_has_none_to_lose(clips, rng):
    assert lose_fall(clips[2], rng) is clips[2]


def test_legs_that_are_guessed_wander_and_the_trunk_stays(fall, rng):
    guessed = guess_legs(fall.track, rng).landmarks - fall.track.landmarks
    assert np.abs(guessed[:, : LEGS.start]).max() == 0.0
    assert np.abs(guessed[:, LEGS, :2]).max() > 0.03
    # From frame to frame a guess moves little.
    assert np.abs(np.diff(guessed[:, LEGS, :2], axis=0)).max() < 0.03
