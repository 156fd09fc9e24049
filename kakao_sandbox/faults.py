"""Kakao on a bad day: what is done to the next requests instead of answering them well.

The faults that break a connection need the socket itself: `SandboxProtocol` puts the transport of
each connection into its requests' ASGI scope, and `_Wire` writes to it or tears it down.
"""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any

from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from kakao_sandbox.errors import api_error, auth_error

TRANSPORT = "kakao_sandbox.transport"
OK_BODY = b'{"result_code":0}'

Answer = Callable[[], Response]
"""Does what was asked for, such as accepting a memo, and returns the good answer."""


class Endpoint(StrEnum):
    """Where a fault can strike."""

    MEMO = "memo"
    TOKEN = "token"  # noqa: S105
    ME = "me"
    SCOPES = "scopes"
    TOKEN_INFO = "token_info"  # noqa: S105


class FaultName(StrEnum):
    """What can go wrong."""

    ACCEPT_THEN_DROP = "accept_then_drop"
    ACCEPT_THEN_DELAY = "accept_then_delay"
    HANG = "hang"
    RESET = "reset"
    HALF_BODY = "half_body"
    HTML_502 = "html_502"
    EMPTY_503 = "empty_503"
    NONZERO_RESULT_CODE = "nonzero_result_code"
    REDIRECT_308 = "redirect_308"
    OVERSIZED_BODY = "oversized_body"
    CODE = "code"


class Fault(BaseModel):
    """One fault of the queue; it strikes the next `times` requests to `endpoint`."""

    model_config = ConfigDict(extra="forbid")

    fault: FaultName
    endpoint: Endpoint = Endpoint.MEMO
    times: int = Field(default=1, ge=1)
    seconds: float = Field(default=60.0, ge=0.0)
    """How long accept_then_delay and hang wait."""
    code: int | str = -1
    """Of `code`: one of the API's, or of the login's (KOE...) on the token endpoint."""
    result_code: int = -1
    location: str = "http://127.0.0.2:9/elsewhere"
    """Where redirect_308 points to."""
    size: int = Field(default=8 * 2**20, ge=0)
    """Bytes of oversized_body."""


class FaultQueue:
    """Faults in the order they were asked for, each endpoint's on its own."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def __len__(self) -> int:
        return sum(fault.times for fault in self._waiting)

    def add(self, fault: Fault) -> None:
        """Queue a copy of `fault`."""
        self._waiting.append(fault.model_copy())

    def clear(self) -> None:
        """Drop what is queued."""
        self._waiting.clear()

    async def strike(self, endpoint: Endpoint, answer: Answer) -> Response:
        """Answer as the endpoint's next fault has it, or well if none waits."""
        fault = self._take(endpoint)
        return answer() if fault is None else await FAULTS[fault.fault](fault, answer)

    def _take(self, endpoint: Endpoint) -> Fault | None:
        fault = next((f for f in self._waiting if f.endpoint == endpoint), None)
        if fault is not None:
            fault.times -= 1
            if fault.times == 0:
                self._waiting.remove(fault)
        return fault


class SandboxProtocol(H11Protocol):
    """uvicorn's HTTP protocol; its requests can reach the connection they came on."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        app = self.app

        async def with_transport(scope: Any, receive: Any, send: Any) -> None:
            await app({**scope, TRANSPORT: transport}, receive, send)

        self.app = with_transport


class _Wire(Response):
    """Writes `raw` past HTTP, then closes the connection: politely, or with a TCP reset."""

    def __init__(self, raw: bytes = b"", *, reset: bool = False) -> None:
        super().__init__()
        self._raw = raw
        self._reset = reset

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        transport: asyncio.Transport = scope[TRANSPORT]
        if self._reset:
            # No lingering: the kernel drops the connection with RST instead of FIN.
            linger = struct.pack("ii", 1, 0)
            transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, linger
            )
            transport.abort()
        else:
            transport.write(self._raw)
            transport.close()
        while (await receive())["type"] != "http.disconnect":
            pass


async def _accept_then_drop(_: Fault, answer: Answer) -> Response:
    answer()
    return _Wire()


async def _accept_then_delay(fault: Fault, answer: Answer) -> Response:
    good = answer()
    await asyncio.sleep(fault.seconds)
    return good


async def _hang(fault: Fault, answer: Answer) -> Response:
    await asyncio.sleep(fault.seconds)
    return answer()


async def _reset(_: Fault, __: Answer) -> Response:
    return _Wire(reset=True)


async def _half_body(_: Fault, answer: Answer) -> Response:
    body = bytes(answer().body)
    head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n"
    return _Wire(head.format(len(body)).encode() + body[: len(body) // 2])


async def _html_502(_: Fault, __: Answer) -> Response:
    return HTMLResponse("<html><body><h1>502 Bad Gateway</h1></body></html>", status_code=502)


async def _empty_503(_: Fault, __: Answer) -> Response:
    return Response(status_code=503)


async def _nonzero_result_code(fault: Fault, _: Answer) -> Response:
    return JSONResponse({"result_code": fault.result_code})


async def _redirect_308(fault: Fault, _: Answer) -> Response:
    return RedirectResponse(fault.location, status_code=308)


async def _oversized_body(fault: Fault, answer: Answer) -> Response:
    answer()
    return Response(b" " * fault.size + OK_BODY, media_type="application/json")


async def _code(fault: Fault, _: Answer) -> Response:
    if isinstance(fault.code, str):
        raise auth_error(fault.code, f"asked for, with a code={fault.code}")
    details = {"required_scopes": ["talk_message"]} if fault.code == -402 else {}
    raise api_error(fault.code, "asked for", **details)


FAULTS: dict[FaultName, Callable[[Fault, Answer], Awaitable[Response]]] = {
    FaultName.ACCEPT_THEN_DROP: _accept_then_drop,
    FaultName.ACCEPT_THEN_DELAY: _accept_then_delay,
    FaultName.HANG: _hang,
    FaultName.RESET: _reset,
    FaultName.HALF_BODY: _half_body,
    FaultName.HTML_502: _html_502,
    FaultName.EMPTY_503: _empty_503,
    FaultName.NONZERO_RESULT_CODE: _nonzero_result_code,
    FaultName.REDIRECT_308: _redirect_308,
    FaultName.OVERSIZED_BODY: _oversized_body,
    FaultName.CODE: _code,
}
"""What each fault does: the memo is accepted where the fault calls `answer`, and only there."""
