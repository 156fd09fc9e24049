"""What is done again and again in a thread of its own, whatever becomes of it."""

import logging
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)


class Repeating:
    """Does its rounds from `start` to `stop`. The first of several failures is logged.

    `do_round` gives the seconds until the next one, or None for `pause_sec`; `wake` ends that wait.
    `if_it_fails` is what the log says then.
    """

    def __init__(
        self, name: str, do_round: Callable[[], float | None], pause_sec: float, if_it_fails: str
    ) -> None:
        self._round, self._pause_sec, self._if_it_fails = do_round, pause_sec, if_it_fails
        self.failure: str | None = None
        """The kind of error that ended the last round; None where it did what it should."""
        self._stopping, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def is_running(self) -> bool:
        """Whether the rounds go on."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin with the first round."""
        self._thread.start()

    def wake(self) -> None:
        """Let the next round begin now, or after the one that is under way."""
        self._wake.set()

    def stops_within(self, seconds: float) -> bool:
        """Wait so long in a round; whether it is to end by then."""
        return self._stopping.wait(seconds)

    def stop(self, timeout: float = 2.0) -> None:
        """Finish the round that is under way, for so many seconds at most."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            pause_sec = self._next_after_round()
            if not self._stopping.is_set():
                self._wake.wait(pause_sec)

    def _next_after_round(self) -> float:
        try:
            pause_sec = self._round()
            self.failure = None
        except Exception as error:  # nobody else would notice that the thread has ended
            if self.failure is None:
                logger.exception("%s", self._if_it_fails)
            self.failure = type(error).__name__
            return self._pause_sec
        return self._pause_sec if pause_sec is None else pause_sec
