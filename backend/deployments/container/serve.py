"""Answers `POST /predict` with one version of a detector, whose files it checks at its start."""

import hashlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import uvicorn
from numpy.typing import NDArray
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from contract.analysis import NPY_MEDIA_TYPE, WindowBatch
from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.detector.detector import Detector, WindowError

FOLDER = Path(__file__).resolve().parent
MAX_BODY_BYTES = 8 * 2**20


class WrongBody(Exception):
    """The body is not what was expected; the message says what was."""


def check_files(folder: Path) -> None:
    """Raise CheckpointError unless the files in `model` are those that were deployed."""
    expected = json.loads((folder / "files.json").read_bytes())
    for name, digest in expected.items():
        if hashlib.sha256((folder / "model" / name).read_bytes()).hexdigest() != digest:
            raise CheckpointError(f"model/{name} is not the file that was deployed")


def windows_of(content_type: str, body: bytes) -> NDArray[np.float32]:
    """(N, T, F) windows; raises WrongBody."""
    try:
        if content_type.partition(";")[0].strip().lower() == NPY_MEDIA_TYPE:
            array = np.load(io.BytesIO(body), allow_pickle=False)
            windows = np.asarray(array, dtype=np.float32)
            return windows[None] if windows.ndim == 2 else windows
        batch = WindowBatch.model_validate_json(body)
        rows = [[frame.features for frame in window.frames] for window in batch.windows]
        return np.array(rows, dtype=np.float32)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise WrongBody(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except (ValueError, TypeError, EOFError, MemoryError) as error:
        raise WrongBody("expected windows of one shape, (N, 16, F) numbers") from error


async def body_of(request: Request) -> bytes:
    """Raises WrongBody where it is too long."""
    chunks, length = list[bytes](), 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > MAX_BODY_BYTES:
            raise WrongBody(f"expected at most {MAX_BODY_BYTES} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def application(detector: Detector) -> Starlette:
    """The two routes."""
    version = detector.manifest.version

    def answer(content_type: str, body: bytes) -> dict[str, Any]:
        analyses = detector.analyze(windows_of(content_type, body))
        return {"version": version, "results": [it.model_dump(mode="json") for it in analyses]}

    async def predict(request: Request) -> JSONResponse:
        try:
            body = await body_of(request)
            content_type = request.headers.get("content-type", "")
            return JSONResponse(await run_in_threadpool(answer, content_type, body))
        except (WrongBody, WindowError) as error:
            return JSONResponse({"code": "invalid_input", "message": str(error)}, 422)
        except ValidationError:
            said = "features are too large: expected a finite score of them"
            return JSONResponse({"code": "invalid_input", "message": said}, 422)

    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "name": detector.manifest.name, "version": version})

    return Starlette(
        routes=[Route("/predict", predict, methods=["POST"]), Route("/health", health)]
    )


def main() -> None:
    """Serve until it is stopped."""
    try:
        check_files(FOLDER)
        detector = Detector.load(FOLDER / "model")
    except (CheckpointError, OSError, ValueError) as error:
        sys.exit(f"cannot serve: {error}")
    host = os.environ.get("HOST", "0.0.0.0")  # noqa: S104 (a container's own network)
    uvicorn.run(application(detector), host=host, port=int(os.environ.get("PORT", "8080")))


if __name__ == "__main__":
    main()
