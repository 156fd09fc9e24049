"""The thread that asks the server for packages, every so often."""

import random
import threading
from collections.abc import Callable

JITTER = 0.2
"""Of the time between two polls: boxes that start together do not ask together for long."""


class Poller:
    """Does a round every `poll_sec` or so, from `start` to `stop`; a round raises nothing."""

    def __init__(self, name: str, do_round: Callable[[], None], poll_sec: float) -> None:
        self._round, self._poll_sec = do_round, poll_sec
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """Ask no more; what is under way is left, as by a kill."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.wait(self._pause_sec()):
            self._round()

    def _pause_sec(self) -> float:
        return self._poll_sec * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
