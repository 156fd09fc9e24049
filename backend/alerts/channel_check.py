"""The thread that looks after one channel: what hangs there holds up no memo."""

import logging
import threading
import time
from collections.abc import Callable

from backend.alerts.channels.base import Channel, ChannelError, Disposition
from backend.alerts.pace import Pace

logger = logging.getLogger(__name__)


class ChannelCheck:
    """Asks the channel now and then, which also keeps its tokens alive, and knows its failure.

    `mended` is called from its thread when a check passes after one that did not, or after the
    channel wanted a log-in; it must not wait.
    """

    def __init__(self, channel: Channel, pace: Pace, mended: Callable[[], object]) -> None:
        self.failure: ChannelError | None = None
        """What the channel's last failure was; None since it last worked."""
        self._channel, self._pace, self._mended = channel, pace, mended
        self._failed = False
        self._next = 0.0  # by the monotonic clock
        self._stopping = False
        self._wake = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"checks-{channel.name}", daemon=True
        )

    def start(self) -> None:
        """Begin, with a check."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Any thread; does not wait."""
        self._stopping = True
        self._wake.set()

    def stop(self, timeout: float) -> bool:
        """Finish the check that is under way; False when that takes longer than `timeout`."""
        self.ask_to_stop()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def note(self, failure: ChannelError | None) -> None:
        """What came of a memo. Any thread."""
        self.failure = failure
        if failure and failure.disposition is Disposition.ACCESS:
            self._look_again()
            self._wake.set()

    def _run(self) -> None:
        while not self._stopping:
            if time.monotonic() >= self._next:
                self._check()
            self._wake.wait(max(0.0, self._next - time.monotonic()))
            self._wake.clear()

    def _check(self) -> None:
        try:
            self._channel.check()
        except ChannelError as error:
            if not self._failed:
                logger.warning("%s is not ready: %s", self._channel.name, error.reason)
            self.failure = error
            self._look_again()
        except Exception:
            logger.exception("%s: the check failed; the next one follows", self._channel.name)
            self._look_again()
        else:
            self._passed()

    def _passed(self) -> None:
        if self._failed:
            self._failed = False
            self._mended()
        # Whether the quota is back shows only in sending.
        if self.failure and self.failure.disposition is not Disposition.QUOTA:
            self.failure = None
        self._next = time.monotonic() + self._pace.check

    def _look_again(self) -> None:
        self._failed = True
        self._next = time.monotonic() + self._pace.check_failed
