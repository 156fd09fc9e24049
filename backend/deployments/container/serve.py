"""Answers `POST /predict` with one version of a model, whose files it checks at its start."""

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from backend.deployments.container.pictures import PictureAnswers
from backend.deployments.container.windows import WindowAnswers
from backend.errors import ApiError, InvalidInput
from modeling.perception.detector.checkpoint import MANIFEST_NAME, CheckpointError
from modeling.perception.images.registry import SERVED

FOLDER = Path(__file__).resolve().parent
MAX_BODY_BYTES = 11 * 2**20
"""Two pictures in base64."""


def check_files(folder: Path) -> None:
    """Raise CheckpointError unless the files in `model` are those that were deployed."""
    expected = json.loads((folder / "files.json").read_bytes())
    for name, digest in expected.items():
        if hashlib.sha256((folder / "model" / name).read_bytes()).hexdigest() != digest:
            raise CheckpointError(f"model/{name} is not the file that was deployed")


def answers_in(folder: Path) -> WindowAnswers | PictureAnswers:
    """Who answers by the checkpoint in `folder`; raises CheckpointError."""
    name = json.loads((folder / MANIFEST_NAME).read_bytes()).get("name")
    return PictureAnswers(folder) if name in SERVED else WindowAnswers(folder)


async def body_of(request: Request) -> bytes:
    """Raises InvalidInput where it is too long."""
    chunks, length = list[bytes](), 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > MAX_BODY_BYTES:
            raise InvalidInput(f"expected at most {MAX_BODY_BYTES} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def application(answers: WindowAnswers | PictureAnswers) -> Starlette:
    """The two routes."""

    def answer(content_type: str, body: bytes) -> dict[str, Any]:
        results = [it.model_dump(mode="json") for it in answers.answer(content_type, body)]
        return {"version": answers.version, "results": results}

    async def predict(request: Request) -> JSONResponse:
        try:
            body = await body_of(request)
            content_type = request.headers.get("content-type", "")
            return JSONResponse(await run_in_threadpool(answer, content_type, body))
        except ApiError as error:
            return JSONResponse({"code": error.code, "message": error.message}, error.status)

    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "name": answers.name, "version": answers.version})

    return Starlette(
        routes=[Route("/predict", predict, methods=["POST"]), Route("/health", health)]
    )


def main() -> None:
    """Serve until it is stopped."""
    try:
        check_files(FOLDER)
        answers = answers_in(FOLDER / "model")
    except (CheckpointError, OSError, ValueError) as error:
        sys.exit(f"cannot serve: {error}")
    host = os.environ.get("HOST", "0.0.0.0")  # noqa: S104 (a container's own network)
    uvicorn.run(application(answers), host=host, port=int(os.environ.get("PORT", "8080")))


if __name__ == "__main__":
    main()
