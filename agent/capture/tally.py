"""Counts events that may repeat, for one log line per cause and minute."""

import math
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

EVERY_SEC = 60.0


@dataclass
class Tally:
    """The counts since the last line, by cause; any thread may count."""

    clock: Callable[[], float] = time.monotonic
    _counts: Counter[str] = field(default_factory=Counter)
    _logged_at: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, cause: str, count: int = 1) -> int:
        """Count; returns how many there were since the last line if another one is due, else 0."""
        with self._lock:
            self._counts[cause] += count
            now = self.clock()
            if now - self._logged_at.get(cause, -math.inf) < EVERY_SEC:
                return 0
            self._logged_at[cause] = now
            return self._counts.pop(cause)
