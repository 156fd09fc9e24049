"""A channel that takes every memo and keeps it."""

from dataclasses import dataclass, field

from backend.alerts.channels.base import DailyQuota, Memo


@dataclass
class QuietChannel:
    """In place of a way to a person; `memos` is what came, oldest first."""

    name: str
    rings: bool = True
    quota: DailyQuota | None = None
    memos: list[Memo] = field(default_factory=list)

    @property
    def warning(self) -> str | None:
        """Nothing stops it."""
        return None

    def send(self, memo: Memo) -> None:
        """Keep it."""
        self.memos.append(memo)

    def check(self) -> None:
        """All is well."""

    def is_up(self) -> bool:
        """Always."""
        return True

    def close(self) -> None:
        """Nothing to close."""
