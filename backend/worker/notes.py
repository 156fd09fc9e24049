"""What the process of a job has said, until the tables have it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import ValidationError
from sqlalchemy import Connection

from backend.jobs import claims
from backend.jobs.claims import Claim
from backend.storage.database import Database
from backend.tracking.trackers import Trackers
from contract.jobs import MESSAGE, Finished, Measured, Message, MetricAt, Progress, Refused, Said
from contract.names import visible

MAX_LINE = 500
"""Characters of a line that are kept."""
MAX_LINES = 2000
"""Lines of a job that are kept."""
MAX_METRICS = 50_000
"""Figures of a try that are kept: twice those of the longest training."""
TOO_MANY = f"further figures are not kept: a try has {MAX_METRICS} at most"
CUT = f"further lines are not kept: a job has {MAX_LINES} at most"


@dataclass
class Unwritten:
    """What the tables do not have yet."""

    progress: Progress | None = None
    lines: list[tuple[float, str]] = field(default_factory=list)
    metrics: list[MetricAt] = field(default_factory=list)


class Notes:
    """Of one try. Any thread. `has_lines` is how many the job's log has already."""

    def __init__(
        self,
        claim: Claim,
        trackers: Trackers,
        has_lines: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._claim, self._trackers, self._clock = claim, trackers, clock
        self._lock = threading.Lock()
        self._unwritten = Unwritten()
        self._left, self._metrics_left = MAX_LINES - has_lines, MAX_METRICS
        self.end: Finished | Refused | None = None
        """What the process said last of all."""
        self.last_line: str | None = None
        """What it wrote last that was no message."""

    def hear(self, line: bytes) -> None:
        """A line of the standard output: a message, or what some library prints."""
        try:
            message: Message = MESSAGE.validate_json(line)
        except ValidationError:
            self.hear_error(line)
        else:
            self._note(message)

    def hear_error(self, line: bytes) -> None:
        """A line of the standard error."""
        text = visible(line.decode(errors="replace"))[:MAX_LINE]
        if text:
            self.last_line = text
            self.say(text)

    def say(self, line: str) -> None:
        """A line for people."""
        with self._lock:
            self._left -= 1
            if self._left >= 0:
                self._unwritten.lines.append((self._clock(), line if self._left else CUT))

    def write(self, database: Database) -> None:
        """Put into the tables what they do not have; what cannot be written now waits.

        Raises DatabaseUnavailable.
        """
        with self._lock:
            unwritten, self._unwritten = self._unwritten, Unwritten()
        if unwritten == Unwritten():
            return
        try:
            with database.writing() as db:
                self._put(db, unwritten)
        except Exception:
            self._put_back(unwritten)
            raise

    def _put(self, db: Connection, unwritten: Unwritten) -> None:
        if unwritten.progress:
            claims.note_progress(db, self._claim, unwritten.progress)
        claims.add_lines(db, self._claim.job_id, unwritten.lines)
        claims.keep_metrics(db, self._claim.job_id, unwritten.metrics)

    def _put_back(self, before: Unwritten) -> None:
        with self._lock:
            since = self._unwritten
            self._unwritten = Unwritten(
                since.progress or before.progress,
                before.lines + since.lines,
                before.metrics + since.metrics,
            )

    def _note(self, message: Message) -> None:
        if isinstance(message, Said):
            self.say(message.line[:MAX_LINE])
        elif isinstance(message, Measured):
            self._measure(message.metric)
        elif isinstance(message, Progress):
            with self._lock:
                self._unwritten.progress = message
        else:
            self.end = message

    def _measure(self, metric: MetricAt) -> None:
        self._metrics_left -= 1
        if self._metrics_left == -1:
            self.say(TOO_MANY)
        if self._metrics_left >= 0:
            self._trackers.metric(self._claim.job_id, metric)
            with self._lock:
                self._unwritten.metrics.append(metric)
