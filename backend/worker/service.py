"""A worker: it claims jobs, has them carried out, and says that it is there."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.jobs import claims, workers
from backend.jobs.claims import Claim, claim_of
from backend.storage.database import Database
from backend.storage.errors import DatabaseUnavailable
from backend.worker.engine import Engine
from backend.worker.lease import Lease
from backend.worker.outcome import Ending, Outcome
from backend.worker.tries import Tries
from contract.jobs import Job, Worker

logger = logging.getLogger(__name__)

ROUND_SEC = 0.5
BEAT_SEC = 3.0
CLEAN_SEC = 3600.0
MOST_OFF_SEC = 20.0
"""A third of a lease."""
STOP_SEC = 8.0
"""So long the jobs in hand have to go back to their queue."""


class CannotWorkError(Exception):
    """This worker and others would carry out the same jobs; the message says what to do."""


@dataclass(frozen=True)
class Station:
    """As whom a worker works, and how many jobs of each queue at a time."""

    worker: Worker
    slots: Mapping[str, int]

    @property
    def name(self) -> str:
        """The worker's."""
        return self.worker.name


class WorkerService:
    """One thread: `run` it until it is to stop."""

    def __init__(
        self,
        station: Station,
        database: Database,
        engine: Engine,
        tries: Tries,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        time_of: Callable[[Connection], float | None] = workers.time_of,
    ) -> None:
        self._time_of = time_of
        self._station, self._database = station, database
        self._engine, self._tries = engine, tries
        self._clock, self._monotonic = clock, monotonic
        self._begun: set[Claim] = set()
        self._beaten_at: float | None = None
        self._clean_at = 0.0
        self._failure: str | None = None
        self._lease = Lease(self._expire)

    def run(self, stopping: threading.Event) -> None:
        """Work until `stopping` is set.

        Raises DatabaseUnavailable where it is away at first, and CannotWorkError.
        """
        with self._database.writing() as db:
            self._check_clock(db)
            workers.announce(db, self._station.worker)
            claims.beat(db, self._station.name, self._clock())
        self._lease.start()
        self._engine.launch()
        try:
            while not stopping.is_set():
                self.round()
                stopping.wait(ROUND_SEC)
        finally:
            self._stop()

    def round(self) -> None:
        """Look at the table once."""
        try:
            with self._database.writing() as db:
                is_beat = self._beat(db)
                mine = claims.held_by(db, self._station.name)
                mine += self._claimed(db, mine)
            if is_beat:  # now it counts
                self._beaten_at = self._monotonic()
                self._lease.renew()
            self._tries.write_notes()
            self._clean()
            if is_beat:
                self._tries.drop_erased()
        except DatabaseUnavailable as error:
            self._say(f"{error}; it is tried again")
            return
        self._say(None)
        self._begin(mine)
        self._heed(mine)

    def _beat(self, db: Connection) -> bool:
        """Write a heartbeat if it is time for one, and say whether it was."""
        if self._beaten_at is not None and self._monotonic() - self._beaten_at < BEAT_SEC:
            return False
        self._check_clock(db)
        if not workers.beat(db, self._station.worker, self._clock()):
            raise CannotWorkError(
                f"another worker {self._station.name} has started: expected another --name"
            )
        claims.beat(db, self._station.name, self._clock())
        return True

    def _check_clock(self, db: Connection) -> None:
        """By its clock others see whether it is there, and it whether they are."""
        theirs = self._time_of(db)
        if theirs is not None and abs(off := self._clock() - theirs) > MOST_OFF_SEC:
            raise CannotWorkError(
                f"the clock is {off:+.0f} s from that of the database, expected at most "
                f"{MOST_OFF_SEC:.0f}: set it by NTP"
            )

    def _clean(self) -> None:
        if self._monotonic() >= self._clean_at:
            self._clean_at = self._monotonic() + CLEAN_SEC
            self._tries.clean()

    def _claimed(self, db: Connection, mine: list[Job]) -> list[Job]:
        taken = Counter(job.queue for job in mine)
        found: list[Job] = []
        for queue, slots in self._station.slots.items():
            for _ in range(slots - taken[queue]):
                job = claims.claim_next(db, queue, self._station.name, self._clock())
                if job is None:
                    break
                found.append(job)
        return found

    def _begin(self, mine: list[Job]) -> None:
        """Have those carried out that are not yet, which a killed worker has left, too."""
        held = {claim_of(job) for job in mine}
        self._begun &= held
        for claim in held - self._begun:
            self._begun.add(claim)
            if not self._engine.begin(claim):
                reason = "it has ended its worker again and again"
                self._tries.settle(claim, Outcome(ending=Ending.REFUSED, reason=reason))

    def _heed(self, mine: list[Job]) -> None:
        """End what is to be cancelled, and what another worker has claimed."""
        held = {claim_of(job): job for job in mine}
        for claim, attempt in self._tries.running().items():
            job = held.get(claim)
            if job is None:
                attempt.stop.ask(Ending.BROKEN_OFF)
            elif job.cancel_asked_at is not None:
                attempt.stop.ask(Ending.CANCELLED)

    def _expire(self) -> None:
        logger.error("no heartbeat could be written for long: what runs is broken off")
        self._tries.break_off()

    def _stop(self) -> None:
        self._tries.stop()
        give_up_at = self._monotonic() + STOP_SEC
        while self._tries.running() and self._monotonic() < give_up_at:
            time.sleep(0.05)
        try:
            with self._database.writing() as db:
                workers.forget(db, self._station.worker)
        except DatabaseUnavailable as error:
            logger.error("%s", error)
        self._lease.stop()
        self._engine.stop()

    def _say(self, failure: str | None) -> None:
        """Log what has changed."""
        if failure and failure != self._failure:
            logger.error("%s", failure)
        elif self._failure and not failure:
            logger.info("the database answers again")
        self._failure = failure
