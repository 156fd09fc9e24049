"""An answer as server-sent events, and work that stops once nobody waits for it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, TypeVar

from fastapi import Request
from pydantic_core import to_json
from starlette.requests import ClientDisconnect

from backend.assistant.telling import Tell, TextSaid
from backend.errors import ApiError
from contract.assistant import ChatAnswer, ToolCall

logger = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[Tell], Coroutine[Any, Any, ChatAnswer]]
QUIET_SEC = 15.0
"""After that a comment says that the connection is still wanted: proxies close silent ones."""
QUIET = b": still at work\n\n"


async def while_there(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """What `work` gives; it is cancelled, and ClientDisconnect raised, once the client leaves."""
    task, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise ClientDisconnect
    finally:
        await _end(task, gone)


class AnswerEvents:
    """The events `text`, `tool_call`, and at last `done` or `error`."""

    def __init__(self, request: Request, work: Work) -> None:
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._run(work))
        self._gone = asyncio.create_task(_gone(request))
        self._gone.add_done_callback(lambda _: self._task.cancel())
        self._refused: ApiError | None = None

    async def begin(self) -> AsyncIterator[bytes]:
        """The events, once the first is there; raises ApiError where the answer never begins.

        After QUIET_SEC they begin all the same, and an error is one of them.
        """
        first = await self._next()
        if self._refused is not None:
            await _end(self._task, self._gone)
            raise self._refused
        return self._following(first)

    async def _following(self, event: bytes | None) -> AsyncIterator[bytes]:
        try:
            while event is not None:
                yield event
                event = await self._next()
        finally:
            await _end(self._task, self._gone)

    async def _next(self) -> bytes | None:
        try:
            return await asyncio.wait_for(self._queue.get(), QUIET_SEC)
        except TimeoutError:
            return QUIET

    async def _run(self, work: Work) -> None:
        has_begun = False

        def tell(told: TextSaid | ToolCall) -> None:
            nonlocal has_begun
            has_begun = True
            self._queue.put_nowait(_told(told))

        try:
            self._queue.put_nowait(_event("done", await work(tell)))
        except ApiError as error:
            self._refused = None if has_begun else error
            self._queue.put_nowait(_error(error))
        except Exception:
            logger.exception("an answer of the assistant failed")
            self._queue.put_nowait(_error(ApiError("the server failed; its log says why")))
        finally:
            self._queue.put_nowait(None)


def _told(told: TextSaid | ToolCall) -> bytes:
    return _event("tool_call" if isinstance(told, ToolCall) else "text", told)


def _error(error: ApiError) -> bytes:
    return _event("error", {"code": error.code, "message": error.message})


def _event(name: str, data: object) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + to_json(data) + b"\n\n"


async def _gone(request: Request) -> None:
    """Return once the client has left; its body has been read before."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _end(*tasks: asyncio.Future[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
