"""Comments and ratings: what people say of an image, a look or an incident."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from contract.names import visible_lines


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

    text: Annotated[str, BeforeValidator(visible_lines), Field(min_length=1, max_length=2000)]


class Comment(BaseModel):
    """What one person wrote; `edited_at` is None until its author changes it."""

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

    stars: Annotated[int, Field(ge=1, le=5)]


class Rating(BaseModel):
    """What one person gave; the last one counts."""

    model_config = ConfigDict(frozen=True)

    subject: Subject
    person_id: int | None
    stars: int
    at: float
