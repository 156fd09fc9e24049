"""How a route is described: examples of what it takes and answers, and its own errors."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from backend.errors import (
    ApiError,
    BodyTooLarge,
    EncodedBody,
    Forbidden,
    InvalidInput,
    NotJson,
    Problem,
    TooManyRequests,
    Unauthorized,
)

Responses = dict[int | str, dict[str, Any]]

FILE = {"type": "string", "format": "binary"}
"""The schema of a body, or of a field of a form, that is bytes."""
NO_OTHERS: Mapping[str, Mapping[str, Any]] = {}

OF_ANY_ROUTE = (Unauthorized, Forbidden, TooManyRequests)
OF_A_BODY = (NotJson, BodyTooLarge, EncodedBody, InvalidInput)


def answers(example: object, *errors: type[ApiError]) -> Responses:
    """What a route answers when all is well, and the errors that are its own."""
    return {200: {"content": {"application/json": {"example": example}}}, **problems(*errors)}


def problems(*errors: type[ApiError]) -> Responses:
    """Errors by their status; of several with one status each is named."""
    described: dict[int, list[str]] = {}
    for error in errors:
        text = (error.__doc__ or "").strip().split("\n")[0]
        described.setdefault(int(error.status), []).append(f"`{error.code}`: {text}")
    return {
        status: {"model": Problem, "description": " ".join(texts)}
        for status, texts in described.items()
    }


def json_body(
    adapter: TypeAdapter[Any],
    example: object,
    *,
    required: bool = True,
    others: Mapping[str, Mapping[str, Any]] = NO_OTHERS,
) -> dict[str, Any]:
    """The description of a body that the route parses by itself.

    `others` are the schemas of the other media types that it takes.
    """
    schema = adapter.json_schema()
    schema = _inline(schema, schema.pop("$defs", {}))
    content = {"application/json": {"schema": schema, "example": example}}
    content |= {media_type: {"schema": other} for media_type, other in others.items()}
    return {"requestBody": {"required": required, "content": content}}


def _inline(node: Any, definitions: Mapping[str, Any]) -> Any:
    """`node` without references, which would lead nowhere from the middle of another document."""
    if isinstance(node, list):
        return [_inline(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inline(definitions[node["$ref"].rpartition("/")[2]], definitions)
    return {name: _inline(value, definitions) for name, value in node.items()}
