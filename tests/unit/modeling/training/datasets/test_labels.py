import numpy as np
import pytest
from pydantic import ValidationError

from modeling.training.datasets.labels import ClipLabels, FrameSpan, Span

TIMES = np.arange(100) / 25.0


def labels(*spans):
    return ClipLabels(name="a", group="a", room="hall", view="cam0", source="cvat", spans=spans)


def test_frames_become_seconds_of_the_video_s_own_clock():
    slow_start = np.concatenate([np.arange(50) / 10.0, 5.0 + np.arange(50) / 30.0])
    span = FrameSpan("fall", 10, 65).in_seconds(slow_start)
    assert (span.start, span.end) == (pytest.approx(1.0), pytest.approx(5.5))


def test_a_span_may_outlast_its_clip_but_not_begin_before_it():
    span = FrameSpan("fall", -5, 124).in_seconds(TIMES)
    assert span.start == 0.0
    assert span.end == pytest.approx(124 / 25)


def test_targets_are_true_within_spans_and_open_where_uncertain():
    truth, certain = labels(
        Span(label="fall", start=1.0, end=2.0),
        Span(label="fall", start=1.8, end=2.2, certain=False),
        Span(label="lying", start=2.0, end=4.0),
    ).targets(np.array([0.5, 1.0, 1.9, 2.1, 3.0]), ["fall", "lying"])
    assert truth[:, 0].tolist() == [0, 1, 1, 0, 0]
    assert certain[:, 0].tolist() == [True, True, False, False, True]
    assert truth[:, 1].tolist() == [0, 0, 0, 1, 1]
    assert certain[:, 1].all()


def test_uncertain_spans_are_no_falls():
    assert labels(Span(label="fall", start=1.0, end=2.0, certain=False)).falls == []


def test_a_span_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValidationError, match="before it starts"):
        Span(label="fall", start=2.0, end=1.0)
