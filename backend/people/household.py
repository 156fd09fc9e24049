"""A household: who lives there, and how its people are notified."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from contract.language import Language
from contract.names import Line, Name

USUAL_ZONE = "Asia/Seoul"
"""Before anybody has said another one."""

# Strict: `true` is no number.
Hour = Annotated[int, Field(ge=0, le=23, strict=True)]
Weekday = Annotated[int, Field(ge=0, le=6, strict=True)]
KeptDays = Annotated[int, Field(ge=7, le=3650, strict=True)]
Seconds = Annotated[float, Field(ge=1, le=86_400, strict=True)]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("expected an IANA time zone such as Asia/Seoul") from error
    return name


class HouseholdSettings(BaseModel):
    """What its owners set. Hours are of its own time zone; Monday is weekday 0."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    address: Line | None = None
    """Where helpers are to come."""
    resident: Line | None = None
    """Who lives there."""
    entry_code: Line | None = None
    """Opens the door to helpers."""
    language: Language = "ko"
    time_zone: Annotated[str, Field(max_length=64), AfterValidator(_known_zone)] = USUAL_ZONE
    repeat_sec: Seconds = 60.0
    """Until somebody answers, an alert is repeated after so long."""
    second_after_sec: Seconds = 180.0
    """After so long those of stage 2 are notified too."""
    all_after_sec: Seconds = 360.0
    """After so long everybody is."""
    ask_again_sec: Seconds = 900.0
    """Whoever said "I am going" is asked after so long."""
    unanswered_sec: Seconds = 300.0
    """When all stages are used up, an alert is repeated after so long."""
    accompanied_sec: Annotated[float, Field(ge=0, le=600, strict=True)] = 30.0
    """A fall waits so long for an "all is well" while somebody else is there."""
    self_test_weekday: Weekday | None = None
    self_test_hour: Hour | None = None
    """There is a weekly self-test where both are set."""
    daily_word_hour: Hour | None = None
    """There is a daily word where it is set."""
    kept_days: KeptDays | None = None
    """The record is kept for so long; None is as long as the server keeps it."""

    @model_validator(mode="after")
    def _in_order(self) -> "HouseholdSettings":
        if self.all_after_sec < self.second_after_sec:
            raise ValueError("expected all_after_sec to be no shorter than second_after_sec")
        if (self.self_test_weekday is None) != (self.self_test_hour is None):
            raise ValueError("expected self_test_weekday and self_test_hour, or neither")
        return self


class Household(HouseholdSettings):
    """One household. `created_at` is in seconds since 1970 (UTC)."""

    id: int
    created_at: float
