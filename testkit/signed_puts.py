"""Who puts pictures to signed addresses, many at once, and what that costs the server."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx

from backend.media.drivers.driver import Driver
from contract.media import ImageType, SignedPut

PIECE = bytes(64 * 1024)
WATCH_SEC = 0.005


@dataclass(frozen=True)
class Cost:
    """What puts at once took, and by how many MB the server's memory grew at most meanwhile."""

    seconds: float
    grown_mb: float
    received_mb: float


def address_of(driver: Driver, number: int, size: int) -> SignedPut:
    """Where a JPEG of so many bytes may be put, for ten minutes."""
    key, until = f"images/1/{number:032x}/brought.jpg", time.time() + 600
    return driver.signed_put(key, ImageType.JPEG, size, until)


def put(base: str, put: SignedPut, content: bytes | Iterator[bytes]) -> httpx.Response:
    """Put it as the offer says; an address without a host is the server's at `base`."""
    url = base + put.url if put.url.startswith("/") else put.url
    return httpx.put(
        url, content=content, headers=put.headers, trust_env=False, timeout=120, verify=False
    )


def put_at_once(base: str, puts: list[SignedPut], size: int, pid: int) -> Cost:
    """Put all at once, each from a thread of its own; raises where one is refused."""

    def send(one: SignedPut) -> None:
        put(base, one, _pieces(size)).raise_for_status()

    before = received_bytes(pid)
    with _Peak(pid) as peak, ThreadPoolExecutor(len(puts)) as pool:
        began = time.monotonic()
        list(pool.map(send, puts))
        seconds = time.monotonic() - began
    return Cost(seconds, peak.grown_mb, (received_bytes(pid) - before) / 1e6)


def received_bytes(pid: int) -> int:
    """How many bytes the process has read so far, of sockets and files."""
    lines = Path(f"/proc/{pid}/io").read_text(encoding="ascii").splitlines()
    return int(dict(line.split(": ") for line in lines)["rchar"])


class _Peak:
    """Watches how much a process holds within a block."""

    def __init__(self, pid: int) -> None:
        self._status, self._is_over = Path(f"/proc/{pid}/statm"), threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._first = self._most = self._resident()

    @property
    def grown_mb(self) -> float:
        return (self._most - self._first) * 4096 / 1e6

    def __enter__(self) -> "_Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_over.wait(WATCH_SEC):
            self._most = max(self._most, self._resident())

    def _resident(self) -> int:
        return int(self._status.read_text(encoding="ascii").split()[1])


def _pieces(size: int) -> Iterator[bytes]:
    for begin in range(0, size, len(PIECE)):
        yield PIECE[: size - begin]
