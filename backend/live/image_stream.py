"""Back-pressure: of images that come faster than a model answers, the newest is answered."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from backend.errors import ApiError
from backend.live.protocol import problem
from contract.vision import Prediction

logger = logging.getLogger(__name__)

Emit = Callable[[str, dict[str, Any]], Awaitable[None]]
"""Sends an event and its data to the client."""

Predict = Callable[[str, bytes, bytes | None], Awaitable[Prediction]]
"""Asks the image model of this name about an image and the one before it; raises ApiError."""


@dataclass(frozen=True)
class ImageRequest:
    """An encoded image for a model; the client has chosen the `request_id`."""

    request_id: str | int | None
    image: bytes


class ImageStream:
    """The images of one client for one model. Event loop only.

    One image is with the model, the newest one waits, and the last answered one is kept for a
    model that compares: three at most.
    """

    def __init__(self, model_name: str, predict: Predict, emit: Emit) -> None:
        self._model_name, self._predict, self._emit = model_name, predict, emit
        self._waiting: ImageRequest | None = None
        self._previous: bytes | None = None
        self._skipped = 0
        self._task: asyncio.Task[None] | None = None

    @property
    def is_of_use(self) -> bool:
        """Whether it is at work, or has been with success."""
        return self._previous is not None or (self._task is not None and not self._task.done())

    def submit(self, request: ImageRequest) -> bool:
        """Have it answered once the model is free; True if it replaces one that waited."""
        replaces = self._waiting is not None
        self._skipped += replaces
        self._waiting = request
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return replaces

    def close(self) -> None:
        """The client has gone."""
        if self._task:
            self._task.cancel()

    async def _run(self) -> None:
        while request := self._waiting:
            skipped, self._skipped, self._waiting = self._skipped, 0, None
            event, answer = await self._answer(request)
            about = {"request_id": request.request_id, "model_name": self._model_name}
            await self._emit(event, about | answer | {"skipped": skipped})

    async def _answer(self, request: ImageRequest) -> tuple[str, dict[str, Any]]:
        try:
            prediction = await self._predict(self._model_name, request.image, self._previous)
        except ApiError as error:
            return "prediction_error", problem(error)
        except Exception:
            logger.exception("%s failed", self._model_name)
            return "prediction_error", problem(ApiError("the server failed; its log says why"))
        self._previous = request.image
        return "prediction_result", prediction.model_dump()
