"""The limits on connections are those of the real commands."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from backend.http.eviction import MAX_PER_ADDRESS, MAX_STRANGERS
from testkit.processes import free_port, wait_ready

KEY = "key-of-the-house-1234"
GET = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
# Answered in no time, since a connection that is idle for 5 s is closed; and without a body.
GREETING = f"HEAD /x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n\r\n".encode()


@contextmanager
def running(command: Any, name: str) -> Iterator[int]:
    """The port of a server that is asked to end: the reloader ends its own process then."""
    port = free_port()
    part = command.start(name, "--host", "127.0.0.1", "--port", str(port), API_KEY=KEY)
    try:
        wait_ready(part, f"http://127.0.0.1:{port}/health")
        yield port
    finally:
        part.process.terminate()
        part.process.wait(20)


def is_answered(connection: socket.socket, request: bytes) -> bool:
    try:
        connection.sendall(request)
        return connection.recv(65_536).startswith(b"HTTP/1.1 ")
    except (BrokenPipeError, ConnectionResetError):
        return False


def ends_answered(port: int, connections: int, greeting: bytes = b"") -> tuple[bool, bool]:
    """Whether the first and the last of so many from one address are answered.

    Each begins with the request `greeting`, if there is one.
    """
    with ExitStack() as stack:
        opened = []
        for _ in range(connections):
            opened.append(socket.create_connection(("127.0.0.1", port), timeout=30))
            stack.enter_context(opened[-1])
            if greeting:
                is_answered(opened[-1], greeting)
        last = is_answered(opened[-1], GET)
        return is_answered(opened[0], GET), last


@pytest.mark.parametrize("name", ["run-backend", "run-backend-dev"])
def test_server_takes_so_many_connections_of_an_address_and_no_more(
    command: Any, name: str
) -> None:
    with running(command, name) as port:
        assert ends_answered(port, MAX_PER_ADDRESS + 1, GREETING) == (True, False)
        # Of those who show no key the first gives way, and nobody is kept out.
        assert ends_answered(port, MAX_STRANGERS + 1) == (False, True)


def test_control_a_server_without_limits_is_found(running_sandbox: Any) -> None:
    port = int(running_sandbox.url.rpartition(":")[2])
    assert ends_answered(port, MAX_PER_ADDRESS + 1) == (True, True)
