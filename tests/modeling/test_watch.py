"""Several people, each with incidents of their own."""

import numpy as np
import pytest

from contract.analysis import Analysis
from contract.events import FALL, STILL_DOWN, EventType
from contract.layout import FEATURE_COUNT, FEATURE_NAMES, JOINTS, WINDOW_LENGTH
from modeling.watch import FORGOTTEN_AFTER_SEC, Watch
from modeling.windows import Moment, Window

START, END = EventType.START, EventType.END
TRACKED = FEATURE_NAMES.index("tracked")


def scored(fall):
    return Analysis(
        is_anomaly=fall >= 0.6,
        normal_score=1.0 - fall,
        anomaly_score=fall,
        events=[FALL],
        scores=[fall],
        thresholds=[0.6],
    )


def window(person):
    features = np.zeros((WINDOW_LENGTH, FEATURE_COUNT), dtype=np.float32)
    features[:, TRACKED] = 1.0
    return Window(person, np.zeros((WINDOW_LENGTH, len(JOINTS), 3), dtype=np.float32), features)


def play(watch, seconds, scores_at):
    """Ten moments a second; `scores_at(time)` are the fall scores of those seen, by person."""
    moves = []
    for tenth in range(*(round(second * 10) for second in seconds)):
        scores = scores_at(tenth / 10)
        windows = tuple(window(person) for person in scores)
        moment = Moment(tenth / 10, tenth * 3, 4 / 3, windows)
        moves += watch.step(moment, [scored(score) for score in scores.values()])
    return moves


def told(moves):
    return [(move.event_type, move.label, move.person) for move in moves]


def test_the_fall_of_one_is_told_of_that_person_and_not_of_who_stands_beside():
    moves = play(Watch(), (0, 5), lambda time: {1: 0.1, 2: 0.9 if 1 <= time < 2 else 0.1})
    assert told(moves) == [(START, FALL, 2), (END, FALL, 2)]


def test_two_who_fall_together_have_an_incident_each():
    moves = play(Watch(), (0, 5), lambda time: dict.fromkeys((1, 2), 0.9 if time < 2 else 0.1))
    assert told(moves) == [(START, FALL, 1), (START, FALL, 2), (END, FALL, 1), (END, FALL, 2)]


def test_the_votes_of_two_people_never_add_up_to_a_fall():
    moves = play(Watch(), (0, 5), lambda time: {1 + round(time * 10) % 2: 1.0})
    assert {move.person for move in moves} == {1, 2}
    first = play(Watch(), (0, 0.4), lambda time: {1 + round(time * 10) % 2: 1.0})
    assert first == []


def test_who_is_lost_during_a_fall_has_it_ended_while_another_one_is_watched_on():
    moves = play(Watch(), (0, 8), lambda time: {1: 0.1} | ({2: 0.9} if time < 2 else {}))
    assert told(moves) == [(START, FALL, 2), (END, FALL, 2)]
    assert moves[1].time == pytest.approx(3.4, abs=0.11)


def test_still_down_is_told_of_who_fell():
    watch = Watch(still_down_after_sec=3.0)
    moves = play(watch, (0, 8), lambda time: {1: 0.1, 2: 0.9 if 1 <= time < 2 else 0.1})
    assert told(moves)[2:] == [(START, STILL_DOWN, 2)]
    assert moves[2].state == STILL_DOWN
    assert watch.status(2).states == [STILL_DOWN]
    assert watch.status(1).states == []


def test_a_move_says_what_else_is_open_of_the_person():
    moves = play(Watch(), (0, 5), lambda time: {1: 0.9 if 1 <= time < 2 else 0.1})
    assert [move.state for move in moves] == [FALL, None]


def test_the_end_of_the_stream_ends_what_is_open_of_everybody():
    watch = Watch()
    play(watch, (0, 2), lambda _: dict.fromkeys((1, 2), 0.9))
    assert told(watch.finish(2.0)) == [(END, FALL, 1), (END, FALL, 2)]


def test_a_window_that_nobody_answered_is_as_good_as_nobody():
    watch = Watch()
    play(watch, (0, 2), lambda _: {1: 0.9})
    moves = [
        m for i in range(20, 40) for m in watch.step(Moment(i / 10, i, 1.0, (window(1),)), [None])
    ]
    assert told(moves) == [(END, FALL, 1)]


def test_who_was_seen_last_long_ago_is_forgotten_and_their_number_begins_anew():
    watch = Watch()
    play(watch, (0, 2), lambda _: {7: 0.5})
    play(watch, (2, 3), lambda _: {})
    assert watch.status(7).person == 7
    later = 2.0 + FORGOTTEN_AFTER_SEC
    play(watch, (later, later + 0.2), lambda _: {})
    with pytest.raises(KeyError):
        watch.status(7)
