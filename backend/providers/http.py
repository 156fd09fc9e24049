"""HTTP to a provider: one question, or a stream of events, within bounds of time and length."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from http import HTTPStatus
from typing import Any, TypeVar

import httpx2 as httpx
from pydantic import BaseModel, JsonValue, ValidationError
from pydantic_core import from_json, to_json

from backend.providers.base import Failure, ProviderFailed
from backend.providers.sse import EventData
from common.trust import trusted

ANSWER_SEC = 20.0
CONNECT_SEC = 5.0
SILENCE_SEC = 60.0
"""Between two pieces of a stream: a model at home may think so long before its first word."""
LONGEST_WAIT_SEC = 86_400.0
MAX_ANSWER_BYTES = 256 * 2**10
MAX_STREAM_BYTES = 4 * 2**20
WRONG_KEY = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, 529}

M = TypeVar("M", bound=BaseModel)
IsWrongKey = Callable[[int, bytes], bool]


def has_key_status(status: int, _body: bytes) -> bool:
    """Whether the status says that the key is wrong."""
    return status in WRONG_KEY


async def post_json(
    url: str,
    headers: Mapping[str, str],
    body: Any,
    *,
    is_wrong_key: IsWrongKey = has_key_status,
) -> JsonValue:
    """What the provider answers; raises ProviderFailed, whatever it does."""
    with _named(Failure.AWAY):
        async with asyncio.timeout(ANSWER_SEC), _posted(url, headers, body, ANSWER_SEC) as response:
            answer = await _whole(response)
    _check(response, answer, is_wrong_key)
    return parsed(answer)


async def stream_json(
    url: str,
    headers: Mapping[str, str],
    body: Any,
    take: Callable[[str], None],
    *,
    is_wrong_key: IsWrongKey = has_key_status,
) -> None:
    """Give `take` the data of each event of the answer; raises ProviderFailed, as `take` may."""
    with _named(Failure.AWAY):
        async with _posted(url, headers, body, SILENCE_SEC) as response:
            if response.status_code != HTTPStatus.OK:
                _check(response, await _whole(response), is_wrong_key)
            with _named(Failure.CUT):
                await _read_events(response, take)


async def _read_events(response: httpx.Response, take: Callable[[str], None]) -> None:
    events, length = EventData(), 0
    async for chunk in response.aiter_raw():
        length += len(chunk)
        if length > MAX_STREAM_BYTES:
            raise ProviderFailed(Failure.GARBAGE)
        for data in events.feed(chunk):
            take(data)


def parsed(text: bytes | str) -> JsonValue:
    """`text` as JSON; raises ProviderFailed."""
    try:
        value: JsonValue = from_json(text, allow_inf_nan=False)
    except ValueError:
        raise ProviderFailed(Failure.GARBAGE) from None
    return value


def taken_as(model: type[M], answer: JsonValue) -> M:
    """The answer as this model; raises ProviderFailed where it is something else."""
    try:
        return model.model_validate(answer)
    except ValidationError:
        raise ProviderFailed(Failure.GARBAGE) from None


@contextmanager
def _named(failure: Failure) -> Iterator[None]:
    """What the connection raises, by its name; `failure` where it is no time-out."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout):  # that does not change within seconds
        raise ProviderFailed(Failure.AWAY) from None
    except (TimeoutError, httpx.TimeoutException):
        raise ProviderFailed(Failure.TIMEOUT, 0.0) from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise ProviderFailed(failure, 0.0) from None


@asynccontextmanager
async def _posted(
    url: str, headers: Mapping[str, str], body: Any, silence_sec: float
) -> AsyncIterator[httpx.Response]:
    """The answer, of which the body is not read yet."""
    sent = {**headers, "Content-Type": "application/json", "Accept-Encoding": "identity"}
    timeout = httpx.Timeout(silence_sec, connect=CONNECT_SEC)
    async with httpx.AsyncClient(timeout=timeout, verify=trusted(), trust_env=False) as client:
        request = client.build_request("POST", url, headers=sent, content=to_json(body))
        response = await client.send(request, stream=True)
        async with aclosing(response):
            yield response


async def _whole(response: httpx.Response) -> bytes:
    answer = b""
    # Raw: what is compressed could become anything.
    async for chunk in response.aiter_raw():
        answer += chunk
        if len(answer) > MAX_ANSWER_BYTES:
            raise ProviderFailed(Failure.GARBAGE)
    return answer


def _check(response: httpx.Response, answer: bytes, is_wrong_key: IsWrongKey) -> None:
    """Raise ProviderFailed unless all is well."""
    status = response.status_code
    if is_wrong_key(status, answer):
        raise ProviderFailed(Failure.KEY)
    if status in BUSY:
        raise ProviderFailed(Failure.BUSY, seconds_of(response.headers.get("retry-after", "")))
    if status != HTTPStatus.OK:
        is_passing = status >= HTTPStatus.INTERNAL_SERVER_ERROR
        raise ProviderFailed(Failure.FAILED, 0.0 if is_passing else None)


def seconds_of(said: str) -> float:
    """In seconds, a day at most; 0 where it says nothing, or a date."""
    return min(float(said), LONGEST_WAIT_SEC) if said.isascii() and said.isdigit() else 0.0
