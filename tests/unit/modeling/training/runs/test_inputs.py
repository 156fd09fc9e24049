from dataclasses import replace

import numpy as np
import pytest

from modeling.training.datasets.clips import digest_clips
from modeling.training.datasets.examples import Windows
from modeling.training.datasets.windows import ClipWindows
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.runs.inputs import Inputs

SETTINGS = TrainingSettings(folds=3)


def inputs(examples, settings=SETTINGS, held_out=None):
    code = ["modeling.training.settings"]
    return Inputs.of("some", settings, code, examples, held_out or {"fold-1": ["a"]})


@pytest.fixture
def examples(clips):
    return Windows.concatenate([ClipWindows.of(clip).examples() for clip in clips])


def test_the_same_inputs_have_the_same_key_and_any_change_gives_another(examples):
    digest = examples.digest()
    others = [
        inputs("another"),
        inputs(digest, replace(SETTINGS, seed=1)),
        inputs(digest, held_out={"fold-1": ["b"]}),
        inputs(digest).model_copy(update={"code": "another"}),
        inputs(digest).model_copy(update={"libraries": {"torch": "0.1"}}),
    ]
    assert inputs(digest).key == inputs(examples.digest()).key
    assert len({each.key for each in [inputs(digest), *others]}) == 6
    assert [inputs(digest).differences(other) for other in others] == [
        ["examples"], ["settings"], ["held_out"], ["code"], ["libraries"],
    ]  # fmt: skip


def test_any_value_of_an_example_and_their_order_change_its_digest(examples):
    moved = replace(examples, features=examples.features + np.float32(1e-6))
    elsewhere = replace(examples, groups=np.roll(examples.groups, 1))
    backwards = examples.where(np.arange(len(examples))[::-1])
    digests = {each.digest() for each in (examples, moved, elsewhere, backwards)}
    assert len(digests) == 4


def test_any_change_of_poses_or_labels_changes_the_digest_of_clips(clips):
    clip = clips[0]
    moved = replace(clip, track=replace(clip.track, landmarks=clip.track.landmarks + 0.001))
    renamed = replace(clip, labels=clip.labels.model_copy(update={"room": "kitchen"}))
    others = [[moved, *clips[1:]], [renamed, *clips[1:]], clips[1:]]
    assert len({digest_clips(each) for each in [clips, *others]}) == 4
    assert digest_clips(clips) == digest_clips(list(clips))
