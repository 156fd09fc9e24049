import pytest

from contract.analysis import Analysis
from contract.events import EventType
from modeling.perception.incidents.event_machine import EventMachine, EventMachineSettings

START, END = EventType.START, EventType.END
PLAIN = EventMachineSettings(
    smoothing=1.0,
    start_votes=2,
    vote_window=3,
    end_ratio=0.5,
    min_duration_sec=0.3,
    cooldown_sec=1.0,
    lost_after_sec=0.5,
)


def scored(fall, lying=0.0):
    return Analysis(
        is_anomaly=fall >= 0.6,
        normal_score=1.0 - fall,
        anomaly_score=fall,
        events=["fall", "lying"],
        scores=[fall, lying],
        thresholds=[0.6, 0.5],
    )


def play(scores, machine):
    """Ten scores a second; None where nobody is seen. Gives (type, tenth of a second)."""
    moves = []
    for tenth, score in enumerate(scores):
        analysis = None if score is None else scored(score)
        moves += machine.step(analysis, tenth / 10)
    return [(move.event_type, round(move.time * 10)) for move in moves]


@pytest.mark.parametrize(
    ("name", "scores", "expected"),
    [
        ("quiet", [0.1] * 20, []),
        ("one high window is no fall", [0, 0.9, 0, 0, 0], []),
        ("two votes of three start it", [0, 0.9, 0, 0.9, 0.9], [(START, 3)]),
        ("at the threshold counts", [0.6, 0.6], [(START, 1)]),
        ("just below does not", [0.59] * 10, []),
        ("between end and start threshold it goes on", [0.9, 0.9, *[0.4] * 10], [(START, 1)]),
        (
            "below the end threshold it ends",
            [0.9, 0.9, 0.9, 0.9, 0.9, 0.2],
            [(START, 1), (END, 5)],
        ),
        (
            "it does not end before its minimum length",
            [0.9, 0.9, 0.2, 0.2, 0.2, 0.2],
            [(START, 1), (END, 4)],
        ),
        (
            "a dip within the minimum length does not cut it in two",
            [0.9, 0.9, 0.2, 0.9, 0.9, 0.9, 0.2],
            [(START, 1), (END, 6)],
        ),
        (
            "in the cool-down nothing starts",
            [*[0.9] * 5, 0.1, *[0.9] * 9],
            [(START, 1), (END, 5)],
        ),
        (
            "after the cool-down the next one starts",
            [*[0.9] * 5, *[0.1] * 11, 0.9, 0.9],
            [(START, 1), (END, 5), (START, 17)],
        ),
        (
            "a person who is lost ends it",
            [0.9, 0.9, *[None] * 6],
            [(START, 1), (END, 6)],
        ),
        (
            "a person who is lost for a moment does not",
            [0.9, 0.9, None, None, None, 0.9],
            [(START, 1)],
        ),
    ],
)
def test_scores_become_incidents(name, scores, expected):
    assert play(scores, EventMachine(PLAIN)) == expected


def test_smoothing_delays_a_start_and_outlasts_a_single_spike():
    settings = EventMachineSettings(smoothing=0.5, start_votes=1, vote_window=1)
    assert play([0, 0.9, 0, 0], EventMachine(settings)) == []
    assert play([0, 0.9, 0.9, 0.9], EventMachine(settings)) == [(START, 2)]


def test_the_end_of_the_stream_ends_what_is_open_with_its_length_and_peak():
    machine = EventMachine(PLAIN)
    play([0.7, 0.7, 0.95, 0.8], machine)
    (end,) = machine.finish(2.1)
    assert (end.event_type, end.label, end.time) == (END, "fall", 2.1)
    assert end.duration_sec == pytest.approx(2.0)
    assert end.prob == pytest.approx(0.95)
    assert machine.finish(2.2) == []


def test_labels_are_followed_one_by_one():
    machine = EventMachine(PLAIN)
    for tenth in range(3):
        machine.step(scored(0.9, lying=0.2), tenth / 10)
    assert machine.active == ["fall"]
    for tenth in range(3, 8):
        machine.step(scored(0.0, lying=0.9), tenth / 10)
    assert machine.active == ["lying"]
    assert machine.scores == {"fall": 0.0, "lying": pytest.approx(0.9)}


def test_scores_start_anew_once_the_person_was_lost():
    machine = EventMachine(PLAIN)
    play([0.9, *[None] * 8], machine)
    assert machine.scores["fall"] == 0.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"smoothing": 0.0},
        {"start_votes": 5, "vote_window": 4},
        {"end_ratio": 1.5},
        {"start_threshold": 7.0},
        {"end_threshold": 0.0},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        EventMachineSettings(**wrong)
