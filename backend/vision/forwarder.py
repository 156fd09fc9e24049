"""The image models of another server, which VISION_URL names."""

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

import httpx2 as httpx
from pydantic import BaseModel, SecretStr, ValidationError

from backend.errors import (
    ApiError,
    BrokenImage,
    ImageTooLarge,
    InvalidInput,
    ModelUnavailable,
    Problem,
    UnknownModel,
    UnsupportedImage,
    VisionAway,
    VisionBusy,
    VisionFailed,
)
from backend.vision.breaker import CircuitBreaker
from backend.vision.images import image_format
from backend.vision.multipart import write_parts
from backend.vision.predictor import ModelState, VisionHealth, describe_failures
from contract.vision import Prediction

logger = logging.getLogger(__name__)

M = TypeVar("M", bound=BaseModel)

MAX_ASKED = 64
MAX_ANSWER_BYTES = 64 * 2**10
ANSWER_SEC = 10.0
LOOK_SEC = 5.0
TIMEOUT = httpx.Timeout(ANSWER_SEC, connect=2.0)
# uvicorn hangs up on a connection that was idle for 5 s.
LIMITS = httpx.Limits(max_connections=MAX_ASKED, keepalive_expiry=4.0)
# A prediction changes nothing, so that one whose connection was just being closed is asked again.
HUNG_UP = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
REFUSALS = (
    *(UnknownModel, ImageTooLarge, UnsupportedImage, BrokenImage, InvalidInput),
    ModelUnavailable,
)
"""What the other server says of a question, and this one after it."""


@dataclass(frozen=True)
class Answer:
    """What the other server said, whole."""

    status: int
    body: bytes


class Refused(ApiError):  # noqa: N818
    """A refusal of the other server, said on as it is."""

    def __init__(self, status: int, problem: Problem) -> None:
        super().__init__(problem.message)
        self.status, self.code = HTTPStatus(status), problem.code


class VisionForwarder:
    """A Predictor that asks the server at `url`, with `api_key`; pictures are not decoded here.

    Every LOOK_SEC it asks what the other server's models are doing.
    """

    def __init__(
        self,
        url: str,
        api_key: SecretStr | None,
        breaker: CircuitBreaker | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        key = {"Authorization": f"Bearer {api_key.get_secret_value()}"} if api_key else {}
        self._http = httpx.AsyncClient(
            base_url=url,
            headers={"Accept-Encoding": "identity", **key},
            timeout=TIMEOUT,
            limits=LIMITS,
            trust_env=False,
            transport=transport,
        )
        self._breaker = breaker or CircuitBreaker()
        self._asked = 0
        self._states: list[ModelState] = []
        self._away: str | None = "the server at VISION_URL was not heard of yet"
        self._looking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look after the other server."""
        self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Hang up."""
        if self._looking:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking
        await self._http.aclose()

    async def predict(
        self, model_name: str, image: bytes, previous: bytes | None = None
    ) -> Prediction:
        """See Predictor; VisionAway at once while the other server has not answered of late."""
        parts = {"model_name": model_name.encode(), "image": image}
        if previous is not None:
            image_format(previous)
            parts["previous"] = previous
        image_format(image)
        if self._asked >= MAX_ASKED:
            raise VisionBusy
        if wait := self._breaker.wait():
            raise VisionAway("the server at VISION_URL has not answered of late", wait)
        self._asked += 1
        try:
            return await self._predict(parts)
        finally:
            self._asked -= 1

    async def _predict(self, parts: dict[str, bytes]) -> Prediction:
        content_type, body = write_parts(parts)
        try:
            answer = await self._ask(
                "POST", "/api/v1/predict", content=body, headers={"Content-Type": content_type}
            )
            prediction = _prediction(answer)
        except (VisionAway, VisionFailed):
            self._breaker.failed()
            raise
        except ApiError:
            self._breaker.succeeded()
            raise
        self._breaker.succeeded()
        return prediction

    def states(self) -> list[ModelState]:
        """What the other server said last; none of them is ready while it is away."""
        if self._away is None:
            return self._states
        lost = {"status": "unavailable", "reason": self._away}
        return [state.model_copy(update=lost) for state in self._states]

    @property
    def failure(self) -> str | None:
        """Why the other server, or a model of its, is not there."""
        return self._away or describe_failures(self._states)

    async def _look(self) -> None:
        while True:
            try:
                answer = await self._ask("GET", "/api/v1/health")
                self._states = _models(answer)
                self._note(None)
            except (VisionAway, VisionFailed) as error:
                self._note(error.message)
            await asyncio.sleep(LOOK_SEC)

    def _note(self, away: str | None) -> None:
        if away != self._away:
            logger.log(logging.WARNING if away else logging.INFO, away or "the image half is there")
        self._away = away

    async def _ask(self, method: str, path: str, **options: Any) -> Answer:
        """The whole answer; raises VisionAway or VisionFailed."""
        try:
            async with asyncio.timeout(ANSWER_SEC):
                try:
                    return await self._send(method, path, **options)
                except HUNG_UP:
                    return await self._send(method, path, **options)
        except (httpx.TransportError, TimeoutError) as error:
            kind = type(error).__name__
            raise VisionAway(f"the server at VISION_URL does not answer: {kind}") from error

    async def _send(self, method: str, path: str, **options: Any) -> Answer:
        async with self._http.stream(method, path, **options) as response:
            body = b""
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise VisionFailed("the server at VISION_URL answers at too great a length")
            return Answer(response.status_code, body)


def _parse(kind: type[M], answer: Answer) -> M:
    try:
        return kind.model_validate_json(answer.body)
    except ValidationError as error:
        said = f"{answer.status} and no {kind.__name__}"
        raise VisionFailed(f"the server at VISION_URL answers {said}") from error


def _models(answer: Answer) -> list[ModelState]:
    """The other server's models; raises VisionFailed."""
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise VisionFailed("the server at VISION_URL expects another VISION_API_KEY")
    return _parse(VisionHealth, answer).models


def _prediction(answer: Answer) -> Prediction:
    """What was answered; raises the other server's refusal, or VisionFailed."""
    if answer.status == HTTPStatus.OK:
        return _parse(Prediction, answer)
    problem = _parse(Problem, answer)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS or problem.code == VisionBusy.code:
        raise VisionBusy
    if problem.code in {refusal.code for refusal in REFUSALS}:
        raise Refused(answer.status, problem)
    raise VisionFailed(f"the server at VISION_URL answers {answer.status}")
