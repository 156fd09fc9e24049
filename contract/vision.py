"""What an image model is asked, and what it answers."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from contract.events import Probability


class PredictRequest(BaseModel):
    """A picture in base64, with or without `data:image/...;base64,` before it.

    `previous_image_base64` is the picture before it, for a model that compares the two.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    model_name: Annotated[str, Field(min_length=1)]
    image_base64: str
    previous_image_base64: str | None = None


class Prediction(BaseModel):
    """The most probable label of one picture; `scores` has all of them, `took_ms` the time."""

    model_config = ConfigDict(frozen=True)

    label: str
    confidence: Probability
    scores: dict[str, Probability]
    model_name: str
    version: str
    took_ms: float
