from dataclasses import replace

import numpy as np
import pytest

from modeling.training.datasets.windows import ClipWindows
from modeling.training.detectors.augmentation import recipe
from modeling.training.detectors.augmentation.recipe import AUGMENTATIONS, augment


@pytest.mark.parametrize("function", [function for function, _ in AUGMENTATIONS])
def test_an_augmented_track_is_a_track_and_the_original_is_left_alone(function, fall, rng):
    before = fall.track.landmarks.copy()
    track = function(fall.track, rng)
    track.check()
    assert track.landmarks.dtype == np.float32
    np.testing.assert_array_equal(fall.track.landmarks, before)


@pytest.mark.parametrize("function", [function for function, _ in AUGMENTATIONS])
def test_an_augmentation_changes_the_track(function, clips, rng):
    swaying = clips[2].track
    track = function(swaying, rng)
    assert len(track) < len(swaying) or not np.array_equal(track.landmarks, swaying.landmarks)


def test_augmentation_follows_from_its_generator(fall):
    first, second, other = (augment(fall, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.track.landmarks, second.track.landmarks)
    assert first.labels == second.labels
    assert not np.array_equal(first.track.times, other.track.times)


def test_augmented_clips_still_make_finite_windows(fall):
    rng = np.random.default_rng(3)
    takes = [ClipWindows.of(augment(fall, rng)).examples() for _ in range(30)]
    assert all(np.isfinite(take.features).all() for take in takes)
    # From some viewpoints the person is not in the picture.
    assert sum(len(take) > 0 for take in takes) >= 25


def test_a_clip_from_the_ceiling_is_not_filmed_from_elsewhere(fall, monkeypatch):
    def refuse(track, rng):
        raise AssertionError("filmed again")

    monkeypatch.setattr(recipe, "view_from_elsewhere", refuse)
    overhead = replace(fall, labels=fall.labels.model_copy(update={"overhead": True}))
    for seed in range(20):
        augment(overhead, np.random.default_rng(seed))
    filmed_again = 0
    for seed in range(20):
        try:
            augment(fall, np.random.default_rng(seed))
        except AssertionError:
            filmed_again += 1
    assert 5 <= filmed_again <= 15
