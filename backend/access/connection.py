"""Connections: how many a client may hold, and how long each of its steps may take."""

import asyncio
from typing import ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from backend.access.websocket import BoundedWebSocket

# 256 below the descriptors that systemd gives a service: the rest is for files.
MAX_CONNECTIONS = 768
# A camera box needs two, a live client another while it changes from long-polling to a websocket;
# several may share an address.
MAX_CONNECTIONS_PER_ADDRESS = 512


class BoundedConnection(H11Protocol):
    """uvicorn's HTTP protocol, which by itself waits for ever for a client that is silent.

    A client that is slower than the times below, in seconds, is hung up on; bytes that trickle gain
    none. The server's own time for an answer is not counted.
    """

    headers_sec: ClassVar[float] = 10.0
    """From the connection, or from the answer before, to the end of the headers."""
    body_sec: ClassVar[float] = 30.0
    """From the headers to the end of the body."""
    reading_sec: ClassVar[float] = 30.0
    """From when the answer waits to be read to when more of it can be sent."""

    _deadline: asyncio.TimerHandle | None = None

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
        before = self._step()
        super().data_received(data)
        if self._step() != before:
            self._allow(self._patience())

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the client to take the rest of the answer."""
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
        if self.cycle is None or self.cycle.response_complete:
            super().send_400_response(msg)
        else:
            self.transport.abort()

    def _step(self) -> tuple[object, object]:
        return self.cycle, self.conn.their_state

    def _patience(self) -> float | None:
        """Seconds for what the client is to do next; None while it is the server's turn."""
        if self.flow.write_paused:
            return self.reading_sec
        if self.conn.their_state is h11.IDLE or self.transport.is_closing():
            return self.headers_sec
        return self.body_sec if self.conn.their_state is h11.SEND_BODY else None

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
        ours = (H11Protocol, BoundedWebSocket)
        others = (other for other in self.connections if isinstance(other, ours))
        same = [other for other in others if other.client and other.client[0] == address]
        return len(same) > MAX_CONNECTIONS_PER_ADDRESS
