"""The steps of the jobs that a worker has in hand."""

import logging
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from backend.jobs import claims
from backend.jobs.claims import Claim, claim_of
from backend.storage.database import Database
from backend.storage.errors import DatabaseUnavailable
from backend.tracking.trackers import Trackers
from backend.worker.attempt import Attempt, Stop
from backend.worker.carriers import Carriers, missing_of
from backend.worker.erased_copies import ErasedCopies
from backend.worker.notes import Notes
from backend.worker.outcome import Ending, Outcome
from backend.worker.settling import settled
from backend.worker.work_folders import clean
from common.backoff import Backoff
from contract.jobs import ENDS, OF_PICTURES, Job, JobKind

logger = logging.getLogger(__name__)

AGAIN_SEC = 1.0
T = TypeVar("T")
EXTRAS = {"torch": "torch", "mujoco": "synthetic", "psycopg": "postgres"}
"""What of the installation brings a module."""
TORCH_FOR_CPU = "uv pip install torch --torch-backend=cpu"
"""It takes a tenth of the room."""


@dataclass(frozen=True)
class Means:
    """What a worker works with; `work` is the folder of its jobs' folders.

    The process of a job may have `memory_mb`.
    """

    database: Database
    carriers: Carriers
    trackers: Trackers
    work: Path
    environment: Mapping[str, str]
    backoff: Backoff
    erased: ErasedCopies
    memory_mb: int
    clock: Callable[[], float] = field(default=time.time)


class Tries:
    """Steps of the engine, by its threads; the worker's own thread writes notes and stops."""

    def __init__(self, means: Means) -> None:
        self._means, self._database = means, means.database
        self._lock = threading.Lock()
        self._running: dict[Claim, Attempt] = {}
        self._is_stopping = False

    def attempt(self, claim: Claim) -> Outcome:
        """Run the job's process; nothing where the claim does not count any more."""
        opened = self._opened(claim)
        if opened is None or self._is_stopping:
            return Outcome(ending=Ending.BROKEN_OFF)
        if isinstance(opened, Outcome):
            return opened
        with self._lock:
            self._running[claim] = opened
        self._means.erased.forget(claim.job_id)  # by now a look would break it off
        if self._is_stopping:
            opened.stop.ask(Ending.BROKEN_OFF)
        return opened.run()

    def keep(self, claim: Claim, outcome: Outcome) -> Outcome:
        """Keep what came of it."""
        opened = self._running.get(claim) or self._opened(claim)
        if opened is None:
            return Outcome(ending=Ending.BROKEN_OFF)
        return opened if isinstance(opened, Outcome) else opened.keep(outcome)

    def settle(self, claim: Claim, outcome: Outcome) -> Outcome:
        """Write what it has said, and where the job stands now; the outcome that it was given."""
        if attempt := self._running.get(claim):
            _persist(lambda: attempt.notes.write(self._database))
        _persist(lambda: self._settled(claim, outcome))
        with self._lock:
            self._running.pop(claim, None)
        return outcome

    def running(self) -> dict[Claim, Attempt]:
        """Those whose process runs, or is about to."""
        with self._lock:
            return dict(self._running)

    def write_notes(self) -> None:
        """Let the tables have what the processes have said. Raises DatabaseUnavailable."""
        for attempt in self.running().values():
            attempt.notes.write(self._database)

    def clean(self) -> None:
        """Delete work folders that are of no more use. Raises DatabaseUnavailable."""
        clean(self._database, self._means.work, self._means.clock())

    def drop_erased(self) -> None:
        """Let copies go of what was erased from the record. Raises DatabaseUnavailable."""
        stops = {claim.job_id: attempt.stop for claim, attempt in self.running().items()}
        self._means.erased.look(stops)

    def break_off(self) -> None:
        """End all processes; their jobs go back to their queue."""
        for attempt in self.running().values():
            attempt.stop.ask(Ending.BROKEN_OFF)

    def stop(self) -> None:
        """Break off all, and begin none."""
        self._is_stopping = True
        self.break_off()

    def _opened(self, claim: Claim) -> Attempt | Outcome | None:
        """The try of a claim, why there can be none, or None where the claim does not count."""

        def find(db: Connection) -> tuple[Job, int] | None:
            job = claims.find_held(db, claim)
            return (job, claims.count_lines(db, job.id)) if job else None

        found = _persist(lambda: self._written(find))
        return self._try_of(*found) if found else None

    def _try_of(self, job: Job, has_lines: int) -> Attempt | Outcome:
        carrier = self._means.carriers.get(job.kind)
        if carrier is None:
            return _refused(f"this worker does not know how to carry out a {job.kind.value}")
        if missing := missing_of(carrier.modules):
            return _refused(how_to_install(job.kind, missing))
        means = self._means
        notes = Notes(claim_of(job), means.trackers, has_lines, means.clock)
        return Attempt(
            job,
            carrier,
            means.work / job.id,
            means.environment,
            means.memory_mb,
            notes,
            means.trackers,
            Stop(),
        )

    def _is_tracked(self, job: Job) -> bool:
        carrier = self._means.carriers.get(job.kind)
        return carrier is not None and carrier.params(job) is not None

    def _settled(self, claim: Claim, outcome: Outcome) -> None:
        def change(db: Connection) -> None:
            job = claims.find_held(db, claim)
            if job is None:
                return
            if job.kind in OF_PICTURES:
                # First: what is killed in between is settled again, and the pictures are gone.
                shutil.rmtree(self._means.work / job.id, ignore_errors=True)
            after = settled(job, outcome, self._means.clock(), self._means.backoff)
            claims.settle(db, claim, after.state, **after.values)
            said = f"{after.state}: {outcome.reason}" if outcome.reason else after.state.value
            claims.add_lines(db, job.id, [(self._means.clock(), said)])
            logger.info("job %s: %s", job.id, said)
            if after.state in ENDS and self._is_tracked(job):
                self._means.trackers.end(job.id, after.state.value)

        self._written(change)

    def _written(self, change: Callable[[Connection], T]) -> T:
        with self._database.writing() as db:
            return change(db)


def how_to_install(kind: JobKind, missing: list[str]) -> str:
    """What to run so that jobs of this kind can be carried out."""
    extras = [f"--extra {EXTRAS[name]}" for name in missing if name in EXTRAS]
    command = " ".join(("uv sync", *(extras or ["--group modeling"])))
    if missing == ["torch"]:
        command += f", without a GPU {TORCH_FOR_CPU}"
    what = f"{kind.value} needs {', '.join(missing)}, not installed where the worker runs"
    return f"{what}: run {command}, and start it again"


def _refused(reason: str) -> Outcome:
    return Outcome(ending=Ending.REFUSED, reason=reason)


def _persist(ask: Callable[[], T]) -> T:
    """The answer, however long the database is away."""
    while True:
        try:
            return ask()
        except DatabaseUnavailable as error:
            logger.debug("the database is away: %s", error)
            time.sleep(AGAIN_SEC)
