"""The log of what clients without a key do wrong: they cannot fill it."""

import logging
import time
from collections.abc import Callable

MINUTE_SEC = 60.0
MAX_LINES = 10
"""A minute."""


class LogThrottle(logging.Filter):
    """Lets one line per minute, kind and client through, MAX_LINES in all, and counts the rest.

    The client is the first argument of a line. The next minute's first line has the count.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._began = -MINUTE_SEC
        self._logged: set[object] = set()
        self._suppressed = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        client = record.args[0] if isinstance(record.args, tuple) else None
        kind = record.msg
        if self._clock() - self._began >= MINUTE_SEC:
            self._begin(record)
        if (kind, client) in self._logged or len(self._logged) >= MAX_LINES:
            self._suppressed += 1
            return False
        self._logged.add((kind, client))
        return True

    def _begin(self, record: logging.LogRecord) -> None:
        if self._suppressed:
            record.msg = f"{record.msg} ({self._suppressed} more of strangers since the last lines)"
        self._began, self._suppressed = self._clock(), 0
        self._logged.clear()


logger = logging.getLogger(__name__)
logger.addFilter(LogThrottle())
