"""Whether the disk has what it is to have, and room for more."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from prometheus_client.core import Metric

from backend.events.journal.segment import names_in
from backend.events.service import EventService
from backend.metrics.families import gauge
from backend.storage.database import Database


class StorageFigures:
    """Read by a scrape. The journal lies in `data_dir / "events"`."""

    def __init__(self, data_dir: Path, database: Database, events: EventService) -> None:
        self._data_dir, self._database, self._events = data_dir, database, events

    def read(self) -> Iterator[Metric]:
        """Raises OSError where the disk cannot be asked."""
        failing = float(self._events.failure is not None)
        yield gauge("dolbom_journal_failing", "1 while events are not recorded.", failing)
        yield gauge(
            "dolbom_database_lag_seconds",
            "For how long the oldest change waits that the database's file does not have.",
            self._database.lag_sec,
        )
        usage = shutil.disk_usage(self._data_dir)
        yield gauge("dolbom_disk_free_bytes", "Left on the disk of DATA_DIR.", usage.free)
        yield gauge("dolbom_disk_size_bytes", "Of the disk of DATA_DIR.", usage.total)
        yield gauge("dolbom_journal_bytes", "What the event log takes.", self._journal_bytes())

    def _journal_bytes(self) -> int:
        folder = self._data_dir / "events"
        return sum((folder / str(name)).stat().st_size for name in names_in(folder))
