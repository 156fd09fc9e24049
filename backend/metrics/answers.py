"""How long people take to answer, from the answers that have come since the last scrape."""

import threading
from collections.abc import Iterable

from prometheus_client import Histogram
from prometheus_client.core import Metric

from backend.metrics import store
from backend.storage.database import Database

SECONDS = (10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 14_400.0)


class AnswerFigures:
    """Read by a scrape. What was said before this is made is no news."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        with database.reading() as db:
            self._last = store.last_answer_number(db)
        self._seconds = Histogram(
            "dolbom_answer_seconds",
            "From an incident's arrival to the first answer of a person.",
            buckets=SECONDS,
            registry=None,
        )

    def read(self) -> Iterable[Metric]:
        """Raises SQLAlchemyError where the database is away; what came then is counted later."""
        with self._lock, self._database.reading() as db:
            for answered in store.answered_after(db, self._last):
                self._seconds.observe(max(0.0, answered.seconds))
                self._last = answered.number
        return self._seconds.collect()
