"""What is seen of the servers: rounds of the watchdog, who writes, the wire, the database."""

import contextlib
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
from sqlalchemy import Connection

from backend.cluster.wire import CHANNEL
from backend.storage.database import PostgresDatabase
from backend.watchdog.service import WatchdogService

ROUNDS, WRITES = "watchdog-rounds", "writes"
"""In the folder of a server, one a line: how long each round took, in seconds; who wrote, how long
that waited for the writer's lock, and how long it had it."""
WAIT_SEC = 0.5


@dataclass
class Writes:
    """The transactions of one kind, of all servers."""

    count: int = 0
    waited_sec: float = 0.0
    held_sec: float = 0.0

    def since(self, begin: "Writes") -> "Writes":
        """Those after the `begin`."""
        return Writes(
            self.count - begin.count,
            self.waited_sec - begin.waited_sec,
            self.held_sec - begin.held_sec,
        )


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """A server that writes down its rounds and its transactions."""
    with _notes_its_rounds(), _notes_its_writes():
        yield


@contextlib.contextmanager
def _notes_its_writes() -> Iterator[None]:
    plain, path = PostgresDatabase.writing, Path(WRITES).absolute()

    @contextlib.contextmanager
    def timed(database: PostgresDatabase) -> Iterator[Connection]:
        asked, who = time.perf_counter(), _who_asks()
        with contextlib.ExitStack() as stack:
            db = stack.enter_context(plain(database))
            began = time.perf_counter()
            yield db
        ended = time.perf_counter()
        with path.open("a") as file:
            file.write(f"{who} {began - asked:.6f} {ended - began:.6f}\n")

    with mock.patch.object(PostgresDatabase, "writing", timed):
        yield


def _who_asks() -> str:
    """The function of the server that is to write."""
    frame = sys._getframe(2)
    while frame.f_back and "/backend/" not in frame.f_code.co_filename:
        frame = frame.f_back
    module = frame.f_globals["__name__"].removeprefix("backend.")
    return f"{module}.{frame.f_code.co_name}"


def writes_of(folders: Iterable[Path]) -> dict[str, Writes]:
    """The transactions of the servers in `folders`, by who asks for them."""
    found: defaultdict[str, Writes] = defaultdict(Writes)
    for folder in folders:
        for line in (folder / WRITES).read_text().splitlines():
            who, waited, held = line.split()
            writes = found[who]
            writes.count += 1
            writes.waited_sec += float(waited)
            writes.held_sec += float(held)
    return found


@contextlib.contextmanager
def _notes_its_rounds() -> Iterator[None]:
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


def journal_bytes(folder: Path) -> int:
    """The size of the journal of the server in `folder`."""
    return sum(file.stat().st_size for file in (folder / "data" / "events").glob("*.jsonl"))


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
