"""Comments and ratings: what people say of an image, a look or an incident."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from contract.names import visible_lines

MAX_COMMENT = 2000


class SubjectKind(StrEnum):
    """What something is said of."""

    IMAGE = "image"
    LOOK = "look"
    INCIDENT = "incident"


class Subject(BaseModel):
    """One thing that something is said of."""

    model_config = ConfigDict(frozen=True)

    kind: SubjectKind
    id: str


class CommentText(BaseModel):
    """What a comment is to say; characters that cannot be seen are dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_COMMENT),
        BeforeValidator(visible_lines),
    ]


class CommentEdit(CommentText):
    """What a comment is to say instead; `edited_at` is its own, as its author has read it."""

    edited_at: float | None


class Comment(BaseModel):
    """What one person wrote, or whoever has the household's key if `person_id` is None.

    Times are seconds since 1970 (UTC); `edited_at` is None until its author changes it.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    subject: Subject
    person_id: int | None
    text: str
    at: float
    edited_at: float | None


class Stars(BaseModel):
    """How good somebody finds it: 1 to 5."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stars: Annotated[int, Field(ge=1, le=5, strict=True)]


class Rating(BaseModel):
    """What one person gave; the last one counts."""

    model_config = ConfigDict(frozen=True)

    subject: Subject
    person_id: int | None
    stars: int
    at: float


class RatingSummary(BaseModel):
    """What all gave: the mean of `count` ratings, and what the caller gave; None for none."""

    model_config = ConfigDict(frozen=True)

    mean: float | None
    count: int
    mine: int | None
