"""Exports: a version of a model as a file that other boxes run."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from contract.jobs import JobState
from contract.names import Line


class ExportFormat(StrEnum):
    """What runs the file."""

    ONNX = "onnx"
    TORCHSCRIPT = "torchscript"
    PT2 = "pt2"
    """The program of torch.export."""
    LITERT = "litert"
    """What was called TensorFlow Lite."""
    COREML = "coreml"
    TENSORRT = "tensorrt"


class Precision(StrEnum):
    """In how many bits the weights are kept."""

    FULL = "full"
    """32."""
    HALF = "half"
    """16; the box computes in what it has."""


class ExportWanted(BaseModel):
    """What is asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version_id: str = Field(min_length=1, max_length=128)
    format: ExportFormat
    precision: Precision = Precision.FULL


class ExportSpec(ExportWanted):
    """What its job is to do: the export of a `version` of a `recipe`."""

    recipe: str
    version: str


class ExportMade(BaseModel):
    """A file that was made, and how it was checked.

    `difference` is the largest one to torch in probability, over what `checked_on` says; None where
    it could not be run here, and `checked_on` says why.
    """

    model_config = ConfigDict(frozen=True)

    file: str
    difference: float | None
    checked_on: Line


class Export(BaseModel):
    """An export as it stands: its job's `state`, and its `failure` in one line.

    `file` is the SHA-256 of what is offered, under `file_name`, once it is finished.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    household_id: int
    version_id: str
    format: ExportFormat
    precision: Precision
    job_id: str
    state: JobState
    failure: str | None
    file: str | None
    file_name: str | None
    bytes: int | None
    difference: float | None
    checked_on: str | None
    created_by: int | None
    created_at: float
    finished_at: float | None
