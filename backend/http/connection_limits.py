"""Connections: how many a client may hold, and how long and how much each of its steps may be.

Extends private parts of uvicorn: its HTTP protocol, whose steps it overrides, and the parser in it.
"""

import asyncio
import time
from enum import Enum
from typing import ClassVar

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from backend.http.client_log import logger
from backend.http.eviction import choose_evicted
from backend.http.network import plain
from backend.http.websocket_limits import BoundedWebSocket

MAX_HEADERS = 100
# Of a request, its body apart: headers, the marks between chunks, and what follows the last one.
MAX_FRAME_BYTES = 64 * 2**10
# Requests of one connection that stand in line while one is answered; hardly a client has any.
MAX_PIPELINED = 8
NO_HTTP = "Invalid HTTP request received."
# What asks for another protocol than a websocket; without it the request is the same.
_UPGRADING = {b"upgrade", b"http2-settings"}


class _Step(Enum):
    """What a request waits for."""

    HEAD = "its first byte, or the rest of its headers"
    BODY = "the rest of its body"
    ANSWER = "the server"


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which by itself waits for ever for a client that is silent.

    A client that is slower than the times below, in seconds, is hung up on; bytes that trickle gain
    none. The server's own time for an answer is not counted. A request that is more than the limits
    above, or names no host, is treated as what is no HTTP. Where there are too many connections,
    one that has shown no key gives way. The application finds the connection in
    `scope["state"]["connection"]`.
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

    address = ""
    since = 0.0
    is_admitted = False
    """Whether it has shown a key."""
    owner = ""
    """The person or the camera that it is of."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection; of too many, one gives way."""
        super().connection_made(transport)
        self.address, self.since = plain(self.client[0] if self.client else ""), time.monotonic()
        self._allow(self.headers_sec)
        ours = (BoundedConnection, BoundedWebSocket)
        others = (it for it in self.connections if isinstance(it, ours) and it is not self)
        if leaving := choose_evicted((it for it in others if not it.is_leaving()), self):
            logger.warning("%s holds too many connections", leaving.address)
            leaving.abort()

    def admit(self) -> None:
        """It has shown a key."""
        self.is_admitted = True

    def allow_body(self, seconds: float) -> None:
        """The rest of the body that is coming may take so long: it is known what it is."""
        if self._step is _Step.BODY:
            self._allow(seconds)

    def hold_body(self) -> None:
        """Nothing more of it is read until the application asks for more."""
        if self._step is _Step.BODY:
            self.flow.pause_reading()

    def abort(self) -> None:
        """Hang up at once."""
        self.transport.abort()

    def is_leaving(self) -> bool:
        """Whether it is being closed, and counts no more."""
        return self.transport.is_closing()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone, or was hung up on."""
        self._allow(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Go on; the clock of a step runs on until the step is done."""
        before = self._requests, self._step
        self._frame_bytes += len(data)
        self._unset_keepalive_if_required()
        self._parse(data)
        if self.transport.get_protocol() is not self:
            return  # a websocket's from here on
        if self._frame_bytes > MAX_FRAME_BYTES and not self.transport.is_closing():
            self.send_400_response(NO_HTTP)
        if (self._requests, self._step) != before:
            self._allow(self._patience())

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        # What is raised in here and below is no HTTP to the parser.
        if len(self.pipeline) >= MAX_PIPELINED:
            raise ValueError("too many requests in line")
        super().on_message_begin()
        self.scope["state"]["connection"] = self
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
        if self._asks_for_other_protocol():
            if self.parser.get_method() == b"CONNECT":
                raise ValueError("no tunnel is to be had")
            return  # it is read again without that
        super().on_headers_complete()
        # The request keeps the list that it has: what follows its body is none of its headers.
        self.headers = [*self.headers]
        self._step = _Step.BODY

    def on_body(self, body: bytes) -> None:
        """A part of the body, whose length is the routes' affair."""
        self._frame_bytes -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request has ended; a refusal may have been answered before."""
        if self._asks_for_other_protocol():
            return
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
        logger.warning("%s sends what is no HTTP", self.address)
        if self._is_answering():
            self.transport.abort()
        else:
            super().send_400_response(msg)

    def _parse(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
            else:
                head = self._head_without_upgrade()
                self.parser = httptools.HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn's
                self._parse(head + data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self.send_400_response(NO_HTTP)

    def _should_upgrade(self) -> bool:
        return super()._should_upgrade() and self.parser.get_method() == b"GET"

    def _asks_for_other_protocol(self) -> bool:
        """The parser takes such a request for one without a body, as if we spoke that protocol."""
        return self.parser.should_upgrade() and not self._should_upgrade()

    def _head_without_upgrade(self) -> bytes:
        version = self.parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, version)]
        for name, value in self.headers:
            if name == b"connection":
                tokens = [it for it in value.split(b",") if it.strip().lower() not in _UPGRADING]
                lines.append(b"connection: " + b",".join(tokens))
            elif name not in _UPGRADING:
                lines.append(name + b": " + value)
        return b"\r\n".join([*lines, b"", b""])

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
