"""What one writer's lock costs: `uv run python -m benchmarks.writers`.

Processes with threads as servers have them write one row a transaction into a PostgreSQL of their
own, each thread its own row: as servers do, one at a time, and without the lock.
"""

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from backend.cluster import presence
from backend.storage.database import PostgresDatabase
from testkit.care_home import migrate
from testkit.forked import forking
from testkit.postgres import running_postgres

Transaction = Callable[[], AbstractContextManager[Connection]]
THREADS = 4
"""Of a server that has something to write."""


def main(
    seconds: Annotated[float, typer.Option(min=0.1, help="Of each measurement.")] = 5.0,
) -> None:
    """Measure writes a second of one and of two servers, with the lock and without."""
    with running_postgres() as postgres, tempfile.TemporaryDirectory() as folder:
        migrate(Path(folder), postgres.url)
        for servers in (1, 2):
            for is_locked in (True, False):
                count = _measure(postgres.url, servers, seconds, is_locked)
                how = "one at a time" if is_locked else "without the lock"
                typer.echo(f"{servers} x {THREADS} threads, {how}: {count / seconds:.0f} writes/s")


def _measure(url: str, servers: int, seconds: float, is_locked: bool) -> int:
    counts: SimpleQueue[int] = forking.SimpleQueue()
    for name in range(servers):
        forking.Process(target=_serve, args=(url, str(name), seconds, is_locked, counts)).start()
    return sum(counts.get() for _ in range(servers))


def _serve(
    url: str, name: str, seconds: float, is_locked: bool, counts: "SimpleQueue[int]"
) -> None:
    with closing(PostgresDatabase(url)) as database, ThreadPoolExecutor(THREADS) as threads:
        begin = database.writing if is_locked else database.reading
        names = [f"{name}-{number}" for number in range(THREADS)]
        counts.put(sum(threads.map(lambda it: _write(begin, it, seconds), names)))


def _write(begin: Transaction, name: str, seconds: float) -> int:
    count, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        with begin() as db:
            presence.touch(db, name, "")
        count += 1
    return count


if __name__ == "__main__":
    typer.run(main)
