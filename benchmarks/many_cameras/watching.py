"""What is seen of the servers from beside them: rounds of the watchdog, the wire, the database."""

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg

from backend.cluster.wire import CHANNEL
from backend.watchdog.service import WatchdogService

ROUNDS = "watchdog-rounds"
"""In the folder of a server: how long each round took, in seconds, one a line."""
WAIT_SEC = 0.5


@contextlib.contextmanager
def notes_its_rounds() -> Iterator[None]:
    """A server that writes down how long each round of its watchdog takes."""
    plain = WatchdogService.round
    path = Path(ROUNDS).absolute()

    def timed(service: WatchdogService) -> None:
        began = time.perf_counter()
        try:
            plain(service)
        finally:
            took = time.perf_counter() - began
            with path.open("a") as file:
                file.write(f"{took:.6f}\n")

    with mock.patch.object(WatchdogService, "round", timed):
        yield


def rounds_of(folder: Path) -> list[float]:
    """How long the rounds of the server in `folder` took, in rising order."""
    try:
        return sorted(map(float, (folder / ROUNDS).read_text().split()))
    except OSError:
        return []


class WireTap:
    """Counts what the servers tell each other; not while the database is away."""

    def __init__(self, url: str) -> None:
        self._url = plain_url(url)
        self.messages = self.bytes = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "WireTap":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(psycopg.Error):
                self._listen()
            self._stopping.wait(WAIT_SEC)

    def _listen(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as session:
            session.execute(f"LISTEN {CHANNEL}")
            while not self._stopping.is_set():
                for message in session.notifies(timeout=WAIT_SEC):
                    self.messages += 1
                    self.bytes += len(message.payload.encode())


def sizes(url: str) -> dict[str, int]:
    """The bytes of each table with its indexes, and of the whole `database`."""
    tables = (
        "SELECT relname, pg_total_relation_size(oid) FROM pg_class "
        "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    with psycopg.connect(plain_url(url)) as session:
        found: list[tuple[Any, ...]] = session.execute(tables).fetchall()
        whole = session.execute("SELECT pg_database_size(current_database())").fetchone()
    return dict(found) | {"database": whole[0] if whole else 0}


def plain_url(url: str) -> str:
    """As libpq has it."""
    return url.replace("postgresql+psycopg", "postgresql")
