"""How a try of a job may end."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict


class Ending(StrEnum):
    """The last two are asked for while the job's process runs."""

    FINISHED = "finished"
    FAILED = "failed"
    """It may be tried again."""
    REFUSED = "refused"
    """It cannot be done, however often it is tried."""
    OVERRAN = "overran"
    """It took longer, or more memory, than it may."""
    CANCELLED = "cancelled"
    BROKEN_OFF = "broken_off"
    """The worker stops, or is no longer sure that the job is its own."""


class Outcome(BaseModel):
    """`reason` says in one line why it has not finished, `result` what came of it where it has."""

    model_config = ConfigDict(frozen=True)

    ending: Ending
    reason: str | None = None
    result: dict[str, Any] | None = None
