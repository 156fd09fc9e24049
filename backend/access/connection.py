"""Connections: how many a client may hold, and how long and how much each of its steps may be."""

import asyncio
from enum import Enum
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from backend.access.websocket import BoundedWebSocket

# 256 below the descriptors that systemd gives a service: the rest is for files.
MAX_CONNECTIONS = 768
# A camera box needs two, a live client another while it changes from long-polling to a websocket;
# several may share an address.
MAX_CONNECTIONS_PER_ADDRESS = 512
MAX_HEADERS = 100
# Of a request, its body apart: headers, the marks between chunks, and what follows the last one.
MAX_FRAME_BYTES = 64 * 2**10
# Requests of one connection that stand in line while one is answered; hardly a client has any.
MAX_PIPELINED = 8


class _Step(Enum):
    """What a request waits for."""

    HEAD = "its first byte, or the rest of its headers"
    BODY = "the rest of its body"
    ANSWER = "the server"


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which by itself waits for ever for a client that is silent.

    A client that is slower than the times below, in seconds, is hung up on; bytes that trickle gain
    none. The server's own time for an answer is not counted. A request that is more than the limits
    above, or names no host, is treated as what is no HTTP.
    """

    headers_sec: ClassVar[float] = 10.0
    """From the connection, or from the answer before, to the end of the headers."""
    body_sec: ClassVar[float] = 30.0
    """From the headers to the end of the body."""
    reading_sec: ClassVar[float] = 30.0
    """From when the answer waits to be read to when more of it can be sent."""

    _deadline: asyncio.TimerHandle | None = None
    _step = _Step.HEAD
    _requests = 0
    _frame_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, unless there are too many."""
        super().connection_made(transport)
        if self._is_one_too_many():
            transport.abort()
        else:
            self._allow(self.headers_sec)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone, or was hung up on."""
        self._allow(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Go on; the clock of a step runs on until the step is done."""
        before = self._requests, self._step
        self._frame_bytes += len(data)
        super().data_received(data)
        if self.transport.get_protocol() is not self:
            return  # a websocket's from here on
        if self._frame_bytes > MAX_FRAME_BYTES and not self.transport.is_closing():
            self.send_400_response("Invalid HTTP request received.")
        if (self._requests, self._step) != before:
            self._allow(self._patience())

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        # What is raised in here and below is no HTTP to the parser.
        if len(self.pipeline) >= MAX_PIPELINED:
            raise ValueError("too many requests in line")
        super().on_message_begin()
        self._requests += 1
        self._step = _Step.HEAD

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header, or one of those that may follow a body."""
        if len(self.headers) >= MAX_HEADERS:
            raise ValueError("too many headers")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The request begins to be answered."""
        is_1_1 = self.parser.get_http_version() == "1.1"
        if is_1_1 and sum(name == b"host" for name, _ in self.headers) != 1:
            raise ValueError("no host is named, or more than one")
        super().on_headers_complete()
        self._step = _Step.BODY

    def on_body(self, body: bytes) -> None:
        """A part of the body, whose length is the routes' affair."""
        self._frame_bytes -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request has ended; a refusal may have been answered before."""
        self._frame_bytes = 0
        super().on_message_complete()
        self._step = _Step.ANSWER if self._is_answering() else _Step.HEAD

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over to a websocket, whose bounds are its own."""
        if self._is_answering():
            self.transport.abort()
            return
        self._allow(None)
        super().handle_websocket_upgrade()

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the client to take the rest of the answer."""
        if self._step is _Step.ANSWER and not self.pipeline:
            self._step = _Step.HEAD
        super().on_response_complete()
        self._allow(self._patience())

    def pause_writing(self) -> None:
        """The client does not read."""
        super().pause_writing()
        self._allow(self._patience())

    def resume_writing(self) -> None:
        """The client reads again."""
        super().resume_writing()
        self._allow(self._patience())

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, or hang up if a request before it is still being answered."""
        if self._is_answering():
            self.transport.abort()
        else:
            super().send_400_response(msg)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _patience(self) -> float | None:
        """Seconds for what the client is to do next; None while it is the server's turn."""
        if self.flow.write_paused:
            return self.reading_sec
        if self._step is _Step.HEAD or self.transport.is_closing():
            return self.headers_sec
        return self.body_sec if self._step is _Step.BODY else None

    def _allow(self, seconds: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None
        if seconds is not None:
            self._deadline = self.loop.call_later(seconds, self.transport.abort)

    def _is_one_too_many(self) -> bool:
        if len(self.connections) > MAX_CONNECTIONS:
            return True
        address = self.client and self.client[0]
        ours = (HttpToolsProtocol, BoundedWebSocket)
        others = (other for other in self.connections if isinstance(other, ours))
        same = [other for other in others if other.client and other.client[0] == address]
        return len(same) > MAX_CONNECTIONS_PER_ADDRESS
