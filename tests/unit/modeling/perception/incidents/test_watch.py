"""Several people, each with incidents of their own."""

import numpy as np
import pytest

from contract.analysis import Analysis
from contract.events import (
    BROKEN_OFF,
    FALL,
    LYING,
    ON_FLOOR,
    OUT_OF_SIGHT,
    RECOVERED,
    STILL_DOWN,
    EventType,
)
from contract.layout import JOINTS, WINDOW_LENGTH
from modeling.perception.incidents.person_watch import FORGOTTEN_AFTER_SEC
from modeling.perception.incidents.watch import Watch, WatchSettings
from modeling.perception.windows.windows import Moment, Window

START, END = EventType.START, EventType.END
HEIGHTS = {
    "nose": 0.2, "shoulder": 0.3, "elbow": 0.4, "wrist": 0.5, "hip": 0.5, "knee": 0.65, "ankle": 0.8
}  # fmt: skip


def scored(fall):
    return Analysis(
        is_anomaly=fall >= 0.6,
        normal_score=1.0 - fall,
        anomaly_score=fall,
        events=[FALL],
        scores=[fall],
        thresholds=[0.6],
    )


LEGS = [place for place, name in enumerate(JOINTS) if name.endswith(("knee", "ankle"))]


def window(person, heights=None, x=0.5, *, has_legs=True, seen=1.0):
    """Somebody who lies at `x`, or who stands there with the joints at `heights` by their part.

    Joints are `seen` so well. Without `has_legs` those are guessed, and not seen.
    """
    joints = np.ones((WINDOW_LENGTH, len(JOINTS), 3), dtype=np.float32)
    places = [(heights or HEIGHTS)[name.split("_")[-1]] for name in JOINTS]
    joints[..., 0] = x if heights else [x - 0.5 + place for place in places]
    joints[..., 1] = places if heights else 0.8
    joints[..., 2] = seen
    joints[..., LEGS, 2] *= has_legs
    return Window(person, joints, 4 / 3)


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


def test_the_fall_of_one_is_reported_of_that_person_and_not_of_who_stands_beside():
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


def test_still_down_is_reported_of_who_fell():
    watch = Watch(WatchSettings(still_down_after=3.0))
    moves = play(watch, (0, 8), lambda time: {1: 0.1, 2: 0.9 if 1 <= time < 2 else 0.1})
    assert told(moves)[2:] == [(START, STILL_DOWN, 2)]
    assert moves[2].state == STILL_DOWN
    assert watch.status(2).states == [STILL_DOWN]
    assert watch.status(1).states == []


def test_who_is_still_down_and_not_seen_for_a_second_is_out_of_sight():
    watch = Watch(WatchSettings(still_down_after=3.0))
    watched(watch, lambda time: {window(1): 0.9 if 1 <= time < 2 else 0.1}, (0, 8))
    watched(watch, lambda _: {held(window(1)): 0.1}, (8, 8.9))
    assert watch.status(1).states == [STILL_DOWN]
    watched(watch, lambda _: {held(window(1)): 0.1}, (8.9, 9.1))
    assert watch.status(1).states == [STILL_DOWN, OUT_OF_SIGHT]


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


def watched(watch, people, seconds):
    """Moments of `seconds`; `people(time)` are the windows then, and what is scored, by window."""
    moves = []
    for tenth in range(*(round(second * 10) for second in seconds)):
        shown = people(tenth / 10)
        moment = Moment(tenth / 10, tenth * 3, 4 / 3, tuple(shown))
        moves += watch.step(moment, [scored(score) for score in shown.values()])
    return moves


def sunk(by):
    """The heights of somebody whose whole body is lower in the picture by so much."""
    return {part: height + by for part, height in HEIGHTS.items()}


def test_who_is_upright_by_the_end_of_a_fall_has_recovered():
    def stumbles(time):
        return {window(1, HEIGHTS): 0.9 if 2 <= time < 2.6 else 0.1}

    start, end = watched(Watch(), stumbles, (0, 6))
    assert (start.event_type, end.event_type, end.state) == (START, END, RECOVERED)


def test_who_lies_by_the_end_of_a_fall_has_not_recovered():
    def falls(time):
        return {window(1, HEIGHTS if time < 2 else None): 0.9 if 2 <= time < 3 else 0.1}

    assert [move.state for move in watched(Watch(), falls, (0, 6))] == [FALL, None]


def test_who_falls_soon_after_a_stumble_has_fallen():
    def stumbles_and_falls(time):
        is_scored = 2 <= time < 2.6 or 6 <= time < 7
        return {window(1, HEIGHTS if time < 6 else None): 0.9 if is_scored else 0.1}

    ends = [it for it in watched(Watch(), stumbles_and_falls, (0, 12)) if it.event_type is END]
    assert [(end.label, end.state) for end in ends] == [(FALL, RECOVERED), (FALL, None)]


def test_who_falls_twice_in_ten_seconds_without_having_got_up_has_one_incident():
    def falls(time):
        is_scored = 2 <= time < 3 or 6 <= time < 7
        return {window(1, HEIGHTS if time < 2 else None): 0.9 if is_scored else 0.1}

    ends = [it for it in watched(Watch(), falls, (0, 12)) if it.event_type is END]
    assert [(end.label, end.state) for end in ends] == [(FALL, None)]


SITTING = {
    "nose": 0.5, "shoulder": 0.58, "elbow": 0.66, "wrist": 0.76, "hip": 0.78, "knee": 0.72,
    "ankle": 0.8,
}  # fmt: skip
SITTING_WITH_LEGS_TOWARDS_THE_CAMERA = {
    "nose": 0.34, "shoulder": 0.44, "elbow": 0.54, "wrist": 0.64, "hip": 0.68, "knee": 0.74,
    "ankle": 0.8,
}  # fmt: skip


@pytest.mark.parametrize("sitting", [SITTING, SITTING_WITH_LEGS_TOWARDS_THE_CAMERA])
def test_who_lands_sitting_a_step_away_has_not_walked(sitting):
    def lands(time):
        share = min(max(time - 2.0, 0.0) / 0.7, 1.0)
        heights = {part: at + share * (sitting[part] - at) for part, at in HEIGHTS.items()}
        return {window(1, heights, 0.3 + 0.5 * share): 0.9 if 2.1 <= time < 3.3 else 0.1}

    assert [move.state for move in watched(Watch(), lands, (0, 6))] == [FALL, None]


def test_who_stumbles_and_walks_on_with_legs_that_are_hidden_has_recovered():
    def walks_on(time):
        by = window(1, HEIGHTS, 0.1 + 0.13 * time, has_legs=False)
        return {by: 0.9 if 2 <= time < 2.6 else 0.1}

    assert [move.state for move in watched(Watch(), walks_on, (0, 6))] == [FALL, RECOVERED]


def test_who_cannot_be_seen_by_the_end_of_a_fall_is_out_of_sight():
    def vanishes(time):
        return {window(1): 0.9} if time < 2 else {}

    assert watched(Watch(), vanishes, (0, 6))[-1].state == OUT_OF_SIGHT


def test_a_stream_that_ends_during_a_fall_has_broken_off():
    watch = Watch()
    watched(watch, lambda _: {window(1): 0.9}, (0, 2))
    (end,) = watch.finish(2.0)
    assert (end.label, end.state) == (FALL, BROKEN_OFF)


def test_a_stream_that_stalls_during_a_fall_has_broken_off():
    watch = Watch()
    watched(watch, lambda _: {window(1): 0.9}, (0, 2))
    moves = [
        move
        for tenth in range(20, 60)
        for move in watch.step(Moment(tenth / 10, 60, 4 / 3, has_picture=False), [])
    ]
    assert [(move.label, move.state) for move in moves[:1]] == [(FALL, BROKEN_OFF)]


def test_who_walks_out_through_the_lower_edge_does_not_fall():
    def leaves(time):
        return {window(1, sunk(max(0.0, time - 2) * 0.4)): 0.9 if time > 2.5 else 0.1}

    assert watched(Watch(), leaves, (0, 4)) == []


def held(shown):
    """The same window, without a joint that is seen in its newest pose."""
    joints = shown.joints.copy()
    joints[-1, :, 2] = 0.0
    return Window(shown.person, joints, shown.aspect)


def test_who_has_walked_out_does_not_fall_while_the_last_pose_is_held():
    def leaves(time):
        out = window(1, HEIGHTS, x=max(1.0, time / 2))
        return {out: 0.1} if time < 2.5 else {held(out): 0.9} if time < 3.5 else {}

    assert watched(Watch(), leaves, (0, 15)) == []


def sinking_behind_a_table(person, time, x=0.5):
    """From 2.2 s on the upper body goes down; legs are never seen, and nobody after 3 s."""
    by = max(0.0, time - 2.2) * 0.35
    heights = {part: min(height + by, 0.8) for part, height in HEIGHTS.items()}
    return {window(person, heights, x, has_legs=False): 0.1} if time < 3 else {}


def test_who_sinks_and_is_not_seen_again_has_fallen_out_of_sight():
    start, end = watched(Watch(), lambda time: sinking_behind_a_table(1, time), (0, 12))
    assert (start.event_type, start.label, end.state) == (START, FALL, OUT_OF_SIGHT)
    assert end.time == pytest.approx(2.9 + 5.0, abs=0.3)
    assert start.time < 3.0


def test_who_sinks_beside_somebody_has_fallen_out_of_sight_all_the_same():
    def beside(time):
        return sinking_behind_a_table(1, time) | {window(2, HEIGHTS, x=0.55): 0.1}

    assert told(watched(Watch(), beside, (0, 12)))[:2] == [(START, FALL, 1), (END, FALL, 1)]


def test_who_sinks_and_is_seen_upright_there_under_another_number_has_not_fallen():
    def ducks(time):
        back = {window(2, HEIGHTS): 0.1} if time >= 5 else {}
        return sinking_behind_a_table(1, time) | back

    assert watched(Watch(), ducks, (0, 12)) == []


def test_who_goes_out_of_a_door_and_leaves_a_slip_of_the_estimator_behind_has_not_fallen():
    small = {part: 0.62 + 0.25 * height for part, height in HEIGHTS.items()}

    def goes_out(time):
        if 3 <= time < 4 or time >= 4.3:
            return {}
        return {window(1, HEIGHTS if time < 3 else small, has_legs=time < 3): 0.1}

    assert watched(Watch(), goes_out, (0, 15)) == []


def test_who_is_lost_while_walking_towards_the_camera_has_not_fallen():
    def comes(time):
        nearer = {part: 0.3 + time * 0.1 + height * 0.4 for part, height in HEIGHTS.items()}
        return {window(1, nearer): 0.1} if time < 3 else {}

    assert watched(Watch(), comes, (0, 12)) == []


def test_who_is_lost_upright_where_the_lower_edge_cuts_the_legs_has_left():
    def leaves(time):
        cut = sunk(max(0.0, time - 2) * 0.25)
        return {window(1, cut, has_legs=False): 0.1} if time < 3 else {}

    assert watched(Watch(), leaves, (0, 12)) == []


def test_who_bent_already_before_they_sank_and_were_lost_has_not_fallen():
    def searches_under_a_table(time):
        lower = max(0.0, time - 2.2) * 0.35
        bent = {
            part: 0.9 - height / 2 + (part == "shoulder") * lower
            for part, height in HEIGHTS.items()
        }
        return {window(1, bent, has_legs=False): 0.1} if time < 3 else {}

    assert watched(Watch(), searches_under_a_table, (0, 12)) == []


def test_who_walks_behind_furniture_has_not_fallen():
    def walks(time):
        return {window(1, HEIGHTS, x=0.2 + time * 0.1): 0.1} if time < 3 else {}

    assert watched(Watch(), walks, (0, 12)) == []


def lies_from(time, found, stands=(0, 2)):
    """The moves of who stands and is seen to lie from `found` on, up to `time`; in seconds."""
    watch, moves = Watch(), []
    up = range(round(stands[0] * 10), round(stands[1] * 10))
    for tenth in range(up.start, round(time * 10)):
        lies = tenth >= round(found * 10)
        shown = (window(1, None if lies else HEIGHTS),) if lies or tenth in up else ()
        analyses = [stated(lying=0.9 * lies) for _ in shown]
        moves += watch.step(Moment(tenth / 10, tenth * 3, 4 / 3, shown), analyses)
    return [move for move in moves if move.label == FALL]


def stated(lying):
    """What a detector that knows who lies, and sees no fall, says."""
    return scored(0.1).model_copy(
        update={"events": [FALL, LYING], "scores": [0.1, lying], "thresholds": [0.6, 0.5]}
    )


def test_who_was_up_when_lost_and_lies_when_found_again_has_fallen():
    start, end = lies_from(8, found=3.5)
    assert (start.event_type, end.event_type, end.state) == (START, END, LYING)
    assert start.time == pytest.approx(3.5)
    assert end.time == pytest.approx(3.7)


def test_who_lies_after_a_slip_of_the_estimator_has_not_fallen():
    assert lies_from(12, found=3.5, stands=(1.7, 2)) == []


@pytest.mark.parametrize("found", [2.2, 7.0])
def test_who_was_seen_to_lie_down_or_had_time_for_it_has_not_fallen_unseen(found):
    assert lies_from(12, found) == []


def on_the_floor_after(seconds, until):
    """Somebody walks to and fro for a while, and lies where he walked."""

    def lies(time):
        if time < seconds:
            return {window(1, HEIGHTS, x=0.5 + 0.3 * np.sin(time)): 0.0}
        return {window(1): 0.0} if time < until else {window(1, HEIGHTS): 0.0}

    return watched(Watch(), lies, (0, until + 5))


def test_who_lies_where_people_walk_is_on_the_floor_after_twenty_seconds():
    start, end = on_the_floor_after(20.0, 50.0)
    assert (start.event_type, start.label, start.state) == (START, ON_FLOOR, ON_FLOOR)
    assert start.time == pytest.approx(40.0, abs=0.3)
    assert (end.event_type, end.label) == (END, ON_FLOOR)
    assert 50.0 < end.time < 51.5


def test_who_gets_up_before_is_not_reported():
    assert on_the_floor_after(20.0, 35.0) == []


def lies_there_again_and_again(times, *, helped):
    """How often it is told of somebody who walks to and fro, and lies for half a minute."""
    helper = {window(2, HEIGHTS, x=1.0): 0.0} if helped else {}

    def rests(time):
        if time % 60 >= 30:
            return {window(1): 0.0} | helper
        return {window(1, HEIGHTS, x=0.5 + 0.3 * np.sin(time)): 0.0} | helper

    moves = watched(Watch(), rests, (0, 60 * times + 5))
    return sum(move.event_type is START for move in moves)


def test_of_who_gets_up_alone_where_they_lay_three_times_nobody_is_told_the_fourth_time():
    assert lies_there_again_and_again(3, helped=False) == 3
    assert lies_there_again_and_again(4, helped=False) == 3


def test_who_may_have_been_helped_up_has_not_rested():
    assert lies_there_again_and_again(4, helped=True) == 4


def told_of_who_is_there(seen, *, moves=0.0):
    """What is told of a body that lies where another one walked before, and has moved so far."""

    def lies(time):
        if time < 20:
            return {window(1, HEIGHTS, x=0.5 + 0.3 * np.sin(time)): 0.0}
        return {window(2, x=0.5 + (moves if time < 22 else 0.0), seen=seen): 0.0}

    return told(watched(Watch(), lies, (0, 60)))


def test_a_chair_that_is_taken_for_a_body_is_nobody_on_the_floor():
    assert told_of_who_is_there(0.6) == []


@pytest.mark.parametrize(("seen", "moves"), [(0.85, 0.0), (0.6, 0.3)])
def test_who_is_seen_well_or_has_moved_is_no_thing(seen, moves):
    assert told_of_who_is_there(seen, moves=moves) == [(START, ON_FLOOR, 2)]


def test_of_a_place_where_nobody_walked_nothing_is_reported():
    watch = Watch()
    assert watched(watch, lambda _: {window(1): 0.0}, (0, 60)) == []


def test_who_is_found_under_another_number_where_they_lay_is_the_same_person():
    def falls(time):
        if time < 2:
            return {window(1): 0.9}
        return {window(1): 0.0} if time < 4 else {window(2): 0.0} if time > 6 else {}

    moves = watched(Watch(), falls, (0, 25))
    assert told(moves) == [(START, FALL, 1), (END, FALL, 1), (START, STILL_DOWN, 1)]


def test_a_helper_who_stands_beside_is_not_the_one_who_fell():
    def falls(time):
        helper = {window(2, HEIGHTS, x=0.9): 0.0} if time > 3 else {}
        return {window(1): 0.9 if time < 2 else 0.0} | helper

    moves = watched(Watch(), falls, (0, 25))
    assert told(moves)[2:] == [(START, STILL_DOWN, 1)]


def test_somebody_in_another_scene_is_not_who_was_lost_at_that_place_before_it():
    watch = Watch()
    moves = watched(watch, lambda time: {window(1): 0.9 if time < 2 else 0.0}, (0, 4))
    other = window(2)
    moves += watch.step(Moment(5.5, 160, 4 / 3, (other,), is_cut=True), [scored(0.0)])
    assert watch.status(2).person == 2
    assert told(moves) == [(START, FALL, 1), (END, FALL, 1)]
