"""HTTP to a provider: one question, within bounds of time and length."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from contextlib import aclosing
from functools import cache
from http import HTTPStatus
from typing import Any, TypeVar

import httpx2 as httpx
from pydantic import BaseModel, JsonValue, ValidationError
from pydantic_core import from_json, to_json

from backend.providers.base import Failure, ProviderFailed

ANSWER_SEC = 20.0
CONNECT_SEC = 5.0
MAX_ANSWER_BYTES = 256 * 2**10
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
    try:
        async with asyncio.timeout(ANSWER_SEC):
            status, answer = await _post(url, headers, to_json(body))
    except (TimeoutError, httpx.TimeoutException):
        raise ProviderFailed(Failure.TIMEOUT) from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise ProviderFailed(Failure.AWAY) from None
    if is_wrong_key(status, answer):
        raise ProviderFailed(Failure.KEY)
    if status in BUSY:
        raise ProviderFailed(Failure.BUSY)
    if status != HTTPStatus.OK:
        raise ProviderFailed(Failure.FAILED)
    return parsed(answer)


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


async def _post(url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
    sent = {**headers, "Content-Type": "application/json", "Accept-Encoding": "identity"}
    timeout = httpx.Timeout(ANSWER_SEC, connect=CONNECT_SEC)
    async with httpx.AsyncClient(timeout=timeout, verify=_trusted(), trust_env=False) as client:
        request = client.build_request("POST", url, headers=sent, content=body)
        response = await client.send(request, stream=True)
        async with aclosing(response):
            answer = b""
            # Raw: what is compressed could become anything.
            async for chunk in response.aiter_raw():
                answer += chunk
                if len(answer) > MAX_ANSWER_BYTES:
                    raise ProviderFailed(Failure.GARBAGE)
            return response.status_code, answer


@cache
def _trusted() -> ssl.SSLContext:
    """Made once: to read all authorities takes longer than the rest of a request."""
    return httpx.create_ssl_context(trust_env=False)
