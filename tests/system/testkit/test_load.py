"""Clients that cost next to nothing still see everything."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from benchmarks.event_rate import posts
from testkit.load import Load, ask, get, post


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bodies: list[bytes]
    status = 200

    def do_POST(self) -> None:
        self.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", "10")
        self.end_headers()
        self.wfile.write(b"12345")
        self.wfile.flush()
        time.sleep(0.002)  # the second half is a packet of its own
        self.wfile.write(b"67890")

    def log_message(self, *_: object) -> None:
        """Keep the output clean."""


@pytest.fixture
def handler() -> Iterator[Any]:
    handler: Any = type("Handler", (_Handler,), {"bodies": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        handler.port = server.server_port
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield handler
        server.shutdown()


def test_every_request_is_different_and_every_answer_counted(handler: Any) -> None:
    load = ask(handler.port, 4, lambda number: post("/", b"%06d" % number), 0.3)
    assert load.answers == len(handler.bodies) > 4
    assert sorted(handler.bodies) == [b"%06d" % number for number in range(load.answers)]
    assert load.took_sec == sorted(load.took_sec)
    assert load.took_sec[0] >= 0.002
    assert load.wall_sec >= 0.3


def test_request_without_a_body_is_answered_too(handler: Any) -> None:
    assert ask(handler.port, 1, lambda _: get("/"), 0.05).answers >= 1


def test_answer_that_refuses_ends_it(handler: Any) -> None:
    handler.status = 503
    with pytest.raises(RuntimeError, match="expected 200, got b'HTTP"):
        ask(handler.port, 1, lambda _: get("/"), 0.1)


def test_p99_is_the_time_that_one_answer_of_a_hundred_exceeds() -> None:
    assert Load(1, [float(number) for number in range(1, 201)]).p99_ms == 198_000
    assert Load(1, [3.0]).p99_ms == 3000


def test_posts_are_events_with_an_id_of_their_own() -> None:
    request = posts()
    bodies = [json.loads(request(number).partition(b"\r\n\r\n")[2]) for number in (-1, 0, 1)]
    assert len({body["event_id"] for body in bodies}) == 3
    length = int(request(7).partition(b"Content-Length: ")[2].split()[0])
    assert length == len(request(7).partition(b"\r\n\r\n")[2])
