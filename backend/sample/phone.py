"""A phone that nobody has: it takes every alert, and shows none."""

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
