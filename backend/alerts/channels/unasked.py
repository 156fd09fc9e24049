"""Channels that cannot be asked without ringing: what the last memo met is all that is known."""

from abc import ABC, abstractmethod

from backend.alerts.channels.base import ChannelError, DailyQuota, Memo


class UnaskedChannel(ABC):
    """What those have in common."""

    rings = True
    quota: DailyQuota | None = None
    warning: str | None = None

    def __init__(self, name: str) -> None:
        self.name = name
        self._failure: ChannelError | None = None

    @abstractmethod
    def _send(self, memo: Memo) -> None:
        """Send; raises ChannelError."""

    @abstractmethod
    def close(self) -> None:
        """Close the connections."""

    def send(self, memo: Memo) -> None:
        """Send, and remember whether it failed; raises ChannelError."""
        try:
            self._send(memo)
        except ChannelError as error:
            self._failure = error
            raise
        self._failure = None

    def check(self) -> None:
        """Nothing can be asked without ringing: raises what came of the last memo, if it failed."""
        if self._failure:
            raise self._failure

    def is_up(self) -> bool:
        """True: whether it answers shows in sending."""
        return True
