from dataclasses import replace

import pytest

from modeling.training.comparison.protocols import ALL_PROTOCOLS, ProtocolName, make_protocol
from modeling.training.datasets.examples import SplitError
from modeling.training.detectors.settings import TrainingSettings

SETTINGS = TrainingSettings(folds=2)
DAILY = {f"adl-{number}" for number in range(3)}
FALLS = {f"fall-{number}-cam{camera}" for number in range(3) for camera in range(2)}
UPFALL = {f"upfall-fall-{number}-cam{camera}" for number in range(2) for camera in range(2)}


def protocol(name, clips, *, with_test_only=True):
    return make_protocol(name, clips, SETTINGS, with_test_only=with_test_only)


def sides(splits):
    return {split.name: (set(split.training), set(split.held_out)) for split in splits}


def test_leave_one_group_out_holds_out_each_group_of_urfd(both_sources):
    made = protocol(ProtocolName.LEAVE_ONE_GROUP_OUT, both_sources)
    splits = sides(made.splits)
    assert list(splits) == ["adl-0", "adl-1", "adl-2", "fall-0", "fall-1", "fall-2"]
    training, held_out = splits["fall-0"]
    assert held_out == {"fall-0-cam0", "fall-0-cam1"}
    assert training == (DAILY | FALLS | UPFALL) - held_out
    assert made.title == "leave-one-group-out, trained on upfall and urfd"
    assert made.selection == {}


@pytest.mark.parametrize(
    "name", [ProtocolName.LEAVE_ONE_GROUP_OUT, ProtocolName.LEAVE_ONE_ROOM_OUT]
)
def test_upfall_can_be_left_out_of_the_training(both_sources, name):
    made = protocol(name, both_sources, with_test_only=False)
    assert not any(UPFALL & {*split.training, *split.held_out} for split in made.splits)
    assert made.title == f"{name}, trained on urfd"


def test_leave_one_room_out_holds_out_each_room_of_urfd(both_sources):
    made = protocol(ProtocolName.LEAVE_ONE_ROOM_OUT, both_sources)
    assert sides(made.splits) == {
        "hall": (FALLS | UPFALL, DAILY),
        "office": (DAILY | UPFALL, FALLS),
    }
    for split in made.splits:
        folds = made.selection[split.name]
        assert {name for fold in folds for name in fold.held_out} == set(split.training)
        assert not any(set(split.held_out) & {*fold.training, *fold.held_out} for fold in folds)


def test_across_datasets_the_threshold_is_chosen_within_the_training_part(both_sources):
    made = protocol("urfd-to-upfall", both_sources)
    assert sides(made.splits) == {"upfall": (DAILY | FALLS, UPFALL)}
    folds = made.selection["upfall"]
    assert [{*fold.training, *fold.held_out} for fold in folds] == [DAILY | FALLS] * 2
    assert {name for fold in folds for name in fold.held_out} == DAILY | FALLS
    other_way = protocol("upfall-to-urfd", both_sources)
    assert sides(other_way.splits) == {"urfd": (UPFALL, DAILY | FALLS)}
    assert {name for fold in other_way.selection["urfd"] for name in fold.training} == UPFALL


def of_source(clips, source, room):
    """The clips once more, as if of another source."""
    return [
        replace(
            clip,
            labels=clip.labels.model_copy(
                update={
                    "name": f"{source}-{clip.labels.name}",
                    "group": f"{source}-{clip.labels.group}",
                    "room": room,
                    "source": source,
                }
            ),
        )
        for clip in clips
    ]


@pytest.fixture
def all_sources(clips, both_sources):
    """URFD, UP-Fall, Le2i, and clips that were made."""
    made = of_source(clips, "synthetic", "nowhere")
    return [*both_sources, *of_source(clips, "le2i", "coffee-room"), *made]


def test_a_dataset_is_held_out_from_all_others_and_what_was_made_is_always_learnt(all_sources):
    made = protocol(ProtocolName.LEAVE_ONE_DATASET_OUT, all_sources)
    splits = {split.name: split for split in made.splits}
    assert set(splits) == {"le2i", "urfd"}
    for name, other in (("le2i", "urfd"), ("urfd", "le2i")):
        sources = {clip.labels.name: clip.labels.source for clip in all_sources}
        assert {sources[n] for n in splits[name].held_out} == {name}
        assert {sources[n] for n in splits[name].training} == {other, "synthetic"}
        for fold in made.selection[name]:
            assert {sources[n] for n in fold.held_out} == {other}
            assert {sources[n] for n in fold.training} == {other, "synthetic"}


def test_the_rooms_of_le2i_are_held_out_too(all_sources):
    made = protocol(ProtocolName.LEAVE_ONE_ROOM_OUT, all_sources, with_test_only=False)
    assert [split.name for split in made.splits] == ["coffee-room", "hall", "office"]
    assert all(any("synthetic" in n for n in split.training) for split in made.splits)


@pytest.mark.parametrize("name", ALL_PROTOCOLS)
def test_no_split_of_any_protocol_has_a_group_on_both_sides(all_sources, name):
    groups = {clip.labels.name: clip.labels.group for clip in all_sources}
    for split in protocol(name, all_sources).all_splits:
        assert not {groups[n] for n in split.training} & {groups[n] for n in split.held_out}


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        (ProtocolName.LEAVE_ONE_ROOM_OUT, "room", "hall"),
        ("urfd-to-upfall", "source", "upfall"),
    ],
)
def test_a_protocol_that_would_tear_a_group_apart_is_refused(both_sources, name, field, value):
    first, *rest = both_sources  # fall-0 by its first camera
    torn = replace(first, labels=first.labels.model_copy(update={field: value}))
    with pytest.raises(SplitError, match="group in training and in validation at once: fall-0"):
        protocol(name, [torn, *rest])


@pytest.mark.parametrize("name", ALL_PROTOCOLS)
def test_a_source_that_the_dataset_lacks_is_named(clips, name):
    missing = r"no clips of upfall: run build-dataset --from upfall|at least two sources, has urfd"
    with pytest.raises(SplitError, match=missing):
        protocol(name, clips, with_test_only=name != ProtocolName.LEAVE_ONE_DATASET_OUT)


def test_a_single_room_cannot_be_held_out(both_sources):
    falls = [clip for clip in both_sources if clip.labels.room != "hall"]
    with pytest.raises(SplitError, match="needs clips of at least two rooms, has office"):
        protocol(ProtocolName.LEAVE_ONE_ROOM_OUT, falls)


def test_a_split_s_digest_tells_what_is_learnt_from_what_is_held_out(both_sources):
    with_it, without = (
        protocol(ProtocolName.LEAVE_ONE_GROUP_OUT, both_sources, with_test_only=yes).splits[0]
        for yes in (True, False)
    )
    assert with_it.held_out == without.held_out
    assert with_it.digest != without.digest
    assert with_it.digest == replace(with_it, name="another").digest
