"""Request bodies: read in bounded memory, parsed strictly."""

from typing import Annotated, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import from_json

from backend.errors import BodyTooLarge, EncodedBody, InvalidInput, NotJson, describe

# A thousand events have room in it. What JSON becomes in memory is some twenty times as large.
MAX_BODY_BYTES = 2**20
# A longer body is read to its end and dropped, so that the client gets the answer and not a reset;
# beyond this much the connection is closed on it.
MAX_DISCARDED_BYTES = 128 * 2**20

T = TypeVar("T")


async def read_body(request: Request) -> bytes:
    """The whole body; raises BodyTooLarge without ever holding more than MAX_BODY_BYTES.

    Raises EncodedBody for a compressed one.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise EncodedBody("expected a body without Content-Encoding")
    chunks: list[bytes] = []
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length <= MAX_BODY_BYTES:
            chunks.append(chunk)
        else:
            chunks.clear()
        if length > MAX_DISCARDED_BYTES:
            break
    if length > MAX_BODY_BYTES:
        raise BodyTooLarge(f"expected at most {MAX_BODY_BYTES} bytes")
    return b"".join(chunks)


Body = Annotated[bytes, Depends(read_body)]


def check_json(body: bytes) -> None:
    """Raise NotJson for what cannot be parsed, InvalidInput for NaN and Infinity in it."""
    try:
        from_json(body)
    except ValueError as error:
        raise NotJson(f"expected a JSON body: {error}") from error
    try:
        from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise InvalidInput(f"expected finite numbers, no NaN and no Infinity: {error}") from error


def parse_model(adapter: TypeAdapter[T], body: bytes) -> T:
    """Parse and validate; raises NotJson for what is no JSON, InvalidInput for the rest."""
    check_json(body)
    try:
        return adapter.validate_json(body)
    except ValidationError as error:
        raise InvalidInput(describe(error)) from error


def json_body(model: type[BaseModel], *, many: bool = False) -> dict[str, object]:
    """The OpenAPI description of a body that the route parses by itself."""
    schema: dict[str, object] = model.model_json_schema()
    if many:
        schema = {"type": "array", "items": schema}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
