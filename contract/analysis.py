"""A window of features, and the detector's analysis of it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

NPY_MEDIA_TYPE = "application/x-npy"
"""For poses it takes parameters: `application/x-npy; aspect=1.7778`, the picture's width divided by
its height; DEFAULT_ASPECT if it is left out. Whose poses they are can be said too, as
`contract.poses` has it."""

DEFAULT_ASPECT = 4 / 3
MAX_ASPECT = 100.0
FARTHEST = 100.0
"""In pictures. A joint that is estimated further away is moved to this distance."""


class FrameFeatures(BaseModel):
    """The features of one pose of the window.

    `index` counts from the window's oldest pose. If all leave it out, they are in order.
    """

    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False)

    index: Annotated[int, Field(ge=0)] | None = None
    features: list[float]


class AnalyzeRequest(BaseModel):
    """One window, oldest pose first."""

    model_config = ConfigDict(frozen=True, strict=True)

    frames: Annotated[list[FrameFeatures], Field(min_length=1)]


class WindowBatch(BaseModel):
    """Several windows."""

    model_config = ConfigDict(frozen=True, strict=True)

    windows: Annotated[list[AnalyzeRequest], Field(min_length=1)]


class Analysis(BaseModel):
    """The detector's answer to one window.

    `events`, `scores` and `thresholds` are parallel, one entry per label of the checkpoint.
    `anomaly_score` is the highest score among the anomalous labels, `normal_score` its complement.
    """

    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False)

    is_anomaly: bool
    normal_score: float
    anomaly_score: float
    events: list[str]
    scores: list[float]
    thresholds: list[float]


class AnalysisBatch(BaseModel):
    """The answers to several windows, in their order."""

    model_config = ConfigDict(frozen=True, strict=True)

    results: list[Analysis]
