"""The one thread that sends: while Kakao hangs, only this thread waits."""

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from backend.alerts.channel import Channel, ChannelError, Disposition
from backend.alerts.ledger import Attempt, Ledger
from backend.alerts.memo import render

logger = logging.getLogger(__name__)

CHANNEL_DOWN = "the channel does not answer; the one resend is kept until it does"


@dataclass(frozen=True)
class Pace:
    """How long the worker waits for what, in seconds."""

    first_retry: float = 1.0
    """After the first failure; doubled after each further one."""
    longest_retry: float = 300.0
    wait: float = 600.0
    """Between attempts while a quota is used up or the household has to log in."""
    check: float = 3600.0
    """Between checks of the channel, which also keep its tokens alive; after a failed one the
    next comes after `longest_retry`."""

    def __post_init__(self) -> None:
        if not 0 < self.first_retry <= self.longest_retry:
            raise ValueError("first_retry must be above 0 and at most longest_retry")

    def retry(self, attempts: int, jitter: float) -> float:
        """The back-off after so many attempts; `jitter` in 0..1 takes up to half of it away."""
        doubled = self.first_retry * 2.0 ** min(attempts - 1, 32)
        return min(self.longest_retry, doubled) * (1.0 - jitter / 2)


class AlertWorker:
    """Sends what the ledger says is due, oldest first, and records the outcome."""

    def __init__(
        self,
        ledger: Ledger,
        channel: Channel,
        zone: ZoneInfo,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._ledger = ledger
        self._channel = channel
        self._zone = zone
        self._pace = pace or Pace()
        self._clock = clock
        self._jitter = random.Random()  # noqa: S311
        self._next_check = 0.0
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="alerts", daemon=True)
        self.last_error: str | None = None
        """What the channel's last failure was; None since it last worked."""

    def start(self) -> None:
        """Begin to send; what an earlier run left is due at once."""
        self._thread.start()

    def notify(self) -> None:
        """Something is due now. Any thread."""
        self._wake.set()

    def stop(self, timeout: float) -> bool:
        """Finish the memo that is on its way; False when that takes longer than `timeout`.

        Then the thread is left behind, and the next start resends that memo.
        """
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        settled = False
        while True:
            self._wake.clear()
            if self._stopping:  # looked at after the clear, because `stop` sets it before it wakes
                return
            try:
                if not settled:
                    self._ledger.recover(self._clock())
                    settled = True
                self._work()
                wait = self._until_next(self._clock())
            except Exception:
                # The alert in hand may be left as `sending`: settle it as after a kill.
                logger.exception("the alert worker failed; it goes on in a moment")
                settled = False
                wait = self._pace.first_retry
            self._wake.wait(wait)

    def _work(self) -> None:
        while not self._stopping and (attempt := self._ledger.take_due(self._clock())):
            self._send(attempt)
        if not self._stopping and self._clock() >= self._next_check:
            self._check()

    def _send(self, attempt: Attempt) -> None:
        key = attempt.alert.key
        if attempt.resend and not self._channel.is_up():
            self._postpone(attempt, CHANNEL_DOWN)
            return
        try:
            self._channel.send(render(attempt.alert, self._zone, resend=attempt.resend))
        except ChannelError as error:
            self._record_failure(attempt, error)
        else:
            self._ledger.mark_sent(key, self._clock())
            self.last_error = None
            logger.info("alert %s sent, attempt %d", key, attempt.number)

    def _record_failure(self, attempt: Attempt, error: ChannelError) -> None:
        key, now = attempt.alert.key, self._clock()
        self.last_error = error.reason
        logger.warning("alert %s not sent (%s): %s", key, error.disposition, error.reason)
        match error.disposition:
            case Disposition.RETRY:
                self._postpone(attempt, error.reason)
            case Disposition.AMBIGUOUS:
                self._ledger.mark_ambiguous(key, now, now + self._back_off(attempt), error.reason)
            case Disposition.QUOTA | Disposition.ACCESS:
                self._ledger.postpone(key, now, now + self._pace.wait, error.reason)
            case Disposition.PERMANENT:
                self._ledger.bury(key, now, error.reason)

    def _postpone(self, attempt: Attempt, reason: str) -> None:
        now = self._clock()
        self.last_error = reason
        self._ledger.postpone(attempt.alert.key, now, now + self._back_off(attempt), reason)

    def _back_off(self, attempt: Attempt) -> float:
        return self._pace.retry(attempt.number, self._jitter.random())

    def _check(self) -> None:
        try:
            self._channel.check()
        except ChannelError as error:
            self.last_error = error.reason
            self._next_check = self._clock() + self._pace.longest_retry
            logger.warning("the channel %s is not ready: %s", self._channel.name, error.reason)
        else:
            self.last_error = None
            self._next_check = self._clock() + self._pace.check

    def _until_next(self, now: float) -> float:
        due = self._ledger.next_due_at()
        upcoming = self._next_check if due is None else min(due, self._next_check)
        return max(0.0, upcoming - now)
