"""A phone that nobody has: it takes every alert, and shows none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backend.alerts.channels.base import DailyQuota, Memo


class SimulatedPhone:
    """The channel of a person; it is none that a server opens, so that none sends through it."""

    rings = True
    quota: DailyQuota | None = None
    warning: str | None = None

    def __init__(self, person_id: int) -> None:
        self.person_id = person_id
        self.name = self.channel = f"simulated-phone-{person_id}"

    def send(self, memo: Memo) -> None:
        """It is taken."""

    def check(self) -> None:
        """All is well."""

    def is_up(self) -> bool:
        """It is."""
        return True

    def close(self) -> None:
        """There is nothing to close."""


@dataclass(frozen=True)
class SimulatedWays:
    """All ways to people that there are."""

    phones: Sequence[SimulatedPhone]

    def ways(self, person_ids: Iterable[int]) -> list[SimulatedPhone]:
        """The phones of these people."""
        wanted = set(person_ids)
        return [phone for phone in self.phones if phone.person_id in wanted]

    def reader(self, channel: str) -> int | None:
        """Whose phone it is."""
        return next((it.person_id for it in self.phones if it.channel == channel), None)
