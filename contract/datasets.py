"""Data sets: what a version of one holds, file by file."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class DatasetKind(StrEnum):
    """What the files of a data set are."""

    CLIPS = "clips"
    """Videos, each with its labels as CVAT XML 1.1."""
    TRACKS = "tracks"
    """Pose tracks with their labels, as `build-dataset` writes them, or from the record."""
    PICTURES = "pictures"
    """Pictures in a folder for each label, or with the labels of COCO or YOLO."""


class DatasetFile(BaseModel):
    """One file: its `path` within the data set, and what it is about, as far as that is known.

    `sha256` names its content among the blobs. `group` is what no split parts: an event, a person's
    clip. `date` is YYYY-MM-DD.
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

    @property
    def is_about_all(self) -> bool:
        """Whether it goes with every part of the data set."""
        known = (self.camera_id, self.person, self.group, self.date)
        return not self.labels and known == (None, None, None, None)


class Subset(BaseModel):
    """Which files of a version: those for which all hold that are given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    labels: tuple[str, ...] | None = None
    camera_ids: tuple[str, ...] | None = None
    people: tuple[str, ...] | None = None
    since: str | None = None
    until: str | None = None

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
    """How many files a version has added, changed and removed, with the first paths of each."""

    model_config = ConfigDict(frozen=True)

    added: int = 0
    changed: int = 0
    removed: int = 0
    examples: tuple[str, ...] = ()


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
    """A data set and its versions, newest first."""

    model_config = ConfigDict(frozen=True)

    id: str
    household_id: int
    name: str
    kind: DatasetKind
    created_by: int | None
    created_at: float
    versions: tuple[DatasetVersion, ...] = ()
