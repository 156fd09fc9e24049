"""The manifest's `metrics` of an image model: how it was trained, and what was measured."""

from pydantic import BaseModel

from modeling.training.evaluate.by_picture import ImageFigures
from modeling.training.evaluate.intervals import Rate
from modeling.training.images.settings import ImageSettings


class ImageExport(BaseModel, frozen=True):
    """The largest difference in probability between torch and ONNX over so many pictures."""

    pictures: int
    difference: float


class ImageRecord(BaseModel, frozen=True):
    """All figures come from cross-validation: no picture's group was trained on.

    `examples` are the pictures that others learnt from, `clips` all frames of the clips as they
    are; `right` says by kind how many of the examples were told as what they are. `weights` are
    those of the classes in the shipped network. `groups` are those that it was trained on: figures
    on them prove nothing. `pictures` is the digest of what was learnt from.
    """

    settings: ImageSettings
    pictures: str
    groups: list[str]
    sources: list[str]
    examples: ImageFigures
    clips: ImageFigures
    right: dict[str, Rate]
    weights: dict[str, float]
    export: ImageExport
