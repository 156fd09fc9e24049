"""A dead letter as `/health` and the dead letters' route show it."""

from pydantic import BaseModel

from backend.alerts.ledger.ledger import DeadLetter


class Letter(BaseModel):
    """An alert that a channel gave up `at` (seconds since 1970, UTC)."""

    key: str
    camera_id: str
    label: str
    channel: str
    reason: str
    attempts: int
    at: float

    @classmethod
    def of(cls, letter: DeadLetter) -> "Letter":
        """What is shown of `letter`."""
        return cls(
            key=letter.alert.key,
            camera_id=letter.alert.camera_id,
            label=letter.alert.label,
            channel=letter.channel,
            reason=letter.reason,
            attempts=letter.attempts,
            at=letter.at,
        )
