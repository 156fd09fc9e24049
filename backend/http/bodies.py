"""Bodies: requests are read in bounded memory and parsed strictly, answers written at once."""

import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request, Response
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import from_json
from starlette.requests import ClientDisconnect

from backend.errors import BodyTooLarge, EncodedBody, InvalidInput, NotJson, describe

MAX_BODY_BYTES = 64 * 2**10
# Of lists of events and of windows. Parsing one holds up the heartbeats, by up to half a ms a KiB.
MAX_LARGE_BODY_BYTES = 512 * 2**10
# A longer body is read to its end and dropped, so that the client gets the answer and not a reset;
# beyond this much the connection is closed on it.
MAX_DISCARDED_BYTES = 128 * 2**20

MAX_NUMBER = sys.float_info.max
FINITE = "body: expected finite numbers, up to 1.7e308, no NaN and no Infinity"

T = TypeVar("T")


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body; raises EncodedBody, BodyTooLarge, or ClientDisconnect where it ends early.

    Never more than `limit` bytes of it are held.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise EncodedBody("expected a body without Content-Encoding")
    chunks: list[bytes] = []
    length = 0
    more = True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk, more = message.get("body", b""), message.get("more_body", False)
        length += len(chunk)
        if length <= limit:
            chunks.append(chunk)
        else:
            chunks.clear()
        if length > MAX_DISCARDED_BYTES:
            break
    if length > limit:
        raise BodyTooLarge(f"expected at most {limit} bytes")
    return b"".join(chunks)


def _read_up_to(limit: int) -> Callable[[Request], Coroutine[Any, Any, bytes]]:
    async def read(request: Request) -> bytes:
        return await read_body(request, limit)

    return read


Body = Annotated[bytes, Depends(_read_up_to(MAX_BODY_BYTES))]
LargeBody = Annotated[bytes, Depends(_read_up_to(MAX_LARGE_BODY_BYTES))]


def parse_json(body: bytes) -> Any:
    """What `body` says; raises NotJson, and InvalidInput for numbers that not every reader takes.

    A byte order mark before it is passed over.
    """
    try:
        value = from_json(body.removeprefix(BOM_UTF8))
    except ValueError as error:
        if "number out of range" in str(error):
            raise InvalidInput(f"{FINITE}: {error}") from error
        raise NotJson(f"expected a JSON body: {error}") from error
    check_finite(value)
    return value


def _is_finite(value: Any) -> bool:
    """Whether no number in it is NaN or beyond a double, which is all that most readers have."""
    kind = type(value)  # isinstance takes four times as long, and every event passes here
    if kind is float or kind is int:
        return bool(-MAX_NUMBER <= value <= MAX_NUMBER)
    if kind is dict:
        return all(map(_is_finite, value.values()))
    return kind is not list or all(map(_is_finite, value))


def parse(adapter: TypeAdapter[T], body: bytes) -> T:
    """Parse and validate at once; what the model keeps of unknown fields is not checked.

    Raises NotJson for what is no JSON, InvalidInput for the rest.
    """
    try:
        return adapter.validate_json(body.removeprefix(BOM_UTF8))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        if first["type"] != "json_invalid":
            raise InvalidInput(describe(error)) from error
        if "number out of range" in first["msg"]:
            raise InvalidInput(f"{FINITE}: {first['msg']}") from error
        raise NotJson(f"expected a JSON body: {first['msg']}") from error


def check_finite(value: Any) -> None:
    """Raises InvalidInput for numbers that not every reader takes."""
    if not _is_finite(value):
        raise InvalidInput(FINITE)


def parse_model(adapter: TypeAdapter[T], body: bytes) -> T:
    """Parse and validate; raises NotJson for what is no JSON, InvalidInput for the rest."""
    parse_json(body)
    return validate(adapter, body)


def validate(adapter: TypeAdapter[T], body: bytes) -> T:
    """`body`, which `parse_json` has taken, as what it must be; raises InvalidInput."""
    try:
        return adapter.validate_json(body.removeprefix(BOM_UTF8))
    except ValidationError as error:
        raise InvalidInput(describe(error)) from error


def json_response(answer: BaseModel) -> Response:
    """`answer` without what is None, for the routes that are asked most often.

    FastAPI would check it once more, and would take longer over the two bodies than the rest takes.
    """
    return Response(answer.model_dump_json(exclude_none=True), media_type="application/json")
