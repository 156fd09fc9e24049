"""What is asked of an endpoint: windows, or a picture, as the server's own models take them."""

from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TypeAlias

import numpy as np
from fastapi import Request
from numpy.typing import NDArray
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool

from backend.analysis.decode import asked_in_npy, window_from_json, window_of
from backend.errors import InvalidInput
from backend.http.bodies import MAX_LARGE_BODY_BYTES, parse_json, read_body, validate
from backend.http.media_type import parameters_of
from backend.vision.batch_queue import Question
from backend.vision.requests import asked
from contract.analysis import NPY_MEDIA_TYPE, WindowBatch
from contract.versions import DETECTOR

BATCH = TypeAdapter(WindowBatch)
Windows: TypeAlias = NDArray[np.float32]


async def question_of(
    request: Request, recipe: str
) -> AbstractAsyncContextManager[Question | Windows]:
    """(N, T, F) windows, or pictures that are held until the block ends.

    Raises NotJson, EncodedBody, BodyTooLarge, InvalidInput, and what `asked` does.
    """
    if recipe != DETECTOR:
        return asked(request)
    body = await read_body(request, MAX_LARGE_BODY_BYTES)
    content_type = request.headers.get("content-type", "")
    return nullcontext(await run_in_threadpool(windows_of, content_type, body))


def windows_of(content_type: str, body: bytes) -> Windows:
    """(N, T, F) windows; raises NotJson or InvalidInput."""
    if content_type.partition(";")[0].strip().lower() == NPY_MEDIA_TYPE:
        windows = asked_in_npy(body, parameters_of(content_type)).windows
        return windows[None] if windows.ndim == 2 else windows
    said = parse_json(body)
    if isinstance(said, dict) and "windows" in said:
        batch = validate(BATCH, body)
        return np.stack([window_of(window.frames) for window in batch.windows])
    if not (isinstance(said, dict) and "frames" in said):
        raise InvalidInput("expected `windows`, a list of objects with `frames`, or one `frames`")
    return window_from_json(body)[None]
