"""Back-pressure: of pictures that come faster than a model answers, the newest is answered."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from backend.errors import ApiError
from backend.live.protocol import problem
from contract.vision import Prediction

logger = logging.getLogger(__name__)

Tell = Callable[[str, dict[str, Any]], Awaitable[None]]
"""Sends an event to the client."""


Predict = Callable[[str, bytes, bytes | None], Awaitable[Prediction]]
"""Asks the image model of this name about a picture and the one before it; raises ApiError."""


@dataclass(frozen=True)
class Picture:
    """`request_id` is the client's."""

    request_id: str | int | None
    image: bytes


class Lane:
    """The pictures of one client for one model. Event loop only.

    One picture is with the model, the newest one waits, and the last answered one is kept for a
    model that compares: three at most.
    """

    def __init__(self, model_name: str, predict: Predict, tell: Tell) -> None:
        self._model_name, self._predict, self._tell = model_name, predict, tell
        self._waiting: Picture | None = None
        self._previous: bytes | None = None
        self._skipped = 0
        self._task: asyncio.Task[None] | None = None

    @property
    def is_of_use(self) -> bool:
        """Whether it is at work, or has been with success."""
        return self._previous is not None or (self._task is not None and not self._task.done())

    def offer(self, picture: Picture) -> bool:
        """Have `picture` answered once the model is free; True if one that waited gives way."""
        gives_way = self._waiting is not None
        self._skipped += gives_way
        self._waiting = picture
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return gives_way

    def close(self) -> None:
        """The client has gone."""
        if self._task:
            self._task.cancel()

    async def _run(self) -> None:
        while picture := self._waiting:
            skipped, self._skipped, self._waiting = self._skipped, 0, None
            event, answer = await self._answer(picture)
            about = {"request_id": picture.request_id, "model_name": self._model_name}
            await self._tell(event, about | answer | {"skipped": skipped})

    async def _answer(self, picture: Picture) -> tuple[str, dict[str, Any]]:
        try:
            prediction = await self._predict(self._model_name, picture.image, self._previous)
        except ApiError as error:
            return "prediction_error", problem(error)
        except Exception:
            logger.exception("%s failed", self._model_name)
            return "prediction_error", problem(ApiError("the server failed; its log says why"))
        self._previous = picture.image
        return "prediction_result", prediction.model_dump()
