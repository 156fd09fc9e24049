"""What the routes of data sets take and answer, beside what travels further."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.escalation.answer import Verdict
from contract.events import Timestamp

MAX_SHARED_DAYS = 90


class ShareWanted(BaseModel):
    """Which version is to be shared, the newest without a number, and for how many days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    days: Annotated[int, Field(ge=1, le=MAX_SHARED_DAYS)] = 7


class ShareMade(BaseModel):
    """The address that downloads it, until it expires, in seconds since 1970 (UTC)."""

    address: str
    version: int
    expires_at: float


class Done(BaseModel):
    """It is done."""

    success: bool = True


class RecordWanted(BaseModel):
    """What of the record is wanted: the incidents from `since` to before `until` with one of these
    verdicts, and the newest ordinary minutes of that span, up to so many hours.

    Times are seconds since 1970 (UTC). A test is a negative too, though somebody may have fallen on
    purpose; so it is left out unless it is asked for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: Timestamp
    until: Timestamp
    verdicts: frozenset[Verdict] = frozenset({Verdict.FALL, Verdict.FALSE_ALARM})
    ordinary_hours: Annotated[float, Field(ge=0, le=100)] = 0.0

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        if self.since >= self.until:
            raise ValueError("expected since to be before until")
        if Verdict.NOT_SURE in self.verdicts:
            raise ValueError("expected verdicts that say what it was: fall, false_alarm, test")
        return self
