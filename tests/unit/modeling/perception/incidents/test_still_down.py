"""Who got up after a fall, and who did not: small postures, and the recording of a real fall."""

from dataclasses import replace

import numpy as np
import pytest

from contract.events import FALL, STILL_DOWN, EventType
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT
from modeling.perception.detector.detector import Detector
from modeling.perception.incidents.event_machine import Transition
from modeling.perception.incidents.recent import Recent
from modeling.perception.incidents.replay import analyze_moments
from modeling.perception.incidents.still_down import StillDownWatch
from modeling.perception.incidents.watch import Watch
from modeling.perception.poses.pose import PoseTrack
from modeling.perception.windows.posture import Posture
from modeling.perception.windows.windows import track_moments
from modeling.training.datasets.clips import LabelledClip
from modeling.training.datasets.labels import ClipLabels
from modeling.training.detectors.augmentation.time import hold_end

START, END = EventType.START, EventType.END

STANDING = {
    "tracked": 1.0,
    "torso_upright": 1.0,
    "body_extent_x": 0.5,
    "body_extent_y": 1.4,
    "left_ankle_y": 0.7,
    "right_ankle_y": 0.7,
    "left_ankle_seen": 1.0,
    "right_ankle_seen": 1.0,
    "body_length": 0.4,
}
LYING = STANDING | {
    "torso_upright": 0.0,
    "body_extent_x": 1.4,
    "body_extent_y": 0.4,
    "left_ankle_y": 0.05,
    "right_ankle_y": 0.05,
}
SITTING_ON_THE_FLOOR = STANDING | {
    "body_extent_y": 1.0,
    "left_ankle_y": 0.15,
    "right_ankle_y": 0.15,
}
# As slim as who stands, for the torso gives the unit; only the picture shows how short it is.
LYING_ALONG_THE_LINE_OF_SIGHT = STANDING | {"body_length": 0.2}
STOOPING = STANDING | {"torso_upright": 0.6, "body_extent_x": 1.0}
HELD = STANDING | {"tracked": 0.0}
NOBODY = None

AFTER = 3.0


def posture_at(time, shown):
    """What is shown, as the watch reads it; None of nobody, or of a pose that is held."""
    if shown is None or not shown["tracked"]:
        return None
    hips = shown.get("hip_x", 0.0), 0.5
    return Posture(
        time=time,
        aspect=4 / 3,
        hips=hips,
        shoulders=(hips[0], 0.3),
        feet=None,
        top=0.2,
        bottom=0.8,
        torso=shown["torso_upright"],
        slimness=shown["body_extent_y"] / shown["body_extent_x"],
        legs=(shown["left_ankle_y"] + shown["right_ankle_y"]) / 2,
        height=shown["body_extent_y"] * shown["body_length"],
        body_length=shown["body_length"],
        outside=0.0,
        seen=1.0,
    )


def for_seconds(seconds, posture):
    return [posture] * round(seconds * 10)


def moving(seconds, speed, posture):
    """Hips that go to the right by `speed` body lengths a second."""
    step = speed * posture["body_length"] / 10
    return [posture | {"hip_x": i * step} for i in range(round(seconds * 10))]


def fall_moves(second):
    """A fall that starts half a second before its END at `second`."""
    return {
        round(second * 10) - 5: [Transition(START, FALL, second - 0.5, 0.7)],
        round(second * 10): [Transition(END, FALL, second, 0.9, 0.5)],
    }


def play(postures, moves, kept=1):
    """Ten postures a second; `moves` are the event machine's, by the tenth of a second.

    Of the postures without a move every `kept`th is shown.
    """
    watch, recent, told = StillDownWatch(AFTER), Recent(0.0), []
    for tenth, posture in enumerate(postures):
        if tenth % kept == 0 or tenth in moves:
            recent.add(posture_at(tenth / 10, posture), tenth / 10)
            told += watch.step(recent, moves.get(tenth, []))
    return told


def after_a_fall(*after):
    """What is told when a person who stood falls, for a second, and then does as `after` says."""
    postures = for_seconds(2.0, STANDING) + for_seconds(1.0, LYING) + [p for a in after for p in a]
    return [(m.event_type, round(m.time, 1)) for m in play(postures, fall_moves(3.0))]


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("lies", [for_seconds(5.0, LYING)]),
        ("is lost from sight", [for_seconds(5.0, NOBODY)]),
        ("stands as far as is held, not seen", [for_seconds(5.0, HELD)]),
        ("sits up", [for_seconds(5.0, SITTING_ON_THE_FLOOR)]),
        ("lies along the line of sight", [for_seconds(5.0, LYING_ALONG_THE_LINE_OF_SIGHT)]),
        ("is seen upright for a moment", [for_seconds(0.5, STANDING), for_seconds(5.0, LYING)]),
        ("crawls", [moving(5.0, 1.0, LYING)]),
        ("stoops where they are", [for_seconds(5.0, STOOPING)]),
        ("writhes", [[LYING | {"hip_x": 0.2 * np.sin(i)} for i in range(50)]]),
        ("rocks to and fro", [[STOOPING | {"hip_x": 0.25 * np.sin(i / 2)} for i in range(50)]]),
        (
            "jumps, with the tracker",
            [for_seconds(1.0, STOOPING), for_seconds(4.0, STOOPING | {"hip_x": 1.0})],
        ),
    ],
)
def test_person_who_is_not_seen_to_recover_is_still_down(name, after):
    assert after_a_fall(*after) == [(START, 6.0)]


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("stands up", [for_seconds(1.0, LYING), for_seconds(5.0, STANDING)]),
        ("stands up, seen with gaps", [([STANDING] * 9 + [NOBODY]) * 5]),
        ("walks off stooping", [for_seconds(0.5, LYING), moving(5.0, 0.8, STOOPING)]),
        ("comes back from out of sight", [for_seconds(1.5, NOBODY), for_seconds(4.0, STANDING)]),
        ("lies down again", [for_seconds(1.5, STANDING), for_seconds(5.0, LYING)]),
    ],
)
def test_person_who_recovers_in_time_is_not_reported(name, after):
    assert after_a_fall(*after) == []


def test_standing_before_the_falls_end_is_no_recovery():
    told = play(for_seconds(3.0, STANDING) + for_seconds(5.0, LYING), fall_moves(3.0))
    assert [(m.event_type, m.time) for m in told] == [(START, 6.0)]


def test_recovery_ends_the_incident_and_both_count_from_the_falls_end():
    postures = for_seconds(2.0, STANDING) + for_seconds(6.0, LYING) + for_seconds(3.0, STANDING)
    start, end = play(postures, fall_moves(3.0))
    assert (start.event_type, start.label, start.prob) == (START, STILL_DOWN, 0.9)
    assert start.duration_sec == pytest.approx(AFTER)
    assert (end.event_type, end.label) == (END, STILL_DOWN)
    assert end.time == pytest.approx(8.8, abs=0.2)  # a second of standing
    assert end.duration_sec == pytest.approx(end.time - 3.0)


def test_without_a_fall_nobody_is_waited_for():
    lying_down = {10: [Transition(START, "lying", 1.0, 0.9)], 20: [Transition(END, "lying", 2, 1)]}
    assert play(for_seconds(30.0, LYING), lying_down) == []


def test_second_fall_does_not_prolong_the_wait():
    told = play(for_seconds(20.0, LYING), fall_moves(3.0) | fall_moves(5.0))
    assert [(m.event_type, m.time) for m in told] == [(START, 6.0)]


def test_fall_after_a_recovery_that_nobody_saw_is_reported_again():
    told = play(for_seconds(20.0, LYING), fall_moves(3.0) | fall_moves(12.0))
    assert [(m.event_type, m.time) for m in told] == [(START, 6.0), (START, 15.0)]


@pytest.mark.parametrize("kept", [2, 3])
def test_standing_is_recovery_also_where_a_late_analysis_drops_windows(kept):
    postures = for_seconds(2.0, STANDING) + for_seconds(2.0, LYING) + for_seconds(5.0, STANDING)
    assert play(postures, fall_moves(3.0), kept) == []


def test_fall_after_a_recovery_is_waited_for_anew():
    once = for_seconds(2.0, STANDING) + for_seconds(6.0, LYING)
    told = play([*once, *once, *for_seconds(2.0, STANDING)], fall_moves(3.0) | fall_moves(11.0))
    assert [m.event_type for m in told] == [START, END, START, END]
    assert told[2].time == pytest.approx(14.0)


@pytest.fixture(scope="module")
def detector():
    return Detector.load(DEFAULT_CHECKPOINT)


@pytest.fixture(scope="module")
def fall(repository):
    """The recording that ships with the project."""
    return PoseTrack.load(repository / "demo" / "recordings" / "fall.npz")


def lengthened(track, seconds):
    labels = ClipLabels(name="c", group="c", room="hall", view="cam0", source="test", spans=())
    return hold_end(LabelledClip(labels, track), seconds).track


def joined(*streams):
    """One after the other, without a gap."""
    frames = [poses for stream in streams for poses in stream]
    times = np.cumsum(
        [0.0]
        + [
            step
            for stream in streams
            for step in np.diff(
                [poses.time for poses in stream], append=list(stream)[-1].time + 1 / 30
            )
        ]
    )
    return PoseTrack.from_poses(
        [
            replace(poses, frame_idx=index, time=float(time))
            for index, (poses, time) in enumerate(zip(frames, times[:-1], strict=True))
        ]
    )


def backwards(track):
    """The bodies in the opposite order."""
    return PoseTrack.from_poses(
        [
            replace(poses, bodies=other.bodies)
            for poses, other in zip(track, list(track)[::-1], strict=True)
        ]
    )


def watched(detector, track):
    """What the watch makes of a track, as (type, label, time)."""
    moments, watch, told = track_moments(track), Watch(), []
    for moment, analyses in zip(moments, analyze_moments(detector, moments), strict=True):
        told += watch.step(moment, analyses)
    return [(m.event_type, m.label, m.time) for m in told if m.label in (FALL, STILL_DOWN)]


def test_fall_whose_end_is_held_is_still_down_fifteen_seconds_after_its_end(detector, fall):
    (_, _, _), (_, _, ended), (kind, label, told) = watched(detector, lengthened(fall, 20.0))
    assert (kind, label) == (START, STILL_DOWN)
    assert told - ended == pytest.approx(15.0, abs=0.15)


def test_recording_of_a_fall_alone_tells_of_the_fall_alone(detector, fall):
    assert [move[:2] for move in watched(detector, fall)] == [(START, FALL), (END, FALL)]


def test_fall_after_which_nobody_is_seen_is_still_down(detector, fall):
    gone = [replace(poses, bodies=()) for poses in fall]
    told = watched(detector, joined(fall, *[gone] * 4))
    assert [move[:2] for move in told] == [(START, FALL), (END, FALL), (START, STILL_DOWN)]


def test_person_who_gets_up_after_five_seconds_is_not_still_down(detector, fall):
    rising = joined(lengthened(fall, 5.0), lengthened(backwards(fall), 20.0))
    assert STILL_DOWN not in [label for _, label, _ in watched(detector, rising)]


def test_person_who_gets_up_after_twenty_seconds_ends_it(detector, fall):
    rising = joined(lengthened(fall, 20.0), lengthened(backwards(fall), 3.0))
    moves = [m for m in watched(detector, rising) if m[1] == STILL_DOWN]
    assert [kind for kind, _, _ in moves] == [START, END]
    up = fall.times[-1] + 20.0
    assert up < moves[1][2] < up + fall.times[-1] + 3.0


def test_fall_seen_at_a_low_frame_rate_or_through_noise_is_still_down_all_the_same(detector, fall):
    rng = np.random.default_rng(1)
    track = lengthened(fall, 20.0)
    track.landmarks[..., :2] += rng.normal(0.0, 0.004, track.landmarks[..., :2].shape)
    slow = PoseTrack.from_poses(list(track)[::4])
    for seen in (track, slow):
        assert (START, STILL_DOWN) in [move[:2] for move in watched(detector, seen)]
