"""What the routes of data sets take and answer, beside what travels further."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

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
