"""A checkpoint folder: weights, `manifest.json` and CARD.md; enough to run the model."""

import hashlib
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from contract.events import Probability
from contract.layout import FEATURE_COUNT, FEATURE_LAYOUT, WINDOW_LENGTH

MANIFEST_NAME = "manifest.json"
ONNX_NAME = "model.onnx"
CHECKPOINTS = Path(__file__).resolve().parents[3] / "checkpoints"
DEFAULT_CHECKPOINT = CHECKPOINTS / "fall-lstm"


M = TypeVar("M", bound=BaseModel)


class CheckpointError(Exception):
    """The folder holds no usable checkpoint; the message is one plain line that says why."""


class Label(BaseModel):
    """A label that the model scores; `anomalous` ones may wake people, others are states."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    threshold: Probability
    anomalous: bool


class Normalization(BaseModel):
    """Mean and standard deviation of each feature over the training part."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mean: list[float]
    std: list[Annotated[float, Field(gt=0.0)]]


class Manifest(BaseModel):
    """What must be known to run the weights, and how they were measured."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: str
    feature_layout: str
    window_length: int
    rate_hz: float
    labels: Annotated[list[Label], Field(min_length=1)]
    normalization: Normalization
    metrics: dict[str, Any]

    @model_validator(mode="after")
    def _fits_this_version(self) -> Self:
        if self.feature_layout != FEATURE_LAYOUT:
            raise ValueError(f"feature layout {self.feature_layout!r}, expected {FEATURE_LAYOUT!r}")
        if self.window_length != WINDOW_LENGTH:
            raise ValueError(f"windows of {self.window_length} poses, expected {WINDOW_LENGTH}")
        lengths = {len(self.normalization.mean), len(self.normalization.std)}
        if lengths != {FEATURE_COUNT}:
            raise ValueError(f"normalization must have {FEATURE_COUNT} entries")
        return self

    @property
    def anomalous_labels(self) -> frozenset[str]:
        """The labels whose incidents are told to the caregivers."""
        return frozenset(label.name for label in self.labels if label.anomalous)


def load_manifest(folder: Path) -> Manifest:
    """Read and check the detector's manifest; raises CheckpointError."""
    return read_manifest(folder, Manifest)


def read_manifest(folder: Path, kind: type[M]) -> M:
    """Read and check the manifest of any model; raises CheckpointError."""
    path = folder / MANIFEST_NAME
    try:
        return kind.model_validate_json(path.read_bytes())
    except OSError as error:
        raise CheckpointError(f"cannot read {path}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise CheckpointError(f"{path} is no manifest: {where}: {first['msg']}") from error


def check_digest(path: Path, expected: str | None) -> None:
    """Check a file of weights against the SHA-256 in its manifest; raises CheckpointError."""
    try:
        if expected and hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise CheckpointError(f"{path} is not the file that its manifest was written for")
    except OSError as error:
        raise CheckpointError(f"cannot read {path}: {error.strerror}") from error


def save_manifest(folder: Path, manifest: BaseModel) -> None:
    """Write the manifest, indented, for people to read."""
    (folder / MANIFEST_NAME).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
