"""All that sends through one channel: what is urgent, what is not, and what looks after it."""

import time
from collections.abc import Callable
from functools import partial
from zoneinfo import ZoneInfo

from backend.alerts.channel_check import ChannelCheck
from backend.alerts.channels.base import Channel, ChannelError
from backend.alerts.ledger.deliveries import Deliveries
from backend.alerts.limits import Limits, Quota
from backend.alerts.pace import Pace
from backend.alerts.recipients import Everybody, Recipients
from backend.alerts.worker import AlertWorker
from backend.bus import Bus
from backend.storage.database import Database


class Sender:
    """Three threads, so that a fall waits for nothing but falls. Thread-safe."""

    def __init__(
        self,
        database: Database,
        channel: Channel,
        zone: Callable[[int], ZoneInfo],
        *,
        pace: Pace | None = None,
        limits: Limits | None = None,
        quota: Quota | None = None,
        bus: Bus,
        clock: Callable[[], float] = time.time,
        recipients: Recipients | None = None,
        server: str = "",
    ) -> None:
        self.channel = channel
        pace, readers = pace or Pace(), recipients or Everybody()
        self._check = ChannelCheck(channel, pace, self._hasten)

        def worker(name: str, *, urgent: bool) -> AlertWorker:
            queue = Deliveries(
                database,
                channel.name,
                urgent=urgent,
                limits=limits,
                quota=quota,
                quiet_until=partial(readers.quiet_until, channel.name),
                server=server,
            )
            return AlertWorker(
                f"{name}-{channel.name}",
                queue,
                channel,
                zone,
                pace,
                clock,
                self._check.note,
                bus,
                readers,
            )

        self._urgent = worker("alerts", urgent=True)
        self._troubles = worker("troubles", urgent=False)

    def start(self) -> None:
        """Begin to send; what an earlier run left is due at once."""
        for thread in self._threads:
            thread.start()

    def notify(self) -> None:
        """Something may be due now. Does not wait."""
        for worker in self._workers:
            worker.notify()

    def ask_to_stop(self) -> None:
        """Let the memos that are on their way be the last. Does not wait."""
        for thread in self._threads:
            thread.ask_to_stop()

    def stop(self, until: float) -> bool:
        """Finish the memos that are on their way; False when that lasts beyond `until`, by the
        monotonic clock.

        Then a thread is left behind, and the next start resends its memo.
        """
        self.ask_to_stop()
        stopped = [thread.stop(max(0.0, until - time.monotonic())) for thread in self._threads]
        return all(stopped)

    @property
    def is_alive(self) -> bool:
        """Whether its threads run."""
        return all(worker.is_alive for worker in self._workers)

    @property
    def failure(self) -> ChannelError | None:
        """What the channel's last failure was; None since it last worked."""
        return self._check.failure

    @property
    def _workers(self) -> tuple[AlertWorker, AlertWorker]:
        return self._urgent, self._troubles

    @property
    def _threads(self) -> tuple[AlertWorker, AlertWorker, ChannelCheck]:
        return self._urgent, self._troubles, self._check

    def _hasten(self) -> None:
        for worker in self._workers:
            worker.hasten()
