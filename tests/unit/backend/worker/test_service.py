"""When a worker does not begin, and when it ends."""

import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from backend.jobs import workers
from backend.storage.shared_file import SharedFile
from backend.worker.service import MOST_OFF_SEC, CannotWorkError, Station, WorkerService
from contract.jobs import Worker

NOW = 1_800_000_000.0
ME = Worker(name="one", queues=("usual",), started_at=NOW, heartbeat_at=NOW)
NOT_ASKED: Any = None


def service(database: SharedFile, off_sec: float = 0.0) -> WorkerService:
    """A worker whose clock is so far from that of its database."""
    return WorkerService(
        Station(ME, {}),
        database,
        NOT_ASKED,
        NOT_ASKED,
        lambda: NOW + off_sec,
        time_of=lambda _: NOW,
    )


@pytest.mark.parametrize("off_sec", [-3e8, -MOST_OFF_SEC - 1, MOST_OFF_SEC + 1])
def test_one_whose_clock_is_wrong_takes_no_job(tmp_path: Path, off_sec: float) -> None:
    with closing(SharedFile(tmp_path / "factory.sqlite3")) as database:
        with pytest.raises(CannotWorkError, match="from that of the database"):
            service(database, off_sec).run(threading.Event())
        with database.reading() as db:
            assert workers.alive(db, 0.0) == []


def test_one_ends_once_another_has_its_name(tmp_path: Path) -> None:
    with closing(SharedFile(tmp_path / "factory.sqlite3")) as database:
        newer = ME.model_copy(update={"started_at": NOW + 1})
        with database.writing() as db:
            workers.announce(db, newer)
        with pytest.raises(CannotWorkError, match="another worker one has started"):
            service(database).round()
        with database.reading() as db:
            assert workers.alive(db, 0.0) == [newer]
