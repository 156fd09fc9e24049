"""Whether the jobs get done, as `/health` shows it."""

import time
from collections.abc import Callable, Mapping, Sequence

from backend.jobs import workers
from backend.part import Part, part
from backend.storage.database import Database
from backend.storage.errors import DatabaseUnavailable
from contract.jobs import Worker

AWAY_SEC = 180.0
"""So long a worker may be silent, and a job wait for one."""


class JobHealth:
    """Thread-safe. A database that nobody has used yet is left alone."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock

    def health(self) -> Part:
        """Who works, and what keeps jobs waiting."""
        if not self._database.is_made:
            return part(None, workers=[])
        since = self._clock() - AWAY_SEC
        try:
            with self._database.reading() as db:
                alive, waiting = workers.alive(db, since), workers.waiting_since(db)
        except DatabaseUnavailable as error:
            return part(error.message, workers=[])
        reasons = [*_without_worker(alive, waiting, since), *_missing_trackers(alive)]
        return part("; ".join(reasons) or None, workers=[it.model_dump() for it in alive])


def _without_worker(
    alive: Sequence[Worker], waiting: Mapping[str, float], since: float
) -> list[str]:
    served = {queue for worker in alive for queue in worker.queues}
    left = sorted(queue for queue, at in waiting.items() if at < since and queue not in served)
    return [f"jobs of the queue {it} wait and no worker runs: start run-worker" for it in left]


def _missing_trackers(alive: Sequence[Worker]) -> list[str]:
    missing = {name: why for worker in alive for name, why in worker.missing_trackers.items()}
    return [f"{name}: {why}" for name, why in sorted(missing.items())]
