"""Tells one tracker what it is to hear, in a thread of its own."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from backend.tracking.base import Tracker, Unwanted
from backend.tracking.reasons import reason_of

log = logging.getLogger(__name__)

KEPT = 10_000
"""Figures and files that wait while a tracker is away: a day of several trainings."""
KEPT_ENDS = 1_000
"""That a job began or ended has room beyond those."""
FIRST_PAUSE_SEC, LONGEST_PAUSE_SEC = 1.0, 60.0
SLOW_SEC = 15.0
"""What has not come back for as long hangs."""

Telling = Callable[[Tracker], None]


@dataclass(frozen=True)
class Told:
    """One thing to tell of a job; `begins` opens its run and `ends` lets go of it."""

    job_id: str
    telling: Telling
    begins: bool = False
    ends: bool = False


@dataclass
class Courier:
    """A queue with a bound, and a thread that empties it in order.

    What fails is told again after a pause, until it is heard. What a full queue has no room for,
    and what the service refuses, is counted in `dropped`.
    """

    name: str
    kind: Callable[[], Tracker]
    kept: int = KEPT
    first_pause_sec: float = FIRST_PAUSE_SEC
    slow_sec: float = SLOW_SEC
    dropped: int = field(default=0, init=False)
    _waiting: deque[Told] = field(default_factory=deque, init=False)
    _runs: dict[str, Tracker] = field(default_factory=dict, init=False)
    _failure: str | None = field(default=None, init=False)
    _since: float | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._closing = threading.Event()
        threading.Thread(target=self._run, name=f"tracker {self.name}", daemon=True).start()

    def tell(self, told: Told) -> None:
        """Let the tracker hear it; never blocks."""
        room = self.kept + (KEPT_ENDS if told.begins or told.ends else 0)
        with self._changed:
            if len(self._waiting) >= room:
                self.dropped += 1
            else:
                self._waiting.append(told)
                self._changed.notify_all()

    def missing(self) -> str | None:
        """Why nothing reaches the tracker, with how much waits; None while all does."""
        began = self._since
        hangs = None if began is None else time.monotonic() - began
        reason = self._failure
        if hangs is not None and hangs > self.slow_sec:
            reason = f"has not answered for {hangs:.0f} s"
        return reason and f"{reason} ({len(self._waiting)} waiting, {self.dropped} dropped)"

    def close(self, within_sec: float) -> None:
        """End, once all is told or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting, within_sec)
            self._closing.set()
            self._changed.notify_all()

    def _run(self) -> None:
        pause = self.first_pause_sec
        while (told := self._next()) is not None:
            if self._tell(told):
                pause = self.first_pause_sec
                self._done()
            else:
                self._closing.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SEC)

    def _next(self) -> Told | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing.is_set())
            return None if self._closing.is_set() else self._waiting[0]

    def _done(self) -> None:
        with self._changed:
            self._waiting.popleft()
            self._changed.notify_all()

    def _tell(self, told: Told) -> bool:
        """Whether it need not be told again."""
        self._since = time.monotonic()
        try:
            self._tell_run(told)
        except Unwanted as error:
            self._drop(error)
        except Exception as error:  # noqa: BLE001 (the code of others, which may raise anything)
            self._fails(reason_of(error))
            return False
        else:
            self._works()
        finally:
            self._since = None
        return True

    def _tell_run(self, told: Told) -> None:
        if told.begins:
            run = self.kind()
            told.telling(run)
            self._runs[told.job_id] = run
            return
        found = self._runs.get(told.job_id)
        if found is None:
            raise Unwanted("its job is not known there")
        told.telling(found)
        if told.ends:
            del self._runs[told.job_id]

    def _drop(self, error: Unwanted) -> None:
        with self._changed:
            self.dropped += 1
        log.warning("tracker %s refused something: %s", self.name, reason_of(error))

    def _fails(self, reason: str) -> None:
        if self._failure is None:
            log.warning("tracker %s is missing: %s", self.name, reason)
        self._failure = reason

    def _works(self) -> None:
        if self._failure is not None:
            log.info("tracker %s is back; %d dropped", self.name, self.dropped)
        self._failure = None
