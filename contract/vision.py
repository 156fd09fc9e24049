"""What an image model answers."""

from pydantic import BaseModel, ConfigDict

from contract.events import Probability


class Prediction(BaseModel):
    """The most probable label of one picture; `scores` has all of them, `took_ms` the time."""

    model_config = ConfigDict(frozen=True)

    label: str
    confidence: Probability
    scores: dict[str, Probability]
    model_name: str
    version: str
    took_ms: float
