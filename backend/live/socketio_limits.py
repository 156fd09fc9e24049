"""The way to socket.io: python-socketio behind limits of ours, and by websocket only.

By itself the library holds whatever clients leave behind: connections that never say who they are,
and packets that nobody reads. Long-polling is refused: a client that polls is there without a
connection, so that each of the limits would have to be kept a second time.

Reads the private `environ` of python-socketio's server and the queues of python-engineio's sockets.
"""

import asyncio
import logging
from collections.abc import Callable

import socketio
from starlette.types import Message, Receive, Scope, Send

from backend.errors import render
from backend.http.websocket_limits import MAX_MESSAGE_BYTES
from backend.live.errors import PollingRefused
from backend.live.packet_checks import GOOD_BYE, CheckedPacket, is_expected
from backend.live.session import Session, session_of

INTRODUCTION_SEC = 10.0
"""Who has not said by then who it is, is hung up on."""
MAX_UNREAD_PACKETS = 1000
"""Who leaves more unread is hung up on."""
ROUND_SEC = 1.0
PING_SEC = 10
"""The library holds what it has of a client for as long after it has gone."""
GONE: Message = {"type": "websocket.disconnect", "code": 1008}

_library = logging.getLogger("socketio.live")
_library.setLevel(logging.ERROR)


def create_server() -> socketio.AsyncServer:
    """python-socketio's server; it handles one message of a client at a time, so that one who
    sends too fast waits for it."""
    return socketio.AsyncServer(
        async_mode="asgi",
        async_handlers=False,
        ping_interval=PING_SEC,
        transports=["websocket"],
        namespaces="*",  # all but one are refused by the handler of `connect`
        serializer=CheckedPacket,
        max_http_buffer_size=MAX_MESSAGE_BYTES,
        # AccessControl has looked where a page comes from.
        cors_allowed_origins=[],
        logger=_library,
        engineio_logger=_library,
    )


class BoundedSocketIO:
    """The ASGI application below `/socket.io`. Event loop only."""

    def __init__(self, server: socketio.AsyncServer, clock: Callable[[], float]) -> None:
        self._server, self._clock = server, clock
        self._app = socketio.ASGIApp(server, socketio_path=None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a websocket through to the library, and refuse what is none."""
        if scope["type"] != "websocket":
            await render(PollingRefused())(scope, receive, send)
            return
        address = scope["client"][0] if scope.get("client") else ""
        session = Session(scope["state"]["connection"], address, self._clock())
        scope["state"]["session"] = session
        await self._app(scope, _checked(session, receive), send)

    async def look_round(self) -> None:
        """Hang up on strangers that stay strangers, and on clients that do not read."""
        await asyncio.sleep(ROUND_SEC)
        for sid, environ in self._server.environ.items():
            session = session_of(environ)
            is_late = self._clock() - session.since > INTRODUCTION_SEC
            if (is_late and not session.is_admitted) or self._unread(sid) > MAX_UNREAD_PACKETS:
                session.hang_up()

    def is_behind(self, sid: str) -> bool:
        """Whether something waits for this client that it has not taken yet."""
        session = session_of(self._server.environ[sid]) if sid in self._server.environ else None
        return session is None or self._unread(sid) > 0 or session.connection.is_behind()

    def _unread(self, sid: str) -> int:
        count: int = self._server.eio.sockets[sid].queue.qsize()
        return count


def _checked(session: Session, receive: Receive) -> Receive:
    """What a client sends, up to its good-bye or to what it may not send."""

    async def checked() -> Message:
        message = GONE if session.is_over else await receive()
        if message["type"] != "websocket.receive":
            return message
        packet = message["bytes"] if message.get("bytes") is not None else message["text"]
        if wait := session.limiter.take(session.address):
            await asyncio.sleep(wait)
            session.limiter.take(session.address)
        if session.is_over or not is_expected(packet, is_admitted=session.is_admitted):
            return GONE
        session.is_over = packet == GOOD_BYE
        return message

    return checked
