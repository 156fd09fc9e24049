from dataclasses import replace

import pytest

from modeling.training.datasets.labels import Span
from modeling.training.report.findings import Kind, findings
from modeling.training.report.timeline import Band, draw_timeline
from testkit.judged_clips import judged_clip


def test_scores_are_drawn_where_somebody_is_seen():
    timeline = draw_timeline(judged_clip("a", high=(2.0, 4.0), unseen=(1.0, 3.0), seconds=5.1))
    fall = timeline.curves[0]
    assert (fall.label, fall.threshold) == ("fall", 0.6)
    before, after = fall.polylines
    assert before.split()[0] == "0,100.0"
    assert before.split()[-1] == "18,100.0"
    assert after.split()[0] == "60,10.0"
    assert timeline.unseen == [Band(20.0, 40.0)]


def test_a_span_that_outlasts_the_clip_is_cut_off():
    judged = judged_clip("a", fall=(4.0, 20.0), seconds=5.1)
    assert draw_timeline(judged).truth == {"fall": [Band(80.0, 20.0)], "lying": []}


def test_uncertain_spans_are_marked():
    judged = judged_clip("a", seconds=5.1)
    span = Span(label="lying", start=1.0, end=2.0, certain=False)
    labels = judged.outcome.labels.model_copy(update={"spans": (span,)})
    marked = replace(judged, outcome=replace(judged.outcome, labels=labels))
    assert draw_timeline(marked).truth["lying"] == [Band(20.0, 20.0, certain=False)]


def test_incidents_are_drawn_as_they_were_reported():
    judged = judged_clip("a", high=(2.0, 3.0), seconds=5.1)
    (incident,) = judged.outcome.incidents
    (alarm,) = draw_timeline(judged).alarms
    assert alarm.left == pytest.approx(incident.start / 5.0 * 100)
    assert alarm.width == pytest.approx((incident.end - incident.start) / 5.0 * 100, abs=0.02)


def test_a_clip_of_one_window_has_a_timeline():
    timeline = draw_timeline(judged_clip("a", seconds=0.1))
    assert timeline.curves[0].polylines == ["0,100.0 0,100.0"]


def test_a_missed_fall_during_which_nobody_is_seen_has_no_peak():
    (finding,) = findings(judged_clip("a", fall=(2.0, 3.0), unseen=(1.0, 5.0)))
    assert (finding.kind, finding.peak) == (Kind.MISSED, None)


def test_a_clip_may_have_several_misses_in_the_order_of_time():
    found = findings(judged_clip("a", high=(0.0, 0.5), fall=(4.0, 5.0)))
    assert [finding.kind for finding in found] == [Kind.EARLY_ALARM, Kind.MISSED]
