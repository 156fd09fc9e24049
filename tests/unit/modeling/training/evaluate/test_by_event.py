from dataclasses import replace

import numpy as np
import pytest

from modeling.training.datasets.labels import FALL_AND_LYING, ClipLabels, LabelSpec, Span
from modeling.training.evaluate.by_event import event_figures, figures_by_part, outcome
from modeling.training.evaluate.scoring import ScoredClip
from modeling.training.evaluate.study import CANDIDATES, UNCHOSEN, choose_thresholds

THRESHOLDS = {"fall": 0.6, "lying": 0.5}


def scored(name, high, *, fall=None, level=0.9, seconds=10.0, view="cam0", open_start=None):
    """A clip whose fall score is `level` during each (start, end) of `high`, else nought.

    `open_start` is the uncertain span around the start of its fall.
    """
    times = [tenth / 10 for tenth in range(round(seconds * 10))]
    rows = [
        np.array([level * any(a <= t < b for a, b in high), 0.0], dtype=np.float32) for t in times
    ]
    spans = [] if fall is None else [Span(label="fall", start=fall[0], end=fall[1])]
    if open_start is not None:
        spans.append(Span(label="fall", start=open_start[0], end=open_start[1], certain=False))
    labels = ClipLabels(
        name=name, group=name, room="hall", view=view, source="urfd", spans=tuple(spans)
    )
    return ScoredClip(labels, times, rows)


def figures(*clips, thresholds=THRESHOLDS):
    return event_figures([outcome(clip, thresholds) for clip in clips])


def test_an_incident_during_a_fall_finds_it():
    counted = figures(scored("a", [(2.5, 4.5)], fall=(2.0, 4.0)))
    assert (counted.falls_found.count, counted.told_once.count) == (1, 1)
    assert (counted.false_alarms, counted.missed) == (0, [])


def test_delays_run_from_the_labelled_start_of_the_fall():
    counted = figures(scored("a", [(2.5, 4.5)], fall=(2.0, 4.0), open_start=(1.5, 2.5)))
    assert counted.start_delay_sec.value == pytest.approx(0.8, abs=0.11)
    assert counted.end_delay_sec.value == pytest.approx(2.6, abs=0.21)


def test_an_incident_that_lasts_as_long_as_the_clip_has_no_end_to_measure():
    counted = figures(scored("a", [(2.5, 10.0)], fall=(2.0, 4.0)))
    assert (counted.ended.count, counted.ended.total) == (0, 1)
    assert counted.start_delay_sec is not None
    assert counted.end_delay_sec is None


def test_an_alarm_before_a_fall_is_early_and_false_and_the_fall_is_missed():
    counted = figures(scored("a", [(0.0, 1.0)], fall=(6.0, 8.0)))
    assert (counted.falls_found.count, counted.falls_found.total) == (0, 1)
    assert counted.missed == ["a"]
    assert (counted.early_alarms.count, counted.early_alarms.total) == (1, 1)
    assert counted.false_alarms == 1
    assert counted.start_delay_sec is None


def test_an_alarm_after_a_fall_is_false_but_not_early():
    counted = figures(scored("a", [(15.0, 17.0)], fall=(2.0, 4.0), seconds=20))
    assert (counted.false_alarms, counted.early_alarms.count) == (1, 0)


@pytest.mark.parametrize(("open_start", "found"), [(None, 0), ((2.3, 3.5), 0), ((2.0, 3.0), 1)])
def test_a_fall_may_have_begun_as_early_as_its_uncertain_start(open_start, found):
    clip = scored("a", [(1.5, 3.0)], fall=(3.0, 5.0), open_start=open_start)  # alarms at 1.8 s
    assert figures(clip).falls_found.count == found


def test_an_alarm_shortly_before_the_earliest_start_tells_of_the_fall():
    assert figures(scored("a", [(1.5, 3.0)], fall=(2.1, 4.0))).falls_found.count == 1
    assert figures(scored("a", [(1.5, 3.0)], fall=(2.4, 4.0))).falls_found.count == 0


def test_a_fall_told_twice_is_found_but_not_told_once():
    clip = scored("a", [(2.0, 3.0), (15.0, 16.0)], fall=(2.0, 15.0), seconds=20)
    counted = figures(clip)
    assert (counted.falls_found.count, counted.told_once.count) == (1, 0)


def test_an_alarm_without_a_fall_counts_its_clip_once():
    counted = figures(scored("quiet", []), scored("noisy", [(1.0, 2.0), (14.0, 15.0)], seconds=20))
    assert (counted.alarmed_clips.count, counted.alarmed_clips.total) == (1, 2)
    assert counted.false_alarms == 2
    assert counted.falls_found.total == 0


def test_false_alarms_are_counted_by_the_hour():
    noisy = scored("noisy", [(1.0, 2.0)], seconds=360.1)
    assert figures(noisy).false_alarms_an_hour.value == pytest.approx(10.0)


def test_views_are_counted_apart_and_together():
    clips = [
        scored("a", [(2.5, 4.5)], fall=(2.0, 4.0)),
        scored("b", [], fall=(2.0, 4.0), view="cam1"),
    ]
    by_view = figures_by_part([outcome(clip, THRESHOLDS) for clip in clips])
    found = {name: part.falls_found.count for name, part in by_view.items()}
    assert found == {"urfd cam0": 1, "urfd cam1": 0, "all": 1}


def test_the_threshold_keeps_the_false_alarm_budget():
    clips = [
        scored("fall", [(2.0, 5.0)], fall=(2.0, 4.0), level=0.8),
        scored("sitting", [(2.0, 5.0)], level=0.62),
    ]
    chosen = choose_thresholds(clips, FALL_AND_LYING, false_alarm_budget=0.0)
    assert 0.6 < chosen["fall"] <= 0.65  # the lowest that does
    assert chosen["lying"] == 0.5  # its own
    counted = figures(*clips, thresholds=chosen)
    assert (counted.falls_found.count, counted.alarmed_clips.count) == (1, 0)


def test_without_daily_living_no_threshold_is_chosen():
    clips = [scored("fall", [(2.0, 5.0)], fall=(2.0, 4.0))]
    assert choose_thresholds(clips, FALL_AND_LYING, 0.05)["fall"] == UNCHOSEN


def test_a_budget_that_no_candidate_keeps_takes_the_highest():
    clips = [scored("sitting", [(2.0, 5.0)], level=1.0)]
    assert choose_thresholds(clips, FALL_AND_LYING, 0.0)["fall"] == CANDIDATES[-1]


def test_within_its_budget_the_threshold_finds_every_fall():
    clips = [
        scored("hard", [(2.0, 5.0)], fall=(2.0, 4.0), level=0.5),
        scored("sitting", [(2.0, 5.0)], level=0.6),
    ]
    counted = figures(*clips, thresholds=choose_thresholds(clips, FALL_AND_LYING, 1.0))
    assert counted.falls_found.count == 1


def test_any_number_of_labels_has_thresholds_and_those_without_one_share_what_is_chosen():
    labels = [
        LabelSpec(name="fall", anomalous=True),
        LabelSpec(name="trip", anomalous=True),
        LabelSpec(name="sitting", threshold=0.3),
    ]
    calm = scored("calm", [])
    calm = replace(calm, scores=[np.zeros(3, dtype=np.float32) for _ in calm.times])
    chosen = choose_thresholds([calm], labels, 0.0)
    assert chosen == {"fall": CANDIDATES[0], "trip": CANDIDATES[0], "sitting": 0.3}
