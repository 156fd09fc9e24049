"""What the routes of looks take and answer, and their jobs, beside what travels further."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from contract.looks import CubeSize

MAX_SHARED_DAYS = 90


class ApplyWanted(BaseModel):
    """The picture that is to be put through a look."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    image_id: Annotated[str, Field(min_length=1, max_length=128)]


class CubeWanted(BaseModel):
    """How many points along each axis a `.cube` file is to have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: CubeSize = 33


class CubeSpec(BaseModel):
    """What a job that exports a look is about."""

    model_config = ConfigDict(frozen=True)

    look_id: str
    size: CubeSize


class ShareWanted(BaseModel):
    """For how many days a look is to be shared."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: Annotated[int, Field(ge=1, le=MAX_SHARED_DAYS)] = 7


class Done(BaseModel):
    """It is done."""

    success: bool = True
