"""What jobs make of one picture, as routes take it and as their processes answer."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from contract.media import ImageType, ImageWork
from contract.names import Line

PlainWork = Literal[
    ImageWork.THUMBNAIL, ImageWork.METADATA, ImageWork.BLUR_FACES, ImageWork.KEEP_SKELETON
]
"""What needs nothing but the picture."""


class ImageJobWanted(BaseModel):
    """A work that is to be done on a picture."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    work: PlainWork


class ImageMade(BaseModel):
    """The picture that a process has made, in the `file` of its folder."""

    model_config = ConfigDict(frozen=True)

    file: Line
    content_type: ImageType
    width: int
    height: int
    remark: Line | None = None


class ImageMetadata(BaseModel):
    """What a picture says of itself, but for where and with what it was taken.

    Sides are in pixels as it is to be looked at; `taken` is what its clock said.
    """

    model_config = ConfigDict(frozen=True)

    width: int
    height: int
    mode: str
    colour_profile: Annotated[str, Field(max_length=200)] | None
    taken: str | None
