"""A network that loses answers, and some requests: each event is recorded, and recorded once."""

import asyncio
import dataclasses
import json
import random
import re
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from agent.backend_client import connect
from agent.outbox.outbox import Outbox
from agent.outbox.store import QueuedEvent
from agent.outbox.uploader import Uploader
from common.backoff import Backoff
from contract.events import Event, EventType

Json = dict[str, Any]

ANSWERS_LOST = 0.2
REQUESTS_LOST = 0.05


class LossyProxy:
    """Passes HTTP on to a port of this machine, one message at a time, and loses some."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._chance = random.Random(20261121)  # noqa: S311 (the same ones each time)
        self.lost_answers = self.lost_requests = 0
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0)
        )
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while (answer := await self._ask(await _message(reader))) is not None:
                writer.write(answer)
        writer.close()

    async def _ask(self, request: bytes) -> bytes | None:
        """The server's answer; None when that, or the request, is lost on the way."""
        if self._chance.random() < REQUESTS_LOST:
            self.lost_requests += 1
            return None
        reader, writer = await asyncio.open_connection("127.0.0.1", self._target)
        writer.write(request)
        answer = await _message(reader)
        writer.close()
        if self._chance.random() < ANSWERS_LOST:
            self.lost_answers += 1
            return None
        return answer


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    assert length is not None
    return head + await reader.readexactly(int(length[1]))


class RenamingOutbox(Outbox):
    """Forgets under which id it has sent an event before."""

    def oldest(self, limit: int) -> list[QueuedEvent]:
        return [self._renamed(event) for event in super().oldest(limit)]

    def _renamed(self, event: QueuedEvent) -> QueuedEvent:
        body = json.loads(event.body) | {"event_id": uuid.uuid4().hex}
        return dataclasses.replace(event, body=json.dumps(body))


class HastyOutbox(Outbox):
    """Takes an event for confirmed once it is handed out."""

    def oldest(self, limit: int) -> list[QueuedEvent]:
        events = super().oldest(limit)
        self.confirm(events)
        return events


@pytest.fixture
def proxy(common_server: Any) -> Iterator[LossyProxy]:
    proxy = LossyProxy(common_server.port)
    yield proxy
    proxy.close()


@pytest.fixture
def deliver(
    common_server: Any, proxy: LossyProxy, tmp_path: Path
) -> Callable[[type[Outbox], int], Counter[int]]:
    """Sends so many events through the proxy; how often each `seq` was recorded."""

    def run(kind: type[Outbox], count: int) -> Counter[int]:
        outbox = kind(tmp_path / "outbox.sqlite3")
        assert outbox._disk is not None
        # Waiting for the disk is not what is tested here.
        outbox._disk._db.execute("PRAGMA synchronous = OFF")
        for seq in range(count):
            outbox.put(_event(seq, kind.__name__))
        with connect(proxy.url, None, read_timeout_sec=5.0) as client:
            uploader = Uploader(outbox, client, retry=Backoff(0.002, 0.01), batch=20)
            uploader.start()
            assert outbox.wait_empty(60.0)
            uploader.stop()
        outbox.close()
        return Counter(
            record["seq"]
            for record in common_server.records()
            if record["camera_id"] == kind.__name__
        )

    return run


def _event(seq: int, camera_id: str) -> Event:
    return Event(
        event_type=EventType.PROBS if seq % 50 else EventType.END,
        event_id=uuid.uuid4().hex,
        camera_id=camera_id,
        ts=1e9,
        seq=seq,
        event="lying",
    )


def test_ten_thousand_events_are_recorded_once_although_every_fifth_answer_is_lost(
    deliver: Callable[[type[Outbox], int], Counter[int]], proxy: LossyProxy
) -> None:
    assert deliver(Outbox, 10_000) == Counter(range(10_000))
    assert proxy.lost_answers > 70
    assert proxy.lost_requests > 15


def test_this_check_finds_an_event_that_is_sent_again_under_another_id(
    deliver: Callable[[type[Outbox], int], Counter[int]],
) -> None:
    recorded = deliver(RenamingOutbox, 1000)
    assert set(recorded) == set(range(1000))
    assert max(recorded.values()) > 1


def test_this_check_finds_an_event_that_is_taken_for_confirmed_too_early(
    deliver: Callable[[type[Outbox], int], Counter[int]],
) -> None:
    recorded = deliver(HastyOutbox, 1000)
    assert 0 < len(recorded) < 1000
