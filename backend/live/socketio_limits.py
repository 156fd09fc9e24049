"""The way to socket.io: python-socketio behind limits of ours.

By itself it holds whatever clients leave behind: sessions that never say who they are, packets
that nobody fetches, polls that are pending when the server is to end.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import socketio
from socketio.packet import CONNECT_ERROR
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from backend.errors import ApiError, InvalidInput, TooManyRequests, render
from backend.http.bodies import read_body
from backend.http.visitors import who_gives_way
from backend.http.websocket_limits import MAX_MESSAGE_BYTES, STRANGER_MESSAGE_BYTES
from backend.live.packet_checks import GatewayPacket, is_expected, split_payload
from backend.live.protocol import problem
from backend.live.session import Session, session_of

INTRODUCTION_SEC = 10.0
"""Whoever has not said by then who it is, is hung up on."""
MAX_UNREAD_PACKETS = 1000
"""Whoever leaves more unread is hung up on."""
ROUND_SEC = 1.0
GONE: Message = {"type": "websocket.disconnect", "code": 1008}

_library = logging.getLogger("socketio.gateway")
_library.setLevel(logging.ERROR)


class Server(socketio.AsyncServer):  # type: ignore[misc]
    """python-socketio's server; it has one namespace, and handles one message of a client at a
    time, so that one who sends too fast waits for it."""

    def __init__(self) -> None:
        super().__init__(
            async_mode="asgi",
            async_handlers=False,
            serializer=GatewayPacket,
            max_http_buffer_size=MAX_MESSAGE_BYTES,
            http_compression=False,
            # The door has looked where a page comes from.
            cors_allowed_origins=[],
            logger=_library,
            engineio_logger=_library,
        )

    async def _handle_connect(self, eio_sid: str, namespace: str | None, data: object) -> None:
        if namespace in (None, "/"):
            await super()._handle_connect(eio_sid, namespace, data)
            return
        error = InvalidInput("expected the namespace `/`, there is no other")
        refusal = {"message": error.message, "data": problem(error)}
        answer = self.packet_class(CONNECT_ERROR, data=refusal, namespace=namespace)
        await self._send_packet(eio_sid, answer)

    async def _handle_eio_message(self, eio_sid: str, data: str | bytes) -> None:
        # What a client sends behind its own good-bye finds no session any more.
        if eio_sid in self.environ:
            await super()._handle_eio_message(eio_sid, data)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        await super()._handle_eio_disconnect(eio_sid, reason)
        # A poll that is pending would be held for another 45 s, and the client with it.
        if socket := self.eio.sockets.get(eio_sid):
            socket.queue.put_nowait(None)


class Transport:
    """The ASGI application below `/socket.io`. Event loop only."""

    def __init__(self, server: Server, clock: Callable[[], float]) -> None:
        self._server, self._clock = server, clock
        self._app = socketio.ASGIApp(server, socketio_path=None)
        self._polls: set[asyncio.Task[Any]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through to the library, or refuse it."""
        try:
            if scope["type"] == "websocket":
                receive = await self._websocket(scope, receive)
            elif scope["method"] == "POST":
                receive = await self._post(scope, receive)
            else:
                await self._session(scope)
        except ApiError as refusal:
            await render(refusal)(scope, receive, send)
            return
        await self._pass_on(scope, receive, send)

    async def look_round(self) -> None:
        """Hang up on strangers that stay strangers, and on clients that do not read."""
        await asyncio.sleep(ROUND_SEC)
        sessions = [(sid, session_of(it)) for sid, it in self._server.environ.items()]
        for sid, session in sessions:
            if self._is_burden(sid, session):
                await self._hang_up(sid, session)

    def end_polls(self) -> None:
        """Answer the polls that are pending: their clients find out that the server ends."""
        for poll in self._polls:
            poll.cancel()

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        if task is None or scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "GET":
            self._polls.add(task)
        # Whether a request is a websocket's is uvicorn's to say.
        headers = [header for header in scope["headers"] if header[0] != b"upgrade"]
        try:
            await self._app({**scope, "headers": headers}, receive, send)
        finally:
            self._polls.discard(task)

    async def _session(self, scope: Scope) -> Session:
        """The session that a request belongs to, or begins; raises ApiError."""
        query = parse_qs(scope["query_string"].decode("latin-1"))
        if "j" in query:
            raise InvalidInput("expected no JSONP")
        if scope["type"] == "websocket" and query.get("transport") != ["websocket"]:
            raise InvalidInput("expected transport=websocket")
        if "sid" not in query:
            return await self._begin(scope)
        environ = self._server.environ.get(query["sid"][0])
        if environ is None:
            raise InvalidInput("expected the sid of a session that is open")
        return session_of(environ)

    async def _begin(self, scope: Scope) -> Session:
        """A session of its own; of too many, one that has not said who it is gives way."""
        address = scope["client"][0] if scope.get("client") else ""
        session = Session(address, self._clock())
        sids = {session_of(environ): sid for sid, environ in self._server.environ.items()}
        leaving = who_gives_way(sids, session)
        if leaving is session:
            raise TooManyRequests(round(INTRODUCTION_SEC))
        scope["state"]["session"] = session
        if leaving:
            await self._hang_up(sids[leaving], leaving)
        return session

    async def _websocket(self, scope: Scope, receive: Receive) -> Receive:
        session = await self._session(scope)
        if session.connection is not None:
            raise InvalidInput("expected one websocket a session")
        session.connect(scope["state"]["connection"])

        async def checked() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                packet = message["bytes"] if message.get("bytes") is not None else message["text"]
                if not await self._accepts(session, packet):
                    return GONE
            return message

        return checked

    async def _post(self, scope: Scope, receive: Receive) -> Receive:
        session = await self._session(scope)
        limit = MAX_MESSAGE_BYTES if session.is_admitted else STRANGER_MESSAGE_BYTES
        body = await read_body(Request(scope, receive), limit)
        try:
            packets = split_payload(body)
        except ValueError as error:
            raise InvalidInput(f"expected packets of engine.io: {error}") from error
        for packet in packets:
            if not await self._accepts(session, packet):
                raise InvalidInput("expected packets of socket.io")
        # The client may be gone by now.
        await self._session(scope)

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        return again

    async def _accepts(self, session: Session, packet: str | bytes) -> bool:
        """Whether a client may send this; one that is too fast waits here."""
        if wait := session.limiter.take(session.address):
            await asyncio.sleep(wait)
            session.limiter.take(session.address)
        return is_expected(packet, is_admitted=session.is_admitted)

    def _is_burden(self, sid: str, session: Session) -> bool:
        socket = self._server.eio.sockets.get(sid)
        is_stranger = not session.is_admitted and self._clock() - session.since > INTRODUCTION_SEC
        return is_stranger or (socket is not None and socket.queue.qsize() > MAX_UNREAD_PACKETS)

    async def _hang_up(self, sid: str, session: Session) -> None:
        if session.connection:
            session.connection.abort()
        if socket := self._server.eio.sockets.get(sid):
            await socket.close(wait=False)
