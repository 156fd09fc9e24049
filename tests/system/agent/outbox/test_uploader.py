"""The uploader against a real HTTP server that has its moods."""

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from pydantic import SecretStr

from agent.backend_client import connect
from agent.outbox.outbox import Outbox
from agent.outbox.store import QueuedEvent
from agent.outbox.uploader import Uploader, gather_sec
from common.backoff import Backoff
from contract.events import TOLD_HEADER, Event, EventType
from testkit.scripted_server import Request, Script, ScriptedServer

MakeEvent = Callable[..., Event]
Eventually = Callable[..., Any]


def sent(request: Request) -> list[str]:
    """The ids of the events in one request."""
    body = json.loads(request.body)
    return [event["event_id"] for event in (body if isinstance(body, list) else [body])]


def accept(_request: Request) -> tuple[int, bytes]:
    return 200, b'{"success": true}'


QUICK = Backoff(0.02, 0.05)


@pytest.fixture
def client(scripted_server: ScriptedServer) -> Iterator[httpx.Client]:
    with connect(scripted_server.url, None, read_timeout_sec=0.2) as client:
        yield client


@pytest.fixture
def uploader(outbox: Outbox, client: httpx.Client) -> Iterator[Uploader]:
    uploader = Uploader(outbox, client, retry=QUICK)
    yield uploader
    uploader.stop()


def test_events_arrive_in_order_and_the_outbox_is_empty(
    outbox: Outbox, uploader: Uploader, scripted_server: ScriptedServer, make_event: MakeEvent
) -> None:
    scripted_server.script = accept
    for number in range(250):
        outbox.put(make_event(number))
    uploader.start()
    assert outbox.wait_empty(10.0)
    assert [id_ for r in scripted_server.requests for id_ in sent(r)] == [
        f"e{number}" for number in range(250)
    ]
    assert {r.path for r in scripted_server.requests} == {"/event/payloads"}


def test_single_event_goes_to_the_single_endpoint_as_soon_as_it_is_there(
    outbox: Outbox, uploader: Uploader, scripted_server: ScriptedServer, make_event: MakeEvent
) -> None:
    scripted_server.script = accept
    uploader.start()
    outbox.put(make_event(0))
    assert outbox.wait_empty(10.0)
    assert [(r.path, sent(r)) for r in scripted_server.requests] == [("/event/payload", ["e0"])]


def test_slow_server_is_sent_a_list_where_it_was_single_events_and_an_incident_at_once(
    outbox: Outbox, scripted_server: ScriptedServer, make_event: MakeEvent, eventually: Eventually
) -> None:
    slow_sec = 0.4

    def take_long(request: Request) -> tuple[int, bytes]:
        time.sleep(slow_sec)
        return accept(request)

    scripted_server.script = take_long
    outbox.put(make_event(0))
    uploader = Uploader(outbox, connect(scripted_server.url, None, 10.0))
    uploader.start()
    eventually(lambda: scripted_server.requests)
    for number in range(1, 4):
        outbox.put(make_event(number))
    eventually(lambda: len(outbox) == 3)  # the first is answered, the rest gathers
    outbox.put(make_event(4, EventType.START))
    eventually(lambda: len(scripted_server.requests) == 3)
    assert [sent(r) for r in scripted_server.requests] == [["e0"], ["e4"], ["e1", "e2", "e3"]]
    first, incident, rest = (r.at for r in scripted_server.requests)
    assert incident - first < slow_sec + gather_sec(slow_sec) < rest - first
    outbox.put(make_event(5))
    assert outbox.wait_empty(10.0)
    assert scripted_server.requests[-1].at - rest < slow_sec + gather_sec(slow_sec), "it ends"
    uploader.stop()


def test_self_test_is_sent_once_however_often_the_server_asks(
    outbox: Outbox, client: httpx.Client, scripted_server: ScriptedServer, make_event: MakeEvent
) -> None:
    asked: list[str] = []
    uploader = Uploader(outbox, client, retry=QUICK, on_self_test=asked.append)
    scripted_server.script = lambda _: (200, b'{"success": true, "self_test": "self-test-7"}')
    uploader.start()
    for number in range(5):
        outbox.put(make_event(number))
        assert outbox.wait_empty(10.0)
    scripted_server.script = lambda _: (200, b'{"success": true, "self_test": "self-test-8"}')
    outbox.put(make_event(5))
    assert outbox.wait_empty(10.0)
    uploader.stop()
    assert asked == ["self-test-7", "self-test-8"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b""),
        (503, b'{"code": "unavailable"}'),
        (401, b""),
        (403, b""),
        (404, b""),
        (409, b""),
        (429, b""),
        (302, b""),
        (200, b"<html>Welcome to the hotel's WLAN</html>"),
        (200, b'{"success": false}'),
        (204, b""),
    ],
)
def test_event_is_kept_and_sent_later_when_the_answer_is_not_the_servers_yes(
    outbox: Outbox,
    uploader: Uploader,
    scripted_server: ScriptedServer,
    make_event: MakeEvent,
    eventually: Eventually,
    status: int,
    body: bytes,
) -> None:
    scripted_server.script = lambda _: (status, body)
    outbox.put(make_event(0))
    outbox.put(make_event(1))
    uploader.start()
    eventually(lambda: len(scripted_server.requests) >= 3)
    assert len(outbox) == 2
    scripted_server.script = accept
    assert outbox.wait_empty(10.0)
    assert sent(scripted_server.requests[-1])[-1] == "e1"


class Impatient(Outbox):
    """Notes how long it is to wait for news, and waits a hundredth of a second."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.waits: list[float] = []

    def wait_news(self, timeout_sec: float, stopping: threading.Event) -> None:
        self.waits.append(timeout_sec)
        super().wait_news(0.01, stopping)


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[Impatient]:
    outbox = Impatient(tmp_path / "impatient.sqlite3")
    yield outbox
    outbox.close()


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("asked", "waits"),
    [
        ("7", 7.0),
        ("1000", 60.0),
        # Nothing that is seconds: it waits as long as without being asked.
        ("9" * 400, 60.0),
        ("-1", None),
        ("soon", None),
        ("1e9", None),
        ("٣", None),
        ("", None),
    ],
)
def test_server_that_asks_for_patience_gets_it_but_not_too_much(
    impatient: Impatient,
    client: httpx.Client,
    scripted_server: ScriptedServer,
    make_event: MakeEvent,
    eventually: Eventually,
    status: int,
    asked: str,
    waits: float | None,
) -> None:
    scripted_server.script = lambda _: (status, b"")
    scripted_server.headers = {"Retry-After": asked.encode().decode("latin-1")}
    impatient.put(make_event(0))
    uploader = Uploader(impatient, client, retry=QUICK)
    uploader.start()
    eventually(lambda: len(impatient.waits) >= 3)
    uploader.stop()
    if waits is None:
        assert max(impatient.waits) <= QUICK.longest_sec
    else:
        assert set(impatient.waits) == {waits}


@pytest.mark.parametrize("waiting_for", ["events", "the server"])
def test_stop_ends_every_wait_at_once(
    outbox: Outbox,
    client: httpx.Client,
    scripted_server: ScriptedServer,
    make_event: MakeEvent,
    eventually: Eventually,
    waiting_for: str,
) -> None:
    if waiting_for == "the server":
        outbox.put(make_event(0))
    uploader = Uploader(outbox, client, "hall uploader", retry=Backoff(3600.0, 3600.0))
    uploader.start()
    eventually(lambda: len(scripted_server.requests) == len(outbox))
    uploader.stop()
    assert "hall uploader" not in {thread.name for thread in threading.enumerate()}


def test_fall_does_not_wait_until_the_server_has_had_its_patience(
    outbox: Outbox,
    uploader: Uploader,
    scripted_server: ScriptedServer,
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    scripted_server.script = lambda _: (429, b"")
    scripted_server.headers = {"Retry-After": "60"}
    outbox.put(make_event(0))
    uploader.start()
    eventually(lambda: scripted_server.requests)
    outbox.put(make_event(1, EventType.START))
    eventually(lambda: len(scripted_server.requests) >= 2)
    assert sent(scripted_server.requests[1]) == ["e1"]


def test_event_is_kept_and_sent_later_when_the_server_hangs(
    outbox: Outbox,
    uploader: Uploader,
    scripted_server: ScriptedServer,
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    scripted_server.script = scripted_server.hang
    outbox.put(make_event(0))
    uploader.start()
    eventually(lambda: len(scripted_server.requests) >= 2)
    assert len(outbox) == 1
    scripted_server.script = accept
    assert outbox.wait_empty(10.0)


def test_event_is_sent_once_the_server_is_up_again(
    outbox: Outbox,
    uploader: Uploader,
    scripted_server: ScriptedServer,
    server_at: Callable[[int, Script], ScriptedServer],
    make_event: MakeEvent,
    caplog: pytest.LogCaptureFixture,
    eventually: Eventually,
) -> None:
    caplog.set_level(logging.INFO, logger="agent")
    scripted_server.close()
    outbox.put(make_event(0))
    outbox.put(make_event(1))
    uploader.start()
    eventually(lambda: "cannot be reached" in caplog.text)
    back = server_at(scripted_server.server_port, accept)
    assert outbox.wait_empty(10.0)
    assert [sent(r) for r in back.requests] == [["e0", "e1"]]
    eventually(lambda: "is back" in caplog.text)
    # One line that it was away, however often it was tried, and one that it is back.
    assert [r.levelname for r in caplog.records if r.name == "agent.outbox.uploader"] == [
        "WARNING",
        "INFO",
    ]


def test_refused_event_is_put_aside_and_blocks_no_other(
    tmp_path: Path,
    outbox: Outbox,
    uploader: Uploader,
    scripted_server: ScriptedServer,
    make_event: MakeEvent,
) -> None:
    def dislike_the_second(request: Request) -> tuple[int, bytes]:
        return (422, "모름".encode()) if "e1" in sent(request) else accept(request)

    scripted_server.script = dislike_the_second
    for number in range(3):
        outbox.put(make_event(number))
    uploader.start()
    assert outbox.wait_empty(10.0)
    assert [sent(r) for r in scripted_server.requests] == [
        ["e0", "e1", "e2"],
        ["e0"],
        ["e1"],
        ["e2"],
    ]
    with sqlite3.connect(tmp_path / "outbox.sqlite3") as db:
        ((body, reason),) = db.execute("SELECT body, reason FROM refused").fetchall()
    assert json.loads(body)["event_id"] == "e1"
    assert reason == "422 모름"


def test_event_that_the_disk_does_not_forget_is_sent_once_and_holds_up_no_other(
    tmp_path: Path,
    outbox: Outbox,
    uploader: Uploader,
    scripted_server: ScriptedServer,
    make_event: MakeEvent,
) -> None:
    scripted_server.script = accept
    with sqlite3.connect(tmp_path / "outbox.sqlite3") as db:
        db.execute("CREATE TRIGGER full BEFORE DELETE ON events BEGIN SELECT RAISE(FAIL, ''); END")
    outbox.put(make_event(0))
    uploader.start()
    assert outbox.wait_empty(10.0)
    outbox.put(make_event(1))
    assert outbox.wait_empty(10.0)
    assert [sent(r) for r in scripted_server.requests] == [["e0"], ["e1"]]


def test_fall_is_sent_at_once_although_the_server_cannot_take_the_scores(
    outbox: Outbox,
    client: httpx.Client,
    scripted_server: ScriptedServer,
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    def choke_on_scores(request: Request) -> tuple[int, bytes]:
        return (500, b"") if b"PROBS" in request.body else accept(request)

    uploader = Uploader(outbox, client, retry=Backoff(3600.0, 3600.0))
    scripted_server.script = choke_on_scores
    outbox.put(make_event(0))
    uploader.start()
    eventually(lambda: scripted_server.requests)  # from now on it waits an hour
    outbox.put(make_event(1, EventType.START))
    eventually(lambda: len(outbox) == 1)
    uploader.stop()
    assert [sent(r) for r in scripted_server.requests][1] == ["e1"]


def test_fall_is_tried_again_soon_however_long_others_wait(
    outbox: Outbox,
    client: httpx.Client,
    scripted_server: ScriptedServer,
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    def away_once(request: Request) -> tuple[int, bytes]:
        return (502, b"") if len(scripted_server.requests) == 1 else accept(request)

    uploader = Uploader(outbox, client, retry=Backoff(3600.0, 3600.0))
    scripted_server.script = away_once
    outbox.put(make_event(0, EventType.START))
    uploader.start()
    eventually(lambda: len(outbox) == 0)
    uploader.stop()


class OneLane(Outbox):
    """Hands out all events in the order in which they were put."""

    def oldest(self, limit: int) -> list[QueuedEvent]:
        assert self._disk is not None
        return self._disk.waiting()[:limit]


@pytest.mark.parametrize(("kind", "requests_until_told"), [(Outbox, 3), (OneLane, 6)])
def test_fall_waits_for_one_batch_of_the_backlog_and_not_for_all_of_it(
    tmp_path: Path,
    client: httpx.Client,
    scripted_server: ScriptedServer,
    make_event: MakeEvent,
    kind: type[Outbox],
    requests_until_told: int,
) -> None:
    outbox = kind(tmp_path / "backlog.sqlite3")
    for number in range(50):
        outbox.put(make_event(number))

    def accept_and_fall(request: Request) -> tuple[int, bytes]:
        if len(scripted_server.requests) == 2:
            outbox.put(make_event(9999, EventType.START))
        return accept(request)

    scripted_server.script = accept_and_fall
    uploader = Uploader(outbox, client, retry=QUICK, batch=10)
    uploader.start()
    assert outbox.wait_empty(10.0)
    uploader.stop()
    outbox.close()
    told = ["e9999" in sent(request) for request in scripted_server.requests]
    assert told.index(True) + 1 == requests_until_told


def test_fall_overtakes_scores_that_have_to_be_sent_one_by_one(
    outbox: Outbox, uploader: Uploader, scripted_server: ScriptedServer, make_event: MakeEvent
) -> None:
    def take_single_ones(request: Request) -> tuple[int, bytes]:
        if sent(request) == ["e1"]:
            outbox.put(make_event(9, EventType.START))
        return (422, b"") if len(sent(request)) > 1 else accept(request)

    scripted_server.script = take_single_ones
    for number in range(4):
        outbox.put(make_event(number))
    uploader.start()
    assert outbox.wait_empty(10.0)
    singles = [ids[0] for r in scripted_server.requests if len(ids := sent(r)) == 1]
    assert singles == ["e0", "e1", "e9", "e2", "e3"]


def test_stop_keeps_what_is_left(
    outbox: Outbox, uploader: Uploader, scripted_server: ScriptedServer, make_event: MakeEvent
) -> None:
    arrived, proceed = threading.Event(), threading.Event()

    def accept_slowly(request: Request) -> tuple[int, bytes]:
        arrived.set()
        proceed.wait(0.1)
        return accept(request)

    scripted_server.script = accept_slowly
    outbox.put(make_event(0))
    uploader.start()
    assert arrived.wait(10.0)
    outbox.put(make_event(1))
    uploader.stop()
    assert [sent(r) for r in scripted_server.requests] == [["e0"]]
    assert len(outbox) == 1


def test_key_is_sent_and_never_logged(
    outbox: Outbox,
    scripted_server: ScriptedServer,
    make_event: MakeEvent,
    caplog: pytest.LogCaptureFixture,
    eventually: Eventually,
) -> None:
    caplog.set_level(logging.DEBUG)
    scripted_server.script = lambda _: (401, b"")
    outbox.put(make_event(0))
    with connect(scripted_server.url, SecretStr("top-secret"), read_timeout_sec=1.0) as client:
        uploader = Uploader(outbox, client, retry=QUICK)
        uploader.start()
        eventually(lambda: "it answers 401" in caplog.text)
        uploader.stop()
    assert scripted_server.requests[0].headers["Authorization"] == "Bearer top-secret"
    assert "top-secret" not in caplog.text


def test_what_people_were_told_of_without_a_record_is_said_until_that_is_taken(
    outbox: Outbox, uploader: Uploader, scripted_server: ScriptedServer, make_event: MakeEvent
) -> None:
    def tell_at_first(request: Request) -> tuple[int, bytes]:
        is_first = len(scripted_server.requests) == 1
        scripted_server.headers = {TOLD_HEADER: "a-key"} if is_first else {}
        return (504, b"") if is_first else accept(request)

    scripted_server.script = tell_at_first
    uploader.start()
    outbox.put(make_event(0))
    assert outbox.wait_empty(10.0)
    outbox.put(make_event(1))
    assert outbox.wait_empty(10.0)
    said = [request.headers.get(TOLD_HEADER) for request in scripted_server.requests]
    assert said == [None, "a-key", None]
