"""`run-worker`: carries out the jobs."""

import logging
import os
import re
import signal
import socket
import threading
import time
from pathlib import Path
from typing import Annotated, BinaryIO

from common.cli import end_within, fail, needs, run, stoppable
from common.files import claim
from common.private_files import keep_private
from common.settings import read_settings

with needs("the groups `backend` and `worker`"):
    import typer
    from sqlalchemy.exc import SQLAlchemyError

    from backend.config import WorkerSettings
    from backend.http.server import log_to_stderr
    from backend.storage.database import Database, open_factory_database
    from backend.storage.errors import DatabaseUnavailable, UnusableDatabaseError
    from backend.tracking.trackers import Trackers, open_trackers
    from backend.worker.attempt import child_environment
    from backend.worker.carriers import Carriers, missing_of, open_blobs, open_carriers
    from backend.worker.engine import Engine
    from backend.worker.erased_copies import ErasedCopies
    from backend.worker.service import CannotWorkError, Station, WorkerService
    from backend.worker.tries import Means, Tries
    from common.backoff import Backoff
    from contract.jobs import Worker

logger = logging.getLogger(__name__)

WRITTEN = ("blobs", "jobs", "media")
HOST = socket.gethostname()[:64]
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
STOP_SEC = 10.0
LONGEST_WAIT_SEC = 3600.0
"""Before a job is tried again."""

Queues = Annotated[
    str | None,
    typer.Option(help="Which queues, with commas between them. Default: all of WORKER_QUEUES."),
]
WorkerName = Annotated[
    str, typer.Option(help="What the worker is called; each that runs needs a name of its own.")
]


def _work(queues: Queues = None, name: WorkerName = HOST) -> None:
    """Carry out what the server has queued: trainings, comparisons, exports, pictures, looks.

    It works on the DATA_DIR of the server, or beside its PostgreSQL (DATABASE_URL, SERVER_URL).
    """
    settings = read_settings(WorkerSettings)
    if not NAME.fullmatch(name):
        raise typer.BadParameter("expected letters, digits, dots and dashes", param_hint="--name")
    slots = _slots(settings, queues)
    keep_private(settings.data_dir, WRITTEN)
    log_to_stderr()
    try:
        with stoppable("stopped before it began"), _alone(settings.data_dir, name):
            _serve(settings, name, slots)
    except OSError as error:
        fail(f"cannot use DATA_DIR {settings.data_dir}: {error}")
    except CannotWorkError as error:
        fail(str(error))
    except (DatabaseUnavailable, SQLAlchemyError, UnusableDatabaseError) as error:
        fail(f"cannot use the database of the jobs: {str(error).splitlines()[0]}")


def _slots(settings: WorkerSettings, queues: str | None) -> dict[str, int]:
    """How many jobs at a time of each queue that is asked for."""
    if queues is None:
        return settings.worker_queues
    names = [name.strip() for name in queues.split(",") if name.strip()]
    unknown = [name for name in names if name not in settings.worker_queues]
    if unknown or not names:
        known = ", ".join(settings.worker_queues)
        message = f"expected queues of WORKER_QUEUES: {known}"
        raise typer.BadParameter(message, param_hint="--queues")
    return {name: settings.worker_queues[name] for name in names}


def _alone(data_dir: Path, name: str) -> BinaryIO:
    """Hold what stands for this worker; one that runs already ends the command."""
    lock = data_dir / "jobs" / f"worker-{name}.lock"
    lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return claim(lock)
    except BlockingIOError:
        fail(f"a worker {name} runs already on {data_dir}: give this one another --name")


def _serve(settings: WorkerSettings, name: str, slots: dict[str, int]) -> None:
    # The processes of the jobs run elsewhere: a path that begins here would lead them astray.
    data_dir = settings.data_dir.absolute()
    database = open_factory_database(settings.database_address, data_dir)
    means = _means(settings, database, data_dir)
    tries = Tries(means)
    worker = _introduced(name, slots, means.carriers, means.trackers)
    engine = Engine(_engine_address(settings.database_address, data_dir, name), name, tries)
    service = WorkerService(Station(worker, slots), database, engine, tries)
    if worker.missing_modules:
        names = ", ".join(worker.missing_modules)
        logger.warning("not installed here: %s; jobs that need it fail at once", names)
    logger.info("worker %s carries out the jobs of %s", name, ", ".join(slots))
    service.run(_stopping())
    means.trackers.close()
    database.close()
    logger.info("worker %s has stopped; what it had not finished waits in the queue", name)


def _means(settings: WorkerSettings, database: Database, data_dir: Path) -> Means:
    blobs, work = open_blobs(settings, data_dir), data_dir / "jobs" / "work"
    first = settings.worker_retry_after
    return Means(
        database,
        open_carriers(database, blobs, settings, data_dir),
        open_trackers(settings.observability_backends, data_dir / "tracking"),
        work,
        child_environment(os.environ),
        Backoff(first, max(LONGEST_WAIT_SEC, first)),
        ErasedCopies(database, blobs, work),
        settings.job_memory_mb,
    )


def _introduced(name: str, slots: dict[str, int], carriers: Carriers, trackers: Trackers) -> Worker:
    needed = (module for carrier in carriers.values() for module in carrier.modules)
    now = time.time()
    return Worker(
        name=name,
        queues=tuple(slots),
        started_at=now,
        heartbeat_at=now,
        missing_modules=tuple(missing_of(needed)),
        missing_trackers=trackers.missing(),
    )


def _engine_address(address: str | None, data_dir: Path, name: str) -> str:
    """Where DBOS keeps how far a workflow has come: PostgreSQL, or a file of the worker's own."""
    if address is not None and not address.startswith("sqlite:///"):
        return address
    return f"sqlite:///{data_dir / 'jobs' / f'worker-{name}.sqlite3'}"


def _stopping() -> threading.Event:
    """Set by SIGTERM and Ctrl-C, which end the process in time."""
    stopping = threading.Event()

    def stop(*_: object) -> None:
        if not stopping.is_set():
            end_within(STOP_SEC, 0)
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return stopping


def main() -> None:
    """Entry point of `run-worker`."""
    run(_work)
