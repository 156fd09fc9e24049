"""Doubles of people's phones: channels that keep what they are sent, or fail as they are told."""

from dataclasses import dataclass, field

from backend.alerts.channels.base import ChannelError, DailyQuota, Memo


@dataclass
class Phone:
    """A channel. `failures` meet the next memos; the memo of one that is None is taken."""

    name: str
    rings: bool = True
    quota: DailyQuota | None = None
    warning: str | None = None
    failures: list[ChannelError | None] = field(default_factory=list)
    memos: list[Memo] = field(default_factory=list)

    def send(self, memo: Memo) -> None:
        """Keep it, or fail."""
        if self.failures and (failure := self.failures.pop(0)):
            raise failure
        self.memos.append(memo)

    def check(self) -> None:
        """Always well."""

    def is_up(self) -> bool:
        """Always."""
        return True

    def close(self) -> None:
        """Nothing is open."""

    @property
    def titles(self) -> list[str]:
        """The first lines of the memos, in the language that comes first."""
        return [memo.text.partition("\n")[0] for memo in self.memos]
