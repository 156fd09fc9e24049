"""Where an alert stands, and each of its deliveries."""

from enum import StrEnum


class AlertState(StrEnum):
    """Where an alert stands before its deliveries take over."""

    OPEN = "open"
    QUEUED = "queued"
    MUTED = "muted"


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    WITHDRAWN = "withdrawn"
    """It need not be sent any more: somebody has answered, or a later round says it again."""


WAITING = (DeliveryState.PENDING, DeliveryState.SENDING)
