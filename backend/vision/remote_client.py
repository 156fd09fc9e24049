"""HTTP to the server that VISION_URL names, over connections that are kept."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

import aiohttp
from pydantic import BaseModel, SecretStr, ValidationError

from backend.errors import VisionAway, VisionFailed

MAX_CONNECTIONS = 64
MAX_ANSWER_BYTES = 64 * 2**10
# A person waits, and the other server refuses rather than letting anybody wait for long.
ANSWER_SEC = 10.0
CONNECT_SEC = 2.0
# uvicorn hangs up on a connection that was idle for 5 s.
KEPT_SEC = 4.0
# A prediction changes nothing: one whose connection was just being closed is asked once more.
HUNG_UP = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, aiohttp.ClientPayloadError)

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
        self._http: aiohttp.ClientSession | None = None

    def open(self) -> None:
        """Get ready; nothing is sent yet."""
        key = self._api_key
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=MAX_CONNECTIONS, keepalive_timeout=KEPT_SEC),
            timeout=aiohttp.ClientTimeout(total=ANSWER_SEC, sock_connect=CONNECT_SEC),
            headers={"Authorization": f"Bearer {key.get_secret_value()}"} if key else None,
            cookie_jar=aiohttp.DummyCookieJar(),
            # Nothing that is small is compressed, and nothing that is large is expected.
            auto_decompress=False,
        )

    async def close(self) -> None:
        """Hang up."""
        if self._http:
            await self._http.close()

    async def ask(
        self, method: str, path: str, body: bytes | None = None, content_type: str | None = None
    ) -> Answer:
        """The whole answer, whatever its status; raises VisionAway or VisionFailed."""
        headers = {"Content-Type": content_type} if content_type else None
        try:
            async with asyncio.timeout(ANSWER_SEC):
                try:
                    return await self._send(method, path, body, headers)
                except HUNG_UP as error:
                    if isinstance(error, aiohttp.ClientConnectorError):
                        raise  # there was no connection
                    return await self._send(method, path, body, headers)
        except (aiohttp.ClientError, TimeoutError) as error:
            kind = type(error).__name__
            raise VisionAway(f"the server at VISION_URL does not answer: {kind}") from error

    async def _send(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str] | None
    ) -> Answer:
        if self._http is None:
            raise VisionAway("the server at VISION_URL is not asked yet")
        async with self._http.request(
            method, self._url + path, data=body, headers=headers, allow_redirects=False
        ) as response:
            parts = b""
            async for chunk in response.content.iter_any():
                parts += chunk
                if len(parts) > MAX_ANSWER_BYTES:
                    raise VisionFailed("the server at VISION_URL answers at too great a length")
            return Answer(response.status, parts)
