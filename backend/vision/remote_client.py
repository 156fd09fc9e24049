"""HTTP to the server that VISION_URL names, over connections that are kept."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

import httpx2 as httpx
from pydantic import BaseModel, SecretStr, ValidationError

from backend.vision.errors import VisionAway, VisionFailed
from common.trust import trusted

MAX_CONNECTIONS = 64
MAX_ANSWER_BYTES = 64 * 2**10
# A person waits, and the other server refuses rather than letting anybody wait for long.
ANSWER_SEC = 10.0
CONNECT_SEC = 2.0
# uvicorn hangs up on a connection that was idle for 5 s.
KEPT_SEC = 4.0
# A prediction changes nothing: one whose connection was just being closed is asked once more.
HUNG_UP = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Answer:
    """What the other server said, whole."""

    status: int
    body: bytes

    def parsed(self, kind: type[M]) -> M:
        """The body as a `kind`; raises VisionFailed."""
        if self.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise VisionFailed("the server at VISION_URL expects another VISION_API_KEY")
        try:
            return kind.model_validate_json(self.body)
        except ValidationError as error:
            said = f"answers {self.status} and no {kind.__name__}"
            raise VisionFailed(f"the server at VISION_URL {said}") from error


class VisionClient:
    """Asks; for one event loop, in which it is opened and closed."""

    def __init__(self, url: str, api_key: SecretStr | None) -> None:
        self._url = url
        self._api_key = api_key
        self._http: httpx.AsyncClient | None = None

    def open(self) -> None:
        """Get ready; nothing is sent yet."""
        key = self._api_key
        self._http = httpx.AsyncClient(
            base_url=self._url,
            headers={"Authorization": f"Bearer {key.get_secret_value()}"} if key else None,
            limits=httpx.Limits(max_connections=MAX_CONNECTIONS, keepalive_expiry=KEPT_SEC),
            timeout=httpx.Timeout(ANSWER_SEC, connect=CONNECT_SEC),
            verify=trusted(),
            trust_env=False,
        )

    async def close(self) -> None:
        """Hang up."""
        if self._http:
            await self._http.aclose()

    async def health(self) -> Answer:
        """What the other server's models are doing; raises as `predict` does."""
        return await self._ask("GET", "/api/v1/health")

    async def predict(self, model_name: str, pictures: Mapping[str, bytes]) -> Answer:
        """The whole answer, whatever its status; raises VisionAway or VisionFailed.

        `pictures` by the names of their parts.
        """
        data = {"model_name": model_name}
        return await self._ask("POST", "/api/v1/predict", data=data, files=pictures)

    async def _ask(self, method: str, path: str, **content: Any) -> Answer:
        try:
            async with asyncio.timeout(ANSWER_SEC):
                try:
                    return await self._send(method, path, **content)
                except HUNG_UP:
                    return await self._send(method, path, **content)
        except (httpx.HTTPError, TimeoutError) as error:
            kind = type(error).__name__
            raise VisionAway(f"the server at VISION_URL does not answer: {kind}") from error

    async def _send(self, method: str, path: str, **content: Any) -> Answer:
        if self._http is None:
            raise VisionAway("the server at VISION_URL is not asked yet")
        request = self._http.build_request(method, path, **content)
        await request.aread()  # as one piece; by itself it would be sent line by line
        response = await self._http.send(request, stream=True)
        async with aclosing(response):
            body = b""
            # Raw: what is compressed could become anything.
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise VisionFailed("the server at VISION_URL answers at too great a length")
            return Answer(response.status_code, body)
