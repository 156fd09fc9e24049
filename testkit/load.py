"""Clients that cost next to nothing: prebuilt requests over connections that are kept, one thread.

What a client library takes for a request would otherwise hide what the server takes.
"""

import re
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count

CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
STALLED_SEC = 60.0

Request = Callable[[int], bytes]
"""The request of that number, as it goes over the wire; no number comes twice."""


@dataclass(frozen=True)
class Load:
    """What the clients saw: seconds in all, and those that each answer took, in rising order."""

    wall_sec: float
    took_sec: list[float]

    @property
    def answers(self) -> int:
        """How many there were."""
        return len(self.took_sec)

    @property
    def p50_ms(self) -> float:
        """The time that half of the answers kept within."""
        return self.took_sec[self.answers // 2] * 1000

    @property
    def p99_ms(self) -> float:
        """The time that 99 of 100 answers kept within."""
        return self.took_sec[-1 - self.answers // 100] * 1000


def post(path: str, body: bytes, content_type: str = "application/json") -> bytes:
    """A request with `body`."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {content_type}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def get(path: str) -> bytes:
    """A request without a body; `path` is quoted as a URL's is."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def ask(port: int, clients: int, request: Request, seconds: float) -> Load:
    """Let each client ask again as soon as it is answered, for so long.

    Raises RuntimeError for any answer but 200, and when none comes for a minute.
    """
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        for _ in range(clients):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(connection, selectors.EVENT_READ, _Client(connection))
        started = time.perf_counter()
        took = list(_answers(selector, map(request, count()), started + seconds))
        return Load(time.perf_counter() - started, sorted(took))


class _Client:
    """One connection, with at most one request under way."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._asked_at = 0.0
        self._received = b""

    def ask(self, request: bytes) -> None:
        self._received = b""
        self._asked_at = time.perf_counter()
        self._connection.sendall(request)

    def take(self) -> float | None:
        """Read on; how long the answer took, once it is whole."""
        part = self._connection.recv(2**20)
        self._received += part
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if part and not separator:
            return None
        length = CONTENT_LENGTH.search(head)
        if not part or length is None or not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"expected 200, got {self._received[:300]!r}")
        return time.perf_counter() - self._asked_at if len(body) >= int(length[1]) else None


def _answers(
    selector: selectors.BaseSelector, requests: Iterator[bytes], until: float
) -> Iterator[float]:
    asking: set[_Client] = {key.data for key in selector.get_map().values()}
    for client in asking:
        client.ask(next(requests))
    while asking:
        ready = selector.select(STALLED_SEC)
        if not ready:
            raise RuntimeError(f"no answer for {STALLED_SEC:.0f} s")
        for key, _ in ready:
            client = key.data
            took = client.take()
            if took is None:
                continue
            yield took
            if time.perf_counter() < until:
                client.ask(next(requests))
            else:
                asking.discard(client)
