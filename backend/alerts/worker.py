"""The thread that sends what is urgent, or what is not, for one channel: it waits alone."""

import logging
import random
import threading
from collections.abc import Callable
from zoneinfo import ZoneInfo

from backend.alerts.alert_change import AlertChange, Outcome
from backend.alerts.channels.base import Channel, ChannelError, Disposition
from backend.alerts.ledger.deliveries import Attempt, Deliveries
from backend.alerts.message.digest import compose
from backend.alerts.message.render import Marks
from backend.alerts.pace import Pace
from backend.alerts.recipients import Recipients
from backend.bus import Bus
from backend.incidents.service import IncidentChanged

logger = logging.getLogger(__name__)

CHANNEL_DOWN = "the channel does not answer; the one resend is kept until it does"


class AlertWorker:
    """Sends what the ledger says is due, and records the outcome; `note` gets it too.

    `clock` is one that nobody sets; `name` is the thread's. `zone` of a household is asked for each
    memo.
    """

    def __init__(
        self,
        name: str,
        deliveries: Deliveries,
        channel: Channel,
        zone: Callable[[int], ZoneInfo],
        pace: Pace,
        clock: Callable[[], float],
        note: Callable[[ChannelError | None], object],
        bus: Bus,
        recipients: Recipients,
    ) -> None:
        self._channel, self._recipients = channel, recipients
        self._deliveries = deliveries
        self._zone = zone
        self._pace = pace
        self._clock, self._note, self._bus = clock, note, bus
        self._jitter = random.Random()  # noqa: S311
        self._mended = False
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to send; what an earlier run left is due at once."""
        self._thread.start()

    def notify(self) -> None:
        """Something is due now. Any thread."""
        self._wake.set()

    def hasten(self) -> None:
        """The channel works again: try at once what waits. Any thread."""
        self._mended = True
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
        settled = False
        wait: float | None
        while True:
            self._wake.clear()
            if self._stopping:  # looked at after the clear, because `stop` sets it before it wakes
                return
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
                wait = self._pace.retry.first_sec
            self._wake.wait(wait)

    def _work(self) -> None:
        if self._mended:
            self._mended = False
            self._deliveries.hasten(self._clock())
        while not self._stopping and (attempt := self._deliveries.take_due(self._clock())):
            self._send(attempt)

    def _send(self, attempt: Attempt) -> None:
        if attempt.resend and not self._channel.is_up():
            self._fail(attempt, ChannelError(Disposition.RETRY, CHANNEL_DOWN))
            return
        try:
            marks = Marks(attempt.resend, attempt.recorded)
            newest = attempt.alerts[-1]
            envelope = self._recipients.envelope(self._channel.name, newest)
            zone = self._zone(newest.household_id)
            self._channel.send(compose(attempt.alerts, zone, marks, envelope))
        except ChannelError as error:
            self._fail(attempt, error)
        else:
            notified = self._deliveries.mark_sent(attempt, self._clock())
            self._publish_all(attempt, Outcome.SENT)
            for incident in notified:
                self._bus.publish(IncidentChanged(incident))
            self._note(None)
            name, number = attempt.name, attempt.number
            logger.info("%s: alert %s sent, attempt %d", self._channel.name, name, number)

    def _fail(self, attempt: Attempt, error: ChannelError) -> None:
        now, reason = self._clock(), error.reason
        self._note(error)
        logger.warning(
            "%s: alert %s not sent (%s): %s",
            self._channel.name,
            attempt.name,
            error.disposition,
            reason,
        )
        later = now + self._pace.retry.delay(attempt.number, self._jitter.random())
        match error.disposition:
            case Disposition.RETRY:
                self._deliveries.postpone(attempt, now, later, reason)
            case Disposition.UNEXPLAINED if attempt.number < self._pace.give_up:
                self._deliveries.postpone(attempt, now, later, reason)
            case Disposition.AMBIGUOUS:
                if self._deliveries.mark_ambiguous(attempt, now, later, reason):
                    self._publish_all(attempt, Outcome.DEAD, reason)
            case Disposition.QUOTA | Disposition.ACCESS:
                self._deliveries.postpone(attempt, now, now + self._pace.wait, reason)
            case Disposition.UNEXPLAINED | Disposition.PERMANENT:
                self._deliveries.bury(attempt, now, reason)
                self._publish_all(attempt, Outcome.DEAD, reason)

    def _publish_all(self, attempt: Attempt, outcome: Outcome, reason: str | None = None) -> None:
        now = self._clock()
        for alert in attempt.alerts:
            self._bus.publish(AlertChange(alert, outcome, now, self._channel.name, reason))

    def _until_next(self, now: float) -> float | None:
        """Seconds; None while nothing waits."""
        due = self._deliveries.next_due_at()
        return None if due is None else max(0.0, due - now)
