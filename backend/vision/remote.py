"""The image models of another server, which VISION_URL names."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from http import HTTPStatus

from backend.errors import ApiError, InvalidInput, ModelUnavailable, Problem
from backend.part import Part, part
from backend.vision.circuit_breaker import CircuitBreaker
from backend.vision.decode import image_format
from backend.vision.errors import (
    BrokenImage,
    ImageTooLarge,
    NotInProduction,
    UnknownModel,
    UnsupportedImage,
    VisionAway,
    VisionBusy,
    VisionFailed,
)
from backend.vision.predictor import ModelState, VisionHealth, describe_failures
from backend.vision.remote_client import MAX_CONNECTIONS, Answer, VisionClient
from contract.vision import Prediction

logger = logging.getLogger(__name__)

LOOK_SEC = 5.0
REFUSALS: dict[str, HTTPStatus] = {
    refusal.code: refusal.status
    for refusal in (
        *(UnknownModel, ImageTooLarge, UnsupportedImage, BrokenImage, InvalidInput),
        *(NotInProduction, ModelUnavailable),
    )
}
"""What the other server says of a question, and this one after it."""


class Refused(ApiError):
    """A refusal of the other server, said on as it is."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.status, self.code = REFUSALS[problem.code], problem.code


class VisionForwarder:
    """A Predictor that asks another server; pictures are passed on as they are.

    Every LOOK_SEC it asks what the other server's models are doing.
    """

    def __init__(self, client: VisionClient, breaker: CircuitBreaker) -> None:
        self._client, self._breaker = client, breaker
        self._asked = 0
        self._states: list[ModelState] = []
        self._away: str | None = "the server at VISION_URL was not heard of yet"
        self._looking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look after the other server."""
        self._client.open()
        self._looking = asyncio.create_task(self._keep_looking())

    async def stop(self) -> None:
        """Hang up."""
        if self._looking:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking
        await self._client.close()

    async def predict(
        self, model_name: str, image: bytes, previous: bytes | None = None
    ) -> Prediction:
        """See Predictor; VisionAway at once while the other server has not answered of late."""
        pictures = {"image": image} if previous is None else {"image": image, "previous": previous}
        for picture in pictures.values():
            image_format(picture)
        if self._asked >= MAX_CONNECTIONS:
            raise VisionBusy
        if wait := self._breaker.wait():
            raise VisionAway("the server at VISION_URL has not answered of late", wait)
        self._asked += 1
        try:
            return await self._predict(model_name, pictures)
        finally:
            self._asked -= 1

    def states(self) -> list[ModelState]:
        """What the other server said last; none of them is ready while it is away."""
        if self._away is None:
            return self._states
        lost = {"status": "unavailable", "reason": self._away}
        return [state.model_copy(update=lost) for state in self._states]

    def health(self) -> Part:
        """A household that does not use a model still hears that it is not there."""
        return part(self.failure, models=self.states())

    @property
    def failure(self) -> str | None:
        """Why the other server, or a model of its, is not there."""
        return self._away or describe_failures(self._states)

    async def _predict(self, model_name: str, pictures: Mapping[str, bytes]) -> Prediction:
        try:
            prediction = _prediction(await self._client.predict(model_name, pictures))
        except (VisionAway, VisionFailed):
            self._breaker.failed()
            raise
        except ApiError:
            self._breaker.succeeded()
            raise
        self._breaker.succeeded()
        return prediction

    async def look(self) -> None:
        """Ask what the other server's models are doing."""
        try:
            answer = await self._client.health()
            self._states = answer.parsed(VisionHealth).models
            self._note(None)
        except ApiError as error:
            self._note(error.message)

    async def _keep_looking(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SEC)

    def _note(self, away: str | None) -> None:
        if away != self._away:
            logger.log(
                logging.WARNING if away else logging.INFO, "vision: %s", away or "it is there"
            )
        self._away = away


def _prediction(answer: Answer) -> Prediction:
    """What was answered; raises the other server's refusal, or VisionFailed."""
    if answer.status == HTTPStatus.OK:
        return answer.parsed(Prediction)
    problem = answer.parsed(Problem)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS or problem.code == VisionBusy.code:
        raise VisionBusy
    if problem.code in REFUSALS:
        raise Refused(problem)
    raise VisionFailed(f"the server at VISION_URL answers {answer.status}: {problem.code}")
