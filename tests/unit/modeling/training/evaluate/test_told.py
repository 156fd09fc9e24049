from dataclasses import replace

import numpy as np
import pytest

from contract.events import FALL, EventType
from modeling.perception.incidents.event_machine import Transition
from modeling.training.datasets.clips import LabelledClip
from modeling.training.datasets.labels import Ends
from modeling.training.datasets.windows import ClipWindows
from modeling.training.evaluate.by_event import event_figures, figures_by_part, watched
from modeling.training.evaluate.scoring import score_clip
from modeling.training.evaluate.told import Told, is_told

HALF = {"fall": 0.5, "lying": 0.5}


def move(kind, label, state=None):
    return Transition(kind, label, 3.0, 0.9, 1.0, person=2, state=state)


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (move(EventType.END, FALL), True),
        (move(EventType.END, FALL, "lying+broken_off"), True),
        (move(EventType.END, FALL, "out_of_sight"), True),
        (move(EventType.END, FALL, "recovered"), False),
        (move(EventType.START, FALL), False),
        (move(EventType.START, "on_floor"), True),
        (move(EventType.END, "on_floor"), False),
        (move(EventType.START, "still_down"), True),
        (move(EventType.START, "lying"), False),
    ],
)
def test_a_fall_is_told_at_its_end_and_who_is_down_at_once(event, told):
    assert is_told(event) is told


def always(features):
    return np.full((len(features), 2), 0.9, dtype=np.float32)


def never(features):
    return np.zeros((len(features), 2), dtype=np.float32)


def scored(score, clip):
    return score_clip(score, ClipWindows.of(clip))


def test_everybody_in_a_clip_is_watched(clips):
    fall = clips[0]
    seen = watched(scored(always, fall), HALF)
    assert {told.person for told in seen.told} == {1}
    assert watched(scored(never, fall), HALF).told == []


def test_what_is_told_of_a_clip_without_a_fall_is_false(clips):
    adl = next(clip for clip in clips if not clip.labels.falls)
    figures = event_figures([watched(scored(always, adl), HALF)])
    assert (figures.told_clips.count, figures.told_clips.total) == (1, 1)
    assert figures.told_falsely >= 1


def test_falls_are_counted_by_how_they_end(clips):
    def ending(clip, ends):
        return LabelledClip(clip.labels.model_copy(update={"ends": ends}), clip.track)

    falls = [clip for clip in clips if clip.labels.falls][:3]
    ended = [Ends.FLAT, Ends.SITTING, Ends.SITTING]
    at_ends = [scored(always, ending(c, e)) for c, e in zip(falls, ended, strict=True)]
    parts = figures_by_part([watched(clip, HALF) for clip in at_ends])
    assert parts["ends: sitting"].falls_told.total == 2
    assert parts["ends: flat"].falls_told.total == 1
    assert parts["all"].falls_told.total == 3


def test_somebody_on_the_floor_is_no_false_news_where_they_are_labelled_as_lying(clips):
    fall = next(span for span in clips[0].labels.spans if span.label == "fall")
    labels = clips[0].labels.model_copy(
        update={"spans": tuple(span for span in clips[0].labels.spans if span != fall)}
    )
    silent = watched(scored(never, LabelledClip(labels, clips[0].track)), HALF)
    lying, standing = Told("on_floor", 4.0, 4.0), Told("on_floor", 0.5, 0.5)
    assert replace(silent, told=[lying, standing]).told_falsely == [standing]
