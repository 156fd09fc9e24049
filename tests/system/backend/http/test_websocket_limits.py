"""Websockets of clients that do not behave, over real sockets."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

from backend.http.listener import listen
from backend.http.server import CONNECTIONS
from backend.http.websocket_limits import STRANGER_MESSAGE_BYTES, BoundedWebSocket

Eventually = Callable[..., Any]
UPGRADE = (
    b"GET /%b HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
)
PING = b"\x89\xfd" + bytes(4) + b"." * 125
LARGE = STRANGER_MESSAGE_BYTES + 1


class Impatient(BoundedWebSocket):
    """The same with a short time."""

    reading_sec = 0.3


def message(size: int) -> bytes:
    return b"\x82\xff" + size.to_bytes(8, "big") + bytes(4 + size)


@contextmanager
def serving() -> Iterator[tuple[int, set[Any]]]:
    app = FastAPI()

    @app.websocket("/{path}")
    async def echo(socket: WebSocket, path: str) -> None:
        await socket.accept()
        if path == "admitted":
            socket.scope["state"]["connection"].admit()
        try:
            while True:
                received = await socket.receive_bytes()
                await socket.send_bytes(received if path != "flood" else bytes(8 * 2**20))
        except WebSocketDisconnect:
            return

    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, **CONNECTIONS | {"ws": Impatient}))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    yield listener.getsockname()[1], server.server_state.connections
    server.force_exit = server.should_exit = True
    thread.join(5)


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[int, set[Any]]]:
    with serving() as site:
        yield site


def connect(port: int, path: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=10)
    client.sendall(UPGRADE % path)
    assert client.recv(65_536).startswith(b"HTTP/1.1 101")
    return client


def test_stranger_sends_small_messages_and_who_is_admitted_large_ones(
    site: tuple[int, set[Any]],
) -> None:
    with connect(site[0], b"stranger") as client:
        client.sendall(message(LARGE - 1))
        assert client.recv(2) == b"\x82\x7e"  # its own message
    with connect(site[0], b"stranger") as client:
        client.sendall(message(LARGE))
        assert client.recv(2)[:1] == b"\x88"  # good-bye
    with connect(site[0], b"admitted") as client:
        client.sendall(message(LARGE))
        assert client.recv(2) == b"\x82\x7e"


def test_client_that_does_not_read_is_hung_up_on(
    site: tuple[int, set[Any]], eventually: Eventually
) -> None:
    with connect(site[0], b"flood") as client:
        client.sendall(message(1))
        eventually(lambda: not site[1], 30.0)


def test_client_that_pings_and_does_not_read_is_not_read_either(
    site: tuple[int, set[Any]], eventually: Eventually
) -> None:
    with connect(site[0], b"stranger") as client:
        client.settimeout(1)
        began, sent = time.monotonic(), 0
        try:
            while time.monotonic() - began < 30:
                sent += client.send(PING * 1000)
        except OSError:  # the server takes no more, or has hung up
            pass
        assert time.monotonic() - began < 30
    eventually(lambda: not site[1], 30.0)


def test_text_that_is_none_ends_the_connection_without_a_traceback(
    site: tuple[int, set[Any]], eventually: Eventually, caplog: pytest.LogCaptureFixture
) -> None:
    with connect(site[0], b"stranger") as client:
        client.sendall(b"\x81\x81" + bytes(4) + b"\xff")
        eventually(lambda: not site[1], 30.0)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
