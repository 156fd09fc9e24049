"""From threads to the event loop, in order and without waiting."""

import asyncio
import threading
from contextlib import suppress

import numpy as np
import pytest

from backend.bus import Bus
from backend.events.journal.record import Record
from backend.events.messages import EventsRecorded
from backend.live import relay as module
from backend.live.relay import News, Relay
from backend.part import always
from backend.poses.frame import PoseFrame, PosesSeen
from contract.events import Probs

EVENTS = 300


async def show(_frame: PoseFrame) -> None: ...


def publish(bus: Bus, camera_id: str) -> None:
    for number in range(EVENTS):
        event = Probs(event_id=f"e{number}", camera_id=camera_id, ts=1.0, seq=number)
        bus.publish(EventsRecorded([Record.of(event, 2.0)]))


def test_news_of_several_threads_are_passed_on_each_in_its_order() -> None:
    told: list[News] = []

    async def emit(news: News) -> None:
        told.append(news)

    async def check() -> None:
        bus = Bus()
        relay = Relay(bus, emit, show, always)
        relay.start()
        threads = [threading.Thread(target=publish, args=(bus, name)) for name in ("a", "b")]
        for thread in threads:
            thread.start()
        while len(told) < 2 * EVENTS:
            await asyncio.wait_for(relay.pass_on(), 30)
        for thread in threads:
            thread.join()
        assert relay.dropped == 0

    asyncio.run(check())
    for name in ("a", "b"):
        of_one = [news.data["seq"] for news in told if news.camera_id == name]
        assert of_one == list(range(EVENTS))


def test_news_that_nobody_passes_on_are_bounded_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 10)
    told: list[int] = []

    async def emit(news: News) -> None:
        told.append(news.data["seq"])

    async def check() -> None:
        bus = Bus()
        relay = Relay(bus, emit, show, always)
        publish(bus, "nobody listens yet")
        relay.start()
        publish(bus, "a")
        await relay.pass_on()
        assert relay.dropped == EVENTS - 10
        with suppress(TimeoutError):
            await asyncio.wait_for(relay.pass_on(), 0.01)

    asyncio.run(check())
    assert told == list(range(EVENTS - 10, EVENTS))


def test_what_comes_while_nobody_is_there_is_not_kept() -> None:
    told: list[int] = []
    listeners: list[str] = []

    async def emit(news: News) -> None:
        told.append(news.data["seq"])

    async def check() -> None:
        bus = Bus()
        relay = Relay(bus, emit, show, lambda: bool(listeners))
        relay.start()
        publish(bus, "a")
        listeners.append("a page")
        publish(bus, "b")
        await asyncio.wait_for(relay.pass_on(), 30)

    asyncio.run(check())
    assert told == list(range(EVENTS))


def test_news_after_the_end_go_nowhere_and_raise_nothing() -> None:
    async def emit(_news: News) -> None: ...

    async def begin() -> Bus:
        bus = Bus()
        Relay(bus, emit, show, always).start()
        return bus

    publish(asyncio.run(begin()), "a")


def frame(camera_id: str, at: float) -> PoseFrame:
    joints = np.zeros((1, 13, 3), dtype=np.float16)
    return PoseFrame(camera_id, at, at, 1.0, (1,), joints, ("fall",), ((0.5,),))


def test_poses_come_behind_all_news_and_only_the_newest_of_each_camera() -> None:
    told: list[object] = []

    async def emit(news: News) -> None:
        told.append(news.camera_id)

    async def show(frame: PoseFrame) -> None:
        told.append((frame.camera_id, frame.at))

    async def check() -> None:
        bus = Bus()
        relay = Relay(bus, emit, show, always)
        relay.start()
        for at in (1.0, 2.0, 3.0):
            bus.publish(PosesSeen(frame("hall", at)))
        bus.publish(PosesSeen(frame("bedroom", 1.0)))
        publish(bus, "a")
        await relay.pass_on()
        assert relay.dropped == 0

    asyncio.run(check())
    assert told == ["a"] * EVENTS + [("hall", 3.0), ("bedroom", 1.0)]
