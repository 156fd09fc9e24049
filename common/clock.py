"""Time that nobody sets."""

import time


class SteadyClock:
    """Seconds since 1970 as the wall clock had it when this was made, and a second a second since.

    The difference of two of its times is a duration, however the wall clock is set meanwhile.
    """

    def __init__(self) -> None:
        self._began = time.time() - time.monotonic()

    def __call__(self) -> float:
        """The time now."""
        return self._began + time.monotonic()
