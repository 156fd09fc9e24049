"""Websockets: what a client may send before it has said who it is, and how long it may not read.

Extends private parts of uvicorn, its websocket protocol, and sets the largest message of an open
connection of `websockets`.
"""

import asyncio
import logging
import time
from asyncio import BaseTransport
from typing import Any, ClassVar

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from backend.http.network import plain

MAX_MESSAGE_BYTES = 6 * 2**20
"""A picture of 4 MiB in base64, with what stands around it."""
STRANGER_MESSAGE_BYTES = 16 * 2**10

# Every handshake that fails would be a traceback, and every connection two lines with its address.
_handshakes = logging.getLogger("websockets.handshake")
_handshakes.setLevel(logging.CRITICAL)
_connections = logging.getLogger("uvicorn.error.websocket")
_connections.setLevel(logging.WARNING)


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """uvicorn's websocket; the application finds it in `scope["state"]["connection"]`."""

    reading_sec: ClassVar[float] = 30.0
    """From when something waits to be read by the client to when more of it can be sent."""

    _deadline: asyncio.TimerHandle | None = None

    address = ""
    since = 0.0
    is_admitted = False
    """Whether it has shown a key."""
    owner = ""
    """The person or the camera that it is of."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.logger = _connections
        self.conn.logger = _handshakes
        self.conn.max_message_size = STRANGER_MESSAGE_BYTES

    def connection_made(self, transport: BaseTransport) -> None:
        """Take the connection over."""
        super().connection_made(transport)
        self.address, self.since = plain(self.client[0] if self.client else ""), time.monotonic()

    def is_leaving(self) -> bool:
        """Whether it is being closed, and counts no more."""
        return self.transport.is_closing()

    def is_behind(self) -> bool:
        """Whether the network has not taken all yet that was sent to the client."""
        size: int = self.transport.get_write_buffer_size()
        return size > 0

    def admit(self) -> None:
        """The client has said who it is: its messages may be as large as `ws_max_size` says."""
        self.is_admitted = True
        self.conn.max_message_size = self.config.ws_max_size

    def abort(self) -> None:
        """Hang up at once."""
        self.transport.abort()

    async def run_asgi(self) -> None:
        """Run the application on this connection."""
        self.scope["state"]["connection"] = self
        await super().run_asgi()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone, or was hung up on."""
        self._forget_deadline()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client does not read, and is not read: its pings would have to be answered too."""
        super().pause_writing()
        self.transport.pause_reading()
        self._forget_deadline()
        self._deadline = self.loop.call_later(self.reading_sec, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads again."""
        super().resume_writing()
        self._forget_deadline()
        if not self.read_paused:
            self.transport.resume_reading()

    def send_receive_event_to_app(self) -> None:
        """Pass a message on; one that is no text although it says so ends the connection."""
        if self.curr_msg_data_type == "text" and not _is_utf8(b"".join(self.frames)):
            self.abort()
        else:
            super().send_receive_event_to_app()

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
