import json
from dataclasses import replace

import numpy as np
import pytest

from contract.layout import FEATURE_COUNT, WINDOW_LENGTH
from modeling.perception.windows.windows import WindowBuilder, track_moments
from modeling.training.datasets.clips import (
    DatasetError,
    load_dataset,
    save_labels,
    vocabulary_of,
)
from modeling.training.datasets.labels import Span
from modeling.training.datasets.windows import ClipWindows


def clip_examples(clip):
    return ClipWindows.of(clip).examples()


def test_a_dataset_is_read_as_it_was_written(dataset, clips):
    loaded = load_dataset(dataset)
    assert [clip.labels for clip in loaded] == [clip.labels for clip in clips]
    np.testing.assert_array_equal(loaded[0].track.landmarks, clips[0].track.landmarks)
    np.testing.assert_array_equal(loaded[0].track.times, clips[0].track.times)


def test_examples_are_the_windows_that_a_live_stream_gives(clips):
    builder, live = WindowBuilder(), []
    for poses in clips[0].track:
        live += [w.features for moment in builder.push(poses) for w in moment.windows]
    np.testing.assert_array_equal(clip_examples(clips[0]).features, np.stack(live))
    assert len(track_moments(clips[0].track)) == 50


def test_examples_of_a_clip_with_a_second_body_are_those_of_who_is_seen_most(clips, together):
    clip, passer_by = clips[0], clips[2].track
    both = together(passer_by, clip.track)
    brief = both.with_bodies((both.persons == 2) | (both.body_times < 1.0))
    examples = clip_examples(replace(clip, track=brief))
    np.testing.assert_array_equal(examples.features, clip_examples(clip).features)


def test_examples_follow_who_is_labelled_when_the_tracker_gives_another_number(clips):
    clip = clips[0]
    persons = np.where(clip.track.body_times < 2.0, 1, 2)
    examples = clip_examples(replace(clip, track=replace(clip.track, persons=persons)))
    assert len(examples) >= len(clip_examples(clip)) - 1
    assert examples.targets[:, 0].sum() == clip_examples(clip).targets[:, 0].sum()


def test_examples_carry_the_truth_at_the_newest_pose(clips):
    examples = clip_examples(clips[0])
    times = [moment.time for moment in track_moments(clips[0].track) if moment.windows]
    falling = [2.0 <= time <= 4.0 for time in times]
    assert examples.targets[:, 0].tolist() == falling
    assert examples.features.shape[1:] == (WINDOW_LENGTH, FEATURE_COUNT)


def test_every_clip_weighs_the_same(clips):
    for clip in clips:
        assert clip_examples(clip).weights[:, 0].sum() == pytest.approx(1.0, abs=1e-5)


def test_a_missing_dataset_says_how_to_make_one(tmp_path):
    with pytest.raises(DatasetError, match="run build-dataset first"):
        load_dataset(tmp_path / "absent")


def test_a_labels_file_that_is_something_else_is_refused(tmp_path):
    (tmp_path / "labels.json").write_text('{"clips": [{"name": 3}]}')
    with pytest.raises(DatasetError, match="is no labels file"):
        load_dataset(tmp_path)


@pytest.mark.parametrize(
    ("clip", "message"),
    [
        ({"spans": [{"label": "trip", "start": 0.0, "end": 1.0}]}, "unknown label 'trip', expect"),
        ({"source": "somewhere"}, "unknown source 'somewhere', expected one of bandai, cvat"),
    ],
)
def test_a_label_or_a_source_that_nobody_knows_is_refused(dataset, clips, clip, message):
    known = clips[0].labels.model_dump(mode="json")
    (dataset / "labels.json").write_text(json.dumps({"clips": [known | clip]}))
    with pytest.raises(DatasetError, match=message):
        load_dataset(dataset)


def test_a_dataset_may_have_labels_of_its_own(dataset, clips):
    labels = [{"name": "trip", "anomalous": True}, {"name": "sitting", "threshold": 0.4}]
    spans = (Span(label="sitting", start=0.0, end=1.0), Span(label="trip", start=2.0, end=3.0))
    clip = clips[0].labels.model_copy(update={"spans": spans})
    (dataset / "labels.json").write_text(
        json.dumps({"labels": labels, "clips": [clip.model_dump(mode="json")]})
    )
    (loaded,) = load_dataset(dataset)
    assert [label.name for label in vocabulary_of([loaded])] == ["trip", "sitting"]
    targets = clip_examples(loaded).targets
    assert targets.sum(axis=0).tolist() == [11.0, pytest.approx(10.0, abs=4.0)]
    with pytest.raises(DatasetError, match="different labels"):
        vocabulary_of([loaded, clips[1]])


def test_a_clip_whose_track_is_gone_is_named(dataset):
    (dataset / "tracks" / "adl-0.npz").unlink()
    with pytest.raises(DatasetError, match=r"no such pose track: .*adl-0\.npz"):
        load_dataset(dataset)


def test_an_empty_dataset_is_refused(tmp_path):
    save_labels(tmp_path, [])
    with pytest.raises(DatasetError, match="has no clip"):
        load_dataset(tmp_path)
