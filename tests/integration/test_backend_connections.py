"""The limits on connections are those of the real commands."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from backend.access.visitors import MAX_STRANGERS
from demo.processes import free_port, wait_ready

GET = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
# More than those who have shown no key may hold.
CONNECTIONS = MAX_STRANGERS + 1


@contextmanager
def running(command: Any, name: str) -> Iterator[int]:
    """The port of a server that is asked to end: the reloader ends its own process then."""
    port = free_port()
    part = command.start(name, "--host", "127.0.0.1", "--port", str(port))
    try:
        wait_ready(part, f"http://127.0.0.1:{port}/health")
        yield port
    finally:
        part.process.terminate()
        part.process.wait(20)


def is_answered(connection: socket.socket) -> bool:
    try:
        connection.sendall(GET)
        return connection.recv(100).startswith(b"HTTP/1.1 ")
    except (BrokenPipeError, ConnectionResetError):
        return False


def ends_answered(port: int) -> tuple[bool, bool]:
    """Whether the first and the last of CONNECTIONS from one address are answered."""
    with ExitStack() as stack:
        opened = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            for _ in range(CONNECTIONS)
        ]
        last = is_answered(opened[-1])
        return is_answered(opened[0]), last


@pytest.mark.parametrize("name", ["run-backend", "run-backend-dev"])
def test_of_too_many_strangers_the_first_gives_way_and_the_last_is_answered(
    command: Any, name: str
) -> None:
    with running(command, name) as port:
        assert ends_answered(port) == (False, True)


def test_control_a_server_without_limits_is_found(running_sandbox: Any) -> None:
    port = int(running_sandbox.url.rpartition(":")[2])
    assert ends_answered(port) == (True, True)
