"""What a server tells the others of its part of the record."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class SharedFile(BaseModel):
    """A Parquet file: its name, and its content by a digest."""

    model_config = ConfigDict(frozen=True)

    name: Annotated[str, Field(pattern=r"^[0-9a-z][0-9a-z.-]{0,127}$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SharedRecord(BaseModel):
    """All that a server shares of what it has heard. What it does not name counts no more."""

    model_config = ConfigDict(frozen=True)

    files: tuple[SharedFile, ...]
