"""Events: numbered, stamped, and valid on the wire."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from agent.event_factory import EventFactory, HeartbeatFigures
from contract.events import FALL, End, Event, EventType, Start
from modeling.perception.incidents.event_machine import Transition
from testkit.clock import Clock

FIGURES = HeartbeatFigures(
    fps=30.0,
    pose_share=0.5,
    frame_age_sec=None,
    inference="remote",
    outbox_length=2,
    outbox_failure=None,
)


@pytest.fixture
def factory() -> EventFactory:
    return EventFactory("거실", epoch=1.8e9)


def beat(factory: EventFactory, time: float = 0.0) -> Event:
    return factory.heartbeat(time, "watching", FIGURES)


def test_ids_and_numbers_are_unique_although_two_threads_make_events(
    factory: EventFactory,
) -> None:
    with ThreadPoolExecutor(2) as threads:
        events = list(threads.map(lambda _: beat(factory), range(1000)))
    assert sorted(e.seq or 0 for e in events) == list(range(1000))
    assert len({e.event_id for e in events}) == 1000
    assert {e.session_id for e in events} == {factory.session_id}


def test_two_runs_of_one_camera_share_no_id() -> None:
    first, second = beat(EventFactory("거실", 0.0)), beat(EventFactory("거실", 0.0))
    assert first.seq == second.seq
    assert first.event_id != second.event_id
    assert first.session_id != second.session_id


def test_ts_is_the_epoch_plus_the_streams_time(factory: EventFactory) -> None:
    event = beat(factory, 12.5)
    assert (event.ts, event.video_ts) == (1.8e9 + 12.5, 12.5)
    factory.epoch = 1.9e9
    assert beat(factory, 12.5).ts == 1.9e9 + 12.5


def test_each_incident_has_an_id_of_its_own_also_where_two_overlap(
    factory: EventFactory,
) -> None:
    moves = [
        (EventType.START, "fall"),
        (EventType.START, "lying"),
        (EventType.END, "fall"),
        (EventType.START, "fall"),
        (EventType.END, "lying"),
        (EventType.END, "fall"),
    ]
    fall, lying, fall_end, again, lying_end, again_end = [
        factory.transition(Transition(kind, label, 1.0, 0.9), 30).incident_id
        for kind, label in moves
    ]
    assert (fall, lying, again) == (fall_end, lying_end, again_end)
    assert len({fall, lying, again}) == 3


def test_two_people_s_incidents_of_one_label_are_not_mixed_up(factory: EventFactory) -> None:
    moves = [
        Transition(kind, "fall", 1.0, 0.9, person=person, state=state)
        for kind, person, state in (
            (EventType.START, 1, "fall"),
            (EventType.START, 2, "fall"),
            (EventType.END, 1, None),
            (EventType.END, 2, "recovered"),
        )
    ]
    one, other, one_end, other_end = [factory.transition(move, 30) for move in moves]
    assert one.incident_id == one_end.incident_id != other.incident_id == other_end.incident_id
    assert [e.person for e in (one, other, one_end, other_end)] == [1, 2, 1, 2]
    assert (one_end.state, other_end.state) == ("normal", "recovered")


def test_heartbeat_carries_the_figures_and_leaves_out_what_it_does_not_know(
    factory: EventFactory,
) -> None:
    sent = beat(factory, 3.0).model_dump(exclude_unset=True)
    figures = ("state", "fps", "pose_share", "outbox_length", "inference")
    assert [sent[name] for name in figures] == ["watching", 30.0, 0.5, 2, "remote"]
    assert "frame_age_sec" not in sent


@pytest.mark.parametrize(("now", "video_ts"), [(1.8e9 + 7.0, 7.0), (1.0e9, 0.0)])
def test_heartbeat_outside_of_the_watch_is_of_now_and_never_before_the_run(
    now: float, video_ts: float
) -> None:
    factory = EventFactory("거실", epoch=1.8e9, wall_clock=Clock(now))
    sent = factory.state_heartbeat("failed", "no camera")
    assert (sent.video_ts, sent.ts) == (video_ts, 1.8e9 + video_ts)
    assert (sent.state, sent.detail, sent.fps) == ("failed", "no camera", 0.0)


def test_self_test_is_a_marked_fall_of_now() -> None:
    factory = EventFactory("hall", epoch=1000.0, wall_clock=lambda: 1500.0)
    start, end = factory.self_test("self-test-7")
    assert isinstance(start, Start)
    assert isinstance(end, End)
    assert (start.ts, start.event, start.test) == (1500.0, FALL, True)
    assert (end.ts, end.event, end.test) == (1500.0, FALL, True)
    assert start.incident_id == end.incident_id == "self-test-7"
    assert start.event_id != end.event_id
