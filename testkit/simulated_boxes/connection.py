"""A kept HTTP connection that costs little: a thousand share a processor with the server."""

import asyncio
import re
from dataclasses import dataclass

from contract.events import TOLD_HEADER

TIMEOUT_SEC, CONNECT_SEC = 10.0, 2.0
"""As a camera box has them."""
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
RETRY = re.compile(rb"\r\nretry-after: *(\d+)\r", re.IGNORECASE)
TOLD = re.compile(rb"\r\ndolbom-told: *([^\r]+)\r", re.IGNORECASE)
CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """`retry_sec` is how long the server asks to wait, 0 where it says nothing."""

    status: int
    retry_sec: float
    body: bytes


class KeptConnection:
    """To a port of this machine, with a key; one request at a time. Raises OSError (TimeoutError is
    one), also for what is no HTTP; the next request then connects anew. Of what people were told
    without a record it says so until that is taken, as a camera box does."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._head = (
            f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
            "Content-Type: application/json\r\n"
        )
        self._told = ""
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, body: bytes) -> Answer:
        """Send `body` and wait for the answer."""
        try:
            reader, writer = await self._connected()
            head = f"POST {path} HTTP/1.1\r\n{self._head}{self._told}"
            writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            async with asyncio.timeout(TIMEOUT_SEC):
                return await self._answer(reader)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            self.close()
            raise ConnectionResetError("the connection broke") from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.transport.abort()
        self._reader = self._writer = None

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._reader is None or self._writer is None or self._reader.at_eof():
            self.close()
            async with asyncio.timeout(CONNECT_SEC):
                opened = await asyncio.open_connection("127.0.0.1", self._port)
            self._reader, self._writer = opened
        return self._reader, self._writer

    async def _answer(self, reader: asyncio.StreamReader) -> Answer:
        head = await reader.readuntil(b"\r\n\r\n")
        length, retry = LENGTH.search(head), RETRY.search(head)
        if length is None or not head.startswith(b"HTTP/1.1 "):
            raise ConnectionResetError(f"expected an answer with its length, got {head[:80]!r}")
        body = await reader.readexactly(int(length[1]))
        if CLOSE.search(head):
            self.close()
        if told := TOLD.search(head):
            self._told = f"{TOLD_HEADER}: {told[1].decode()}\r\n"
        elif head[9:12] == b"200":
            self._told = ""
        return Answer(int(head[9:12]), float(retry[1]) if retry else 0.0, body)
