"""Counts what may happen again and again, for a log line about each cause once a minute."""

import math
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

EVERY_SEC = 60.0


@dataclass
class Tally:
    """What has happened since its last line, by causes; any thread may count."""

    clock: Callable[[], float] = time.monotonic
    _counts: Counter[str] = field(default_factory=Counter)
    _said_at: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, cause: str, count: int = 1) -> int:
        """Count; how many there were since the last line if another one is due now, else 0."""
        with self._lock:
            self._counts[cause] += count
            now = self.clock()
            if now - self._said_at.get(cause, -math.inf) < EVERY_SEC:
                return 0
            self._said_at[cause] = now
            return self._counts.pop(cause)
