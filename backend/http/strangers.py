"""What strangers do wrong is said, and never fills the log."""

import logging
import time
from collections.abc import Callable

MINUTE_SEC = 60.0
MAX_LINES = 10
"""A minute."""


class AFewLines(logging.Filter):
    """Lets one line a minute of a kind and client through, MAX_LINES of all, and counts the rest.

    The client is the first argument of a line. The next minute's first line tells the count.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._began = -MINUTE_SEC
        self._told: set[object] = set()
        self._untold = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        client = record.args[0] if isinstance(record.args, tuple) else None
        kind = record.msg
        if self._clock() - self._began >= MINUTE_SEC:
            self._begin(record)
        if (kind, client) in self._told or len(self._told) >= MAX_LINES:
            self._untold += 1
            return False
        self._told.add((kind, client))
        return True

    def _begin(self, record: logging.LogRecord) -> None:
        if self._untold:
            record.msg = f"{record.msg} ({self._untold} more of strangers since the last lines)"
        self._began, self._untold = self._clock(), 0
        self._told.clear()


logger = logging.getLogger(__name__)
logger.addFilter(AFewLines())
