"""Data sets: what a version of one holds, file by file."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contract.names import Name

MAX_UPLOAD_BYTES = 2 * 2**30
MANIFEST_NAME = ".manifest.json"
"""Beside the files of a version that were fetched: its DatasetManifest."""
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Names = Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=200)]
"""So many that whoever asks for a job cannot fill every list of jobs with it."""


class DatasetKind(StrEnum):
    """What the files of a data set are."""

    CLIPS = "clips"
    """Videos, each with its labels as CVAT XML 1.1."""
    TRACKS = "tracks"
    """Pose tracks with their labels, as `build-dataset` writes them, or from the record."""
    PICTURES = "pictures"
    """Pictures in a folder for each label, or with the labels of COCO or YOLO."""
    TABLE = "table"
    """One table, as CSV or Parquet: what one wants to ask about, or a model is to learn from."""


class Recorded(BaseModel):
    """From when to when the record had what a file shows, in seconds since 1970 (UTC)."""

    model_config = ConfigDict(frozen=True)

    since: float
    until: float


class DatasetFile(BaseModel):
    """One file: its `path` within the data set, and what it is about, as far as that is known.

    One of which nothing is known is about the whole, such as a file of labels. `sha256` names its
    content among the blobs. `group` is what no split parts: an event, a person's clip. `date` is
    YYYY-MM-DD. One that was made of the household's record says when it was `recorded`.
    """

    model_config = ConfigDict(frozen=True)

    path: str
    sha256: str
    size: int = Field(ge=0)
    labels: tuple[str, ...] = ()
    camera_id: str | None = None
    person: str | None = None
    group: str | None = None
    date: str | None = None
    recorded: Recorded | None = None

    @property
    def is_about_all(self) -> bool:
        """Whether it goes with every part of the data set."""
        known = (self.camera_id, self.person, self.group, self.date)
        return not self.labels and known == (None, None, None, None)


class Subset(BaseModel):
    """Which files of a version: those for which all hold that are given.

    `since` and `until` are days, YYYY-MM-DD, both included. Of no day, camera or person is what
    nobody has said it of.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    labels: Names | None = None
    camera_ids: Names | None = None
    people: Names | None = None
    since: Day | None = None
    until: Day | None = None

    def has(self, file: DatasetFile) -> bool:
        """Whether a file is of it; what is about all always is."""
        return file.is_about_all or (
            (self.labels is None or not set(self.labels).isdisjoint(file.labels))
            and (self.camera_ids is None or file.camera_id in self.camera_ids)
            and (self.people is None or file.person in self.people)
            and (self.since is None or (file.date is not None and file.date >= self.since))
            and (self.until is None or (file.date is not None and file.date <= self.until))
        )


class DatasetManifest(BaseModel):
    """All files of a version, in the order of their paths."""

    model_config = ConfigDict(frozen=True)

    kind: DatasetKind
    files: tuple[DatasetFile, ...]


class Changes(BaseModel):
    """How many files a version has added, changed and removed, with the first paths of each.

    So many were `erased` from it since, with the record that it was made of: the last ones on the
    day `erased_on`.
    """

    model_config = ConfigDict(frozen=True)

    added: int = 0
    changed: int = 0
    removed: int = 0
    examples: tuple[str, ...] = ()
    erased: int = 0
    erased_on: Day | None = None


class DatasetVersion(BaseModel):
    """A version of a data set; `manifest` is the digest of its DatasetManifest among the blobs.

    `summary` counts the files of each label.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    dataset_id: str
    name: str
    kind: DatasetKind
    version: int
    manifest: str
    files: int
    bytes: int
    summary: dict[str, int]
    changes: Changes
    subset_of: str | None
    subset: Subset | None
    created_by: int | None
    created_at: float


class Dataset(BaseModel):
    """A data set and its versions, newest first.

    One is `of_record`: it is made of what the household's own cameras have seen.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    household_id: int
    name: str
    kind: DatasetKind
    of_record: bool = False
    created_by: int | None
    created_at: float
    versions: tuple[DatasetVersion, ...] = ()


class UploadWanted(BaseModel):
    """A zip that is to come, of `size` bytes; a table may come as it is, as CSV or Parquet.

    It makes a data set of this `name`, or a new version of `dataset_id`: of what it holds, or, with
    `only_changes`, of the newest version with the files of the zip added or replaced.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: DatasetKind
    size: int = Field(ge=1, le=MAX_UPLOAD_BYTES)
    name: Name | None = None
    dataset_id: str | None = None
    sha256: Sha256 | None = None
    only_changes: bool = False

    @model_validator(mode="after")
    def _is_new_or_not(self) -> Self:
        if (self.name is None) == (self.dataset_id is None):
            raise ValueError("expected a name for a new data set, or a dataset_id")
        if self.only_changes and self.dataset_id is None:
            raise ValueError("expected a dataset_id: only what there is can be changed")
        if self.only_changes and self.kind is DatasetKind.TABLE:
            raise ValueError("expected only_changes to be false: a table is replaced as a whole")
        return self


class Upload(BaseModel):
    """An upload as it stands: `received` of `size` bytes are on the disk.

    Once all are, it is taken in: `done` of `total` bytes of what it is `doing` are over. At its end
    it has a `version_id`, or a `failure` that says what was expected.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    household_id: int
    name: str
    kind: DatasetKind
    dataset_id: str | None
    only_changes: bool
    size: int
    sha256: str | None
    received: int
    doing: str | None
    done: int | None
    total: int | None
    created_by: int | None
    created_at: float
    touched_at: float
    finished_at: float | None
    version_id: str | None
    failure: str | None
