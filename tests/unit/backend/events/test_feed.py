"""The thread that hands incidents to the alerts, with a clock that the test moves."""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from backend.events.feed import AlertFeed, _Line
from backend.events.journal.record import Record
from backend.events.post import Post
from contract.events import End

Eventually = Callable[..., Any]


class Rig:
    """A feed whose time goes by when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self.told: list[str] = []
        self.broken: set[str] = set()
        self.feed = AlertFeed(self.notify, late_sec=1.0, retry_sec=5.0, monotonic=lambda: self.now)
        self.feed.start()

    def notify(self, record: Record) -> None:
        event = record.event
        if event.event_id in self.broken:
            raise RuntimeError("a bug")
        self.told.append(event.event_id)

    def at(self, now: float) -> None:
        self.now = now
        with self.feed._changed:
            self.feed._changed.notify()


@pytest.fixture
def rig() -> Iterator[Rig]:
    rig = Rig()
    yield rig
    if rig.feed._thread.is_alive():
        rig.feed.stop()


def incident(event_id: str, camera_id: str = "c", label: str = "fall") -> Record:
    return Record.of(End(event_id=event_id, camera_id=camera_id, ts=1.0e9, event=label), 1.0e9)


def post() -> Post:
    return Post([], Future())


def test_what_is_recorded_is_handed_on_at_once_in_its_order(
    rig: Rig, eventually: Eventually
) -> None:
    rig.feed.add([incident("a"), incident("b")])
    rig.feed.add([incident("c")])
    eventually(lambda: len(rig.told) == 3)
    assert rig.told == ["a", "b", "c"]
    assert rig.feed.failure is None


def test_cameras_take_turns_whoever_has_more(rig: Rig, eventually: Eventually) -> None:
    with rig.feed._changed:  # nothing is taken before all of it is there
        rig.feed.add(incident(f"flood {number}", "hall") for number in range(1000))
        rig.feed.add([incident("fall 1", "bedroom"), incident("fall 2", "bedroom")])
    eventually(lambda: len(rig.told) == 1002)
    assert rig.told[:5] == ["flood 0", "fall 1", "flood 1", "fall 2", "flood 2"]
    assert rig.told[5:] == [f"flood {number}" for number in range(3, 1000)]


def test_fall_goes_before_troubles(rig: Rig, eventually: Eventually) -> None:
    with rig.feed._changed:
        rig.feed.add([incident("trouble", "hall", "camera_silent")])
        rig.feed.add([incident("fall", "bedroom"), incident("fall too", "hall")])
    eventually(lambda: len(rig.told) == 3)
    assert rig.told == ["fall", "fall too", "trouble"]


def test_what_is_not_recorded_in_time_is_handed_on_all_the_same(
    rig: Rig, eventually: Eventually
) -> None:
    late, in_time = post(), post()
    rig.feed.add_unless_recorded([incident("late")], late)
    rig.feed.add_unless_recorded([incident("in time")], in_time)
    in_time.recorded = True
    rig.at(0.9)
    rig.feed.add([incident("other")])
    eventually(lambda: rig.told == ["other"])
    rig.at(1.0)
    eventually(lambda: rig.told == ["other", "late"])
    rig.feed.stop()
    assert rig.told == ["other", "late"]


def test_incident_that_the_alerts_fail_on_holds_up_no_other_and_is_tried_again(
    rig: Rig, eventually: Eventually, caplog: pytest.LogCaptureFixture
) -> None:
    rig.broken = {"poison"}
    rig.feed.add([incident("poison"), incident("fall")])
    eventually(lambda: rig.told == ["fall"])
    assert rig.feed.failure == "incidents that could not be handed to the alerts: 1"
    rig.at(5.0)
    eventually(lambda: rig.feed._lines[_Line.PERSON]["c"][0].at == 10.0)
    rig.broken = set()
    rig.at(10.0)
    eventually(lambda: rig.feed.failure is None)
    assert rig.told == ["fall", "poison"]
    assert caplog.text.count("RuntimeError: a bug") == 1


def test_stop_hands_on_all_that_there_is_and_tries_nothing_again(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    rig.broken = {"poison"}
    rig.feed.add_unless_recorded([incident("late")], post())
    rig.feed.add([incident("poison"), incident("a")])
    rig.feed.stop()
    assert rig.told == ["a", "late"]
    assert rig.feed.failure == "the thread that hands incidents to the alerts does not run"


def test_alerts_that_hang_hold_up_nobody_who_adds(eventually: Eventually) -> None:
    gate = threading.Event()
    told: list[str] = []
    feed = AlertFeed(lambda it: (gate.wait(10), told.append(it.event.event_id)))
    feed.start()
    feed.add([incident("a")])
    feed.add([incident("b")])
    assert told == []
    gate.set()
    feed.stop()
    assert told == ["a", "b"]


def test_what_is_sent_again_and_again_while_it_is_refused_is_waited_for_once(rig: Rig) -> None:
    for _ in range(3):
        rig.feed.add_unless_recorded([incident("a"), incident("b")], post())
    rig.feed.stop()
    assert rig.told == ["a", "b"]
