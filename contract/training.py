"""Trainings: what is asked for, and what the process gets and gives that carries one out."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from contract.datasets import DatasetFile, DatasetKind, Subset

Id = Annotated[str, Field(min_length=1, max_length=64)]


class DatasetChoice(BaseModel):
    """A version of a data set, or a subset of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    subset: Subset | None = None


def _with_id(value: Any) -> Any:
    return {"id": value} if isinstance(value, str) else value


Choice = Annotated[DatasetChoice, BeforeValidator(_with_id)]
"""The id alone chooses all of it."""


class TrainingSpec(BaseModel):
    """The `spec` of a job of training; `settings` are all of the recipe's.

    `base_id` is the version from whose weights it goes on. With `with_project_data` it also learns
    from the data sets that the project itself has on the worker's machine.
    """

    model_config = ConfigDict(frozen=True)

    recipe: str
    dataset_versions: tuple[Choice, ...]
    settings: dict[str, JsonValue]
    base_id: str | None = None
    with_project_data: bool = False


class GivenDataset(BaseModel):
    """A data set on the disk: those of the `files` in `folder` that are to be learnt from."""

    model_config = ConfigDict(frozen=True)

    kind: DatasetKind
    folder: str
    files: tuple[DatasetFile, ...]


class TrainingOrder(BaseModel):
    """All that the process gets. Folders are relative to that of the order itself.

    `base` has the checkpoint to go on from. Each folder of `project_data` is one that
    `build-dataset` wrote.
    """

    model_config = ConfigDict(frozen=True)

    recipe: str
    settings: dict[str, JsonValue]
    datasets: tuple[GivenDataset, ...]
    base: str | None = None
    project_data: tuple[str, ...] = ()


class TrainingResult(BaseModel):
    """What the process gives: the folder of the checkpoint, its version, and its figures."""

    model_config = ConfigDict(frozen=True)

    version: str
    checkpoint: str
    figures: dict[str, JsonValue]
