"""Bodies with pictures: read in bounded memory, as JSON with base64 or as multipart/form-data."""

import binascii
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from io import BytesIO
from typing import Any

from fastapi import Request
from PIL import Image
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool

from backend.errors import BodyTooLarge, InvalidInput
from backend.http.bodies import parse_model, read_body
from backend.http.openapi import FILE, json_body
from backend.vision.batch_queue import Question
from backend.vision.decode import MAX_BYTES, from_base64
from backend.vision.errors import VisionBusy
from backend.vision.multipart import MULTIPART, parse_parts
from contract.vision import PredictRequest

# Two pictures in base64, and what is around them.
MAX_BODY_BYTES = 2 * (MAX_BYTES * 4 // 3) + 64 * 2**10
# Of all requests together, from their first byte to their answer.
MAX_BODIES_BYTES = 6 * MAX_BODY_BYTES
# Parsing one that is longer would hold up everybody else.
LONG_BYTES = 256 * 2**10
REQUEST = TypeAdapter(PredictRequest)


class BodyBudget:
    """How many bytes the bodies of all requests may hold together. Event loop only."""

    def __init__(self, capacity: int = MAX_BODIES_BYTES) -> None:
        self._free = capacity

    def take(self, size: int) -> bool:
        """Whether there was room for `size` bytes, which must then be given back."""
        if size > self._free:
            return False
        self._free -= size
        return True

    def give_back(self, size: int) -> None:
        """They are free again."""
        self._free += size


@asynccontextmanager
async def asked(request: Request) -> AsyncIterator[Question]:
    """What `request` asks; its pictures count against the budget until the block ends.

    Raises VisionBusy, EncodedBody, BodyTooLarge, and what parse_question does.
    """
    budget: BodyBudget = request.app.state.picture_budget
    declared = int(request.headers.get("content-length", MAX_BODY_BYTES))
    size = min(declared, MAX_BODY_BYTES)
    if not budget.take(size):
        await _discard(request)
        raise VisionBusy
    try:
        body = await read_body(request, MAX_BODY_BYTES)
        yield await parse_question(request.headers.get("content-type", ""), body)
    finally:
        budget.give_back(size)


async def _discard(request: Request) -> None:
    """Read the body to its end, so that the client gets the answer and not a reset."""
    try:
        await read_body(request, 0)
    except BodyTooLarge:
        return


async def parse_question(content_type: str, body: bytes) -> Question:
    """What is asked; raises NotJson, BrokenBase64, ImageTooLarge or InvalidInput."""
    if content_type.partition(";")[0].strip().lower() == MULTIPART:
        parse = partial(_from_parts, await parse_parts(content_type, body))
    else:
        parse = partial(_from_json, body)
    return await run_in_threadpool(parse) if len(body) > LONG_BYTES else parse()


def _from_json(body: bytes) -> Question:
    sent = parse_model(REQUEST, body)
    previous = sent.previous_image_base64
    return Question(
        sent.model_name,
        from_base64("image_base64", sent.image_base64),
        None if previous is None else from_base64("previous_image_base64", previous),
    )


def _from_parts(parts: dict[str, bytes]) -> Question:
    pictures = [parts[part] for part in ("image", "file") if part in parts]
    if "image_base64" in parts:
        text = parts["image_base64"].decode("ascii", errors="replace")
        pictures.append(from_base64("image_base64", text))
    if not parts.get("model_name") or len(pictures) != 1:
        raise InvalidInput(
            "expected the parts `model_name` and one of `image`, `file` and `image_base64`, "
            "and perhaps `previous`"
        )
    name = parts["model_name"].decode("utf-8", errors="replace")
    return Question(name, pictures[0], parts.get("previous"))


def _picture() -> str:
    """A grey picture as an example."""
    encoded = BytesIO()
    Image.new("L", (64, 48), 128).save(encoded, "JPEG")
    return binascii.b2a_base64(encoded.getvalue(), newline=False).decode()


def describe_question() -> dict[str, Any]:
    """The OpenAPI description of both kinds of body."""
    form = {
        "type": "object",
        "properties": {
            "model_name": {"type": "string", "minLength": 1},
            "image": FILE,
            "previous": FILE,
        },
        "required": ["model_name", "image"],
        "additionalProperties": False,
    }
    example = {"model_name": "posture", "image_base64": _picture()}
    return json_body(REQUEST, example, others={MULTIPART: form})
