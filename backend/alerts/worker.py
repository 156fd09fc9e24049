"""The thread that sends for one channel: while that hangs, only this thread waits."""

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from backend.alerts.change import AlertChange, Outcome
from backend.alerts.channel import Channel, ChannelError, Disposition
from backend.alerts.delivery import Attempt, Deliveries
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
    """Between checks of the channel, which also keep its tokens alive."""
    check_failed: float = 30.0
    """Between checks while they fail; the first that passes makes all due that waits."""
    give_up: float = 86_400.0
    """From when an alert was due until one that fails without a reason is given up."""

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
        deliveries: Deliveries,
        channel: Channel,
        zone: ZoneInfo,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.time,
        publish: Callable[[AlertChange], object] = lambda _change: None,
    ) -> None:
        self.channel = channel
        self._deliveries = deliveries
        self._zone = zone
        self._pace = pace or Pace()
        self._clock, self._publish = clock, publish
        self._jitter = random.Random()  # noqa: S311
        self._next_check = 0.0
        self._check_failed = False
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(
            target=self._run, name=f"alerts-{channel.name}", daemon=True
        )
        self.failure: ChannelError | None = None
        """What the channel's last failure was; None since it last worked."""

    def start(self) -> None:
        """Begin to send; what an earlier run left is due at once."""
        self._thread.start()

    def notify(self) -> None:
        """Something is due now. Any thread."""
        self._wake.set()

    def ask_to_stop(self) -> None:
        """Let the memo that is on its way be the last. Any thread; does not wait."""
        self._stopping = True
        self._wake.set()

    def stop(self, timeout: float) -> bool:
        """Finish the memo that is on its way; False when that takes longer than `timeout`.

        Then the thread is left behind, and the next start resends that memo.
        """
        self.ask_to_stop()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        settled, looked_at = False, 0.0
        while True:
            self._wake.clear()
            if self._stopping:  # looked at after the clear, because `stop` sets it before it wakes
                return
            if (now := self._clock()) < looked_at:  # set back: what is due lies in a future
                settled, self._next_check = False, now
            looked_at = now
            try:
                if not settled:
                    self._deliveries.recover(self._clock())
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
        while not self._stopping and (attempt := self._deliveries.take_due(self._clock())):
            self._send(attempt)
        if not self._stopping and self._clock() >= self._next_check:
            self._check()

    def _send(self, attempt: Attempt) -> None:
        key = attempt.alert.key
        if attempt.resend and not self.channel.is_up():
            self._fail(attempt, ChannelError(Disposition.RETRY, CHANNEL_DOWN))
            return
        try:
            self.channel.send(
                render(attempt.alert, self._zone, resend=attempt.resend, recorded=attempt.recorded)
            )
        except ChannelError as error:
            self._fail(attempt, error)
        else:
            now = self._clock()
            self._deliveries.mark_sent(key, now)
            self._publish(AlertChange(attempt.alert, Outcome.SENT, now, self.channel.name))
            self.failure = None
            logger.info("%s: alert %s sent, attempt %d", self.channel.name, key, attempt.number)

    def _fail(self, attempt: Attempt, error: ChannelError) -> None:
        key, now, reason = attempt.alert.key, self._clock(), error.reason
        self.failure = error
        logger.warning(
            "%s: alert %s not sent (%s): %s", self.channel.name, key, error.disposition, reason
        )
        later = now + self._pace.retry(attempt.number, self._jitter.random())
        match error.disposition:
            case Disposition.RETRY:
                self._deliveries.postpone(key, now, later, reason)
            case Disposition.UNEXPLAINED if now - attempt.queued_at < self._pace.give_up:
                self._deliveries.postpone(key, now, later, reason)
            case Disposition.AMBIGUOUS:
                if self._deliveries.mark_ambiguous(key, now, later, reason):
                    self._publish_death(attempt, now, reason)
            case Disposition.QUOTA:
                self._deliveries.postpone(key, now, now + self._pace.wait, reason)
            case Disposition.ACCESS:
                self._deliveries.postpone(key, now, now + self._pace.wait, reason)
                self._check_again(now)
            case Disposition.UNEXPLAINED | Disposition.PERMANENT:
                self._deliveries.bury(key, now, reason)
                self._publish_death(attempt, now, reason)

    def _publish_death(self, attempt: Attempt, now: float, reason: str) -> None:
        self._publish(AlertChange(attempt.alert, Outcome.DEAD, now, self.channel.name, reason))

    def _check(self) -> None:
        now = self._clock()
        try:
            self.channel.check()
        except ChannelError as error:
            if not self._check_failed:
                logger.warning("%s is not ready: %s", self.channel.name, error.reason)
            self.failure = error
            self._check_again(now)
            return
        if self._check_failed:
            self._check_failed = False
            self._deliveries.hasten(now)
        # Whether the quota is back shows in sending alone.
        if self.failure and self.failure.disposition is not Disposition.QUOTA:
            self.failure = None
        self._next_check = now + self._pace.check

    def _check_again(self, now: float) -> None:
        self._check_failed = True
        self._next_check = now + self._pace.check_failed

    def _until_next(self, now: float) -> float:
        due = self._deliveries.next_due_at()
        upcoming = self._next_check if due is None else min(due, self._next_check)
        return max(0.0, upcoming - now)
