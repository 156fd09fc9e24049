"""How long a worker may be sure that its jobs are its own."""

import threading
from collections.abc import Callable

LEASE_SEC = 30.0
"""Half of what others wait for before they take its jobs: a heartbeat may be late."""


class Lease:
    """Calls `expired` once nothing has renewed it for so long, and again after each renewal."""

    def __init__(self, expired: Callable[[], None], seconds: float = LEASE_SEC) -> None:
        self._expired, self._seconds = expired, seconds
        self._renewed = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="lease", daemon=True)

    def start(self) -> None:
        """It counts from now on."""
        self._thread.start()

    def renew(self) -> None:
        """A heartbeat was written."""
        self._renewed.set()

    def stop(self) -> None:
        """It counts no more."""
        self._stopping = True
        self._renewed.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping:
            if not self._renewed.wait(self._seconds):
                self._expired()
                self._renewed.wait()
            self._renewed.clear()
