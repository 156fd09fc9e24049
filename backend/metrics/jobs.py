"""Whether jobs get done."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from prometheus_client.core import Metric
from sqlalchemy import Connection, func, select

from backend.jobs import workers
from backend.jobs.health import AWAY_SEC
from backend.jobs.tables import jobs
from backend.metrics.families import Labels, gauges
from backend.storage.database import Database
from contract.jobs import Worker


class JobFigures:
    """Read by a scrape. A database that nobody has used yet is left alone."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock

    def read(self) -> Iterator[Metric]:
        """Raises DatabaseUnavailable."""
        if not self._database.is_made:
            return
        now = self._clock()
        with self._database.reading() as db:
            counts = _by_state(db)
            alive = workers.alive(db, now - AWAY_SEC)
            since = workers.waiting_since(db)
        yield gauges("dolbom_jobs", "Jobs by kind and state.", ("kind", "state"), counts.items())
        by_queue = _by_queue(alive, since)
        yield gauges("dolbom_workers", "Workers that run.", ("queue",), by_queue.items())
        yield gauges(
            "dolbom_queue_waiting_seconds",
            "Since when the first job of a queue waits that no worker is at.",
            ("queue",),
            (((queue,), max(0.0, now - at)) for queue, at in since.items()),
        )


def _by_state(db: Connection) -> dict[Labels, float]:
    of = jobs.c
    query = select(of.kind, of.state, func.count()).group_by(of.kind, of.state)
    return {(kind, state): float(count) for kind, state, count in db.execute(query)}


def _by_queue(alive: Sequence[Worker], waiting: Mapping[str, float]) -> dict[Labels, float]:
    """Also of the queues in which jobs wait that nobody serves."""
    served = Counter(queue for worker in alive for queue in worker.queues)
    return {(queue,): float(served[queue]) for queue in {*served, *waiting}}
