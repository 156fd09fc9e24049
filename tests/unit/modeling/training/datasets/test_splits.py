import pytest

from modeling.training.datasets.examples import SplitError
from modeling.training.datasets.splits import check_split, group_folds, split


def groups(clips):
    return {clip.labels.group for clip in clips}


def test_every_group_is_held_out_exactly_once(clips):
    folds = group_folds(clips, folds=3, seed=0)
    assert list(folds) == ["fold-1", "fold-2", "fold-3"]
    held_out = [group for fold in folds.values() for group in fold]
    assert sorted(held_out) == sorted(groups(clips))


def test_falls_and_daily_living_are_dealt_evenly(clips):
    for fold in group_folds(clips, folds=3, seed=5).values():
        assert sorted(group[:3] for group in fold) == ["adl", "fal"]


def test_both_views_of_a_fall_stay_together(clips):
    for held_out in group_folds(clips, folds=3, seed=0).values():
        training, validation = split(clips, held_out)
        assert not groups(training) & groups(validation)
        assert len(training) + len(validation) == len(clips)


def test_the_same_seed_gives_the_same_folds(clips):
    assert group_folds(clips, 3, seed=1) == group_folds(clips, 3, seed=1)


def test_rooms_can_be_held_out_instead_of_groups(clips):
    training, validation = split(clips, frozenset({"hall"}), "room")
    assert groups(training) == {"fall-0", "fall-1", "fall-2"}
    assert groups(validation) == {"adl-0", "adl-1", "adl-2"}


def test_a_split_with_a_group_on_both_sides_is_refused(clips):
    with pytest.raises(SplitError, match="group in training and in validation at once: fall-0"):
        check_split(clips[:1], clips[1:2])


@pytest.mark.parametrize(("kept", "torn"), [("room", "office"), ("source", "urfd")])
def test_a_split_with_a_room_or_source_on_both_sides_is_refused(clips, kept, torn):
    with pytest.raises(SplitError, match=f"{kept} in training and in validation at once: {torn}"):
        check_split(clips[:2], clips[3:5], kept)
    check_split(clips[:2], clips[3:5])


def test_a_split_with_an_empty_side_is_refused(clips):
    with pytest.raises(SplitError, match="both sides"):
        split(clips, frozenset({"nowhere"}))


@pytest.mark.parametrize("folds", [1, 7])
def test_more_folds_than_groups_or_fewer_than_two_are_refused(clips, folds):
    with pytest.raises(SplitError, match="6 groups cannot be split"):
        group_folds(clips, folds, seed=0)
