"""Data sets for who asks for them: known by the ids of their versions, their files in a folder."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backend.datasets.errors import UnknownDataset
from backend.datasets.service import DatasetService
from common.files import sha256_of
from contract.datasets import (
    Changes,
    DatasetFile,
    DatasetKind,
    DatasetManifest,
    DatasetVersion,
)


@dataclass
class KnownDatasets(DatasetService):
    """Of household 1: the folders by the ids of their versions, and their kinds.

    A picture's label is the name of its folder.
    """

    kinds: Mapping[str, DatasetKind]
    folders: Mapping[str, Path] = field(default_factory=dict)

    def version(self, version_id: str, household_id: int) -> DatasetVersion:
        if household_id != 1 or version_id not in self.kinds:
            raise UnknownDataset(f"no version {version_id[:40]!r}")
        return dataset_version(version_id, self.kinds[version_id])

    def manifest(self, version: DatasetVersion) -> DatasetManifest:
        return manifest_of(version.kind, self.folders[version.id])

    def fetch(self, version: DatasetVersion, folder: Path) -> None:
        shutil.copytree(self.folders[version.id], folder, dirs_exist_ok=True)


def dataset_version(version_id: str, kind: DatasetKind) -> DatasetVersion:
    """One of which only id and kind matter."""
    return DatasetVersion(
        id=version_id,
        dataset_id=version_id,
        name=version_id,
        kind=kind,
        version=1,
        manifest="0" * 64,
        files=0,
        bytes=0,
        summary={},
        changes=Changes(),
        subset_of=None,
        subset=None,
        created_by=None,
        created_at=0.0,
    )


def manifest_of(kind: DatasetKind, folder: Path) -> DatasetManifest:
    """All files of a folder; of pictures with their labels."""
    files = [
        DatasetFile(
            path=path.relative_to(folder).as_posix(),
            sha256=sha256_of(path),
            size=path.stat().st_size,
            labels=(path.parent.name,) if kind is DatasetKind.PICTURES else (),
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    return DatasetManifest(kind=kind, files=tuple(files))
