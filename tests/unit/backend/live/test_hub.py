"""From threads to the event loop, in order and without waiting."""

import asyncio
import threading
from contextlib import suppress

import pytest

from backend.live import hub as module
from backend.live.hub import Hub, News

EVENTS = 300


def publish(hub: Hub, camera_id: str) -> None:
    for number in range(EVENTS):
        record = {"event_type": "PROBS", "camera_id": camera_id, "seq": number}
        hub.publish_records([record])


def test_news_of_several_threads_are_passed_on_each_in_its_order() -> None:
    told: list[News] = []

    async def emit(news: News) -> None:
        told.append(news)

    async def check() -> None:
        hub = Hub(emit)
        hub.start()
        threads = [threading.Thread(target=publish, args=(hub, name)) for name in ("a", "b")]
        for thread in threads:
            thread.start()
        while len(told) < 2 * EVENTS:
            await asyncio.wait_for(hub.pass_on(), 30)
        for thread in threads:
            thread.join()
        assert hub.untold == 0

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
        hub = Hub(emit)
        publish(hub, "nobody listens yet")
        hub.start()
        publish(hub, "a")
        await hub.pass_on()
        assert hub.untold == EVENTS - 10
        with suppress(TimeoutError):
            await asyncio.wait_for(hub.pass_on(), 0.01)

    asyncio.run(check())
    assert told == list(range(EVENTS - 10, EVENTS))


def test_news_after_the_end_go_nowhere_and_raise_nothing() -> None:
    async def emit(_news: News) -> None: ...

    async def begin() -> Hub:
        hub = Hub(emit)
        hub.start()
        return hub

    publish(asyncio.run(begin()), "a")
