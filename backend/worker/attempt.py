"""One try of a job, from its work folder to its outcome."""

import logging
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

from backend.errors import ApiError
from backend.jobs.carrier import ARTIFACTS, Carrier
from backend.tracking.trackers import Trackers
from backend.worker.child import Child
from backend.worker.notes import Notes
from backend.worker.outcome import Ending, Outcome
from common.files import claim
from contract.jobs import Finished, Job, Refused

logger = logging.getLogger(__name__)

SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|_URLS?(_FILE)?$|_DSN")
"""In the name of a variable."""
LOCK = "lock"
LOCK_SEC = 60.0
"""So long an earlier try may take to end; it does by itself once its worker is gone."""
LOCK_AGAIN_SEC = 0.2
LOOK_SEC = 1.0
"""Between two looks at the memory of its process."""


class Stop:
    """Says to a try that it is to end, and how."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._child: Child | None = None
        self.ending: Ending | None = None

    def ask(self, ending: Ending) -> None:
        """Let it end; what was asked first counts."""
        if self.ending is None:
            self.ending = ending
        self._asked.set()
        if self._child is not None:
            self._child.wake()

    def wait(self, seconds: float) -> bool:
        """Wait for so long, or until it is asked; whether it was."""
        return self._asked.wait(seconds)

    def watch(self, child: Child) -> None:
        """Wake up whoever waits for the child, too."""
        self._child = child
        if self._asked.is_set():
            child.wake()


@dataclass(frozen=True)
class Attempt:
    """A try of `job` in its work `folder`; `environment` is what its process is started with.

    The process may have `memory_mb` in memory, with all that it starts.
    """

    job: Job
    carrier: Carrier
    folder: Path
    environment: Mapping[str, str]
    memory_mb: int
    notes: Notes
    trackers: Trackers
    stop: Stop

    def run(self) -> Outcome:
        """Do the work, or go on with it. It never raises."""
        try:
            return self._run()
        except ApiError as error:
            return outcome_of(error)
        except OSError as error:
            return _failed(
                f"{error.strerror or error}{f': {error.filename}' * bool(error.filename)}"
            )
        except Exception as error:
            logger.exception("the job %s failed before its process ran", self.job.id)
            return _failed(f"{type(error).__name__}: the log of the worker says more")

    def keep(self, outcome: Outcome) -> Outcome:
        """Keep what came of it. It never raises."""
        try:
            result = self.carrier.keep(self.job, self.folder, outcome.result or {})
            for path in sorted((self.folder / ARTIFACTS).glob("*")):
                self.trackers.artifact(self.job.id, path)
        except ApiError as error:
            return outcome_of(error)
        except Exception as error:
            logger.exception("what came of the job %s cannot be kept", self.job.id)
            return _failed(f"its result cannot be kept: {type(error).__name__}: {error}")
        return Outcome(ending=Ending.FINISHED, result=result)

    def _run(self) -> Outcome:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = self._lock()
        if lock is None:
            return self._stopped() or _failed("an earlier try of it has not ended")
        with lock:
            command = self.carrier.command(self.job, self.folder)
            if stopped := self._stopped():
                return stopped
            if (params := self.carrier.params(self.job)) is not None:
                self.trackers.start(self.job, params)
            child = Child(
                command,
                self.folder,
                lock,
                self.environment,
                self.notes.hear,
                self.notes.hear_error,
            )
        return self._heard(child)

    def _lock(self) -> BinaryIO | None:
        """The lock of the work folder, which the process of an earlier try may still hold."""
        give_up_at = time.monotonic() + LOCK_SEC
        while time.monotonic() < give_up_at:
            try:
                return claim(self.folder / LOCK)
            except BlockingIOError:
                if self.stop.wait(LOCK_AGAIN_SEC):
                    break
        return None

    def _heard(self, child: Child) -> Outcome:
        self.stop.watch(child)
        over_at = time.monotonic() + self.job.time_limit_sec
        while (status := child.wait(min(LOOK_SEC, max(0.0, over_at - time.monotonic())))) is None:
            if outcome := self._stopped() or self._overrun(child, over_at):
                child.end()
                return outcome
        return self._ended(status)

    def _overrun(self, child: Child, over_at: float) -> Outcome | None:
        """That it takes more than it may."""
        if time.monotonic() >= over_at:
            limit = f"it took longer than its limit of {self.job.time_limit_sec:.0f} s"
            return Outcome(ending=Ending.OVERRAN, reason=limit)
        if (has_mb := child.memory // 2**20) > self.memory_mb:
            limit = f"{has_mb} MB of memory, expected at most JOB_MEMORY_MB={self.memory_mb}"
            return Outcome(ending=Ending.OVERRAN, reason=f"it took {limit}")
        return None

    def _ended(self, status: int) -> Outcome:
        match self.notes.end:
            case Finished(result=result):
                return Outcome(ending=Ending.FINISHED, result=result)
            case Refused(reason=reason):
                return Outcome(ending=Ending.REFUSED, reason=reason)
        last = f": {self.notes.last_line}" if self.notes.last_line else ""
        if status < 0:
            return _failed(f"its process was ended by signal {-status}{last}")
        return _failed(f"its process ended with status {status} and without a result{last}")

    def _stopped(self) -> Outcome | None:
        return Outcome(ending=self.stop.ending) if self.stop.ending else None


def outcome_of(error: ApiError) -> Outcome:
    """What is not there now may be there later; what is asked wrongly stays wrong."""
    is_later = error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    ending = Ending.FAILED if is_later else Ending.REFUSED
    return Outcome(ending=ending, reason=error.message)


def child_environment(given: Mapping[str, str]) -> dict[str, str]:
    """What the process of a job is started with: all but what may be a secret, by its name."""
    return {name: value for name, value in given.items() if not SECRET.search(name.upper())}


def _failed(reason: str) -> Outcome:
    return Outcome(ending=Ending.FAILED, reason=reason)
