"""The channels that are open, each with what sends through it; they come and go while it runs."""

import time
from collections.abc import Callable, Container, Sequence

from backend.alerts.channels.base import Channel, ChannelError
from backend.alerts.sender import Sender


class Switchboard:
    """Thread-safe. `make` makes the sender of a channel."""

    def __init__(self, channels: Sequence[Channel], make: Callable[[Channel], Sender]) -> None:
        self._make = make
        self._runs = False
        # Replaced as a whole, so that its readers need no lock.
        self.senders = tuple(make(channel) for channel in channels)

    @property
    def channels(self) -> dict[str, Channel]:
        """Those that are open, by their names."""
        return {sender.channel.name: sender.channel for sender in self.senders}

    def start(self) -> None:
        """Begin to send."""
        self._runs = True
        for sender in self.senders:
            sender.start()

    def stop(self, timeout: float) -> None:
        """Let the memos that are on their way finish, for `timeout` seconds at most."""
        _end(self.senders, timeout)

    def notify(self, channels: Container[str] | None = None) -> None:
        """Something may be due now, for all or for these channels. Does not wait."""
        for sender in self.senders:
            if channels is None or sender.channel.name in channels:
                sender.notify()

    def open(self, channel: Channel) -> None:
        """Send through this one too."""
        sender = self._make(channel)
        self.senders = (*self.senders, sender)
        if self._runs:
            sender.start()

    def close(self, name: str, timeout: float) -> None:
        """Send through this one no more; a memo that is on its way may finish."""
        closed = [sender for sender in self.senders if sender.channel.name == name]
        self.senders = tuple(sender for sender in self.senders if sender not in closed)
        _end(closed, timeout)

    def failure_of(self, name: str) -> ChannelError | None:
        """What this channel's last failure was; None since it last worked."""
        return next(it.failure for it in self.senders if it.channel.name == name)


def _end(senders: Sequence[Sender], timeout: float) -> None:
    """A channel is closed once nothing is on its way any more."""
    for sender in senders:
        sender.ask_to_stop()
    until = time.monotonic() + timeout
    stopped = [sender.stop(until) for sender in senders]
    if all(stopped):
        for sender in senders:
            sender.channel.close()
