"""A registry of versions in memory, whose files are real blobs: for who only asks what serves."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from unittest.mock import patch

from backend.errors import ApiError
from backend.storage.blobs import Blobs
from backend.versions.service import VersionService
from contract.versions import Alias, AliasMove, Version, VersionFigures
from modeling.perception.detector.checkpoint import MANIFEST_NAME


class UnknownVersion(ApiError):
    """The household has no such version."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_version"


class NamedVersions(VersionService):
    """`add` keeps a checkpoint as a version."""

    def __init__(self, database: Any, blobs: Blobs, *_others: object) -> None:
        super().__init__(database, blobs)
        self._versions: dict[str, Version] = {}
        self._moves: list[AliasMove] = []

    def add(self, folder: Path, version_id: str, recipe: str = "fall-lstm") -> Version:
        """The checkpoint in `folder`."""
        files = {path.name: self._blobs.keep_file(path) for path in folder.iterdir()}
        manifest = json.loads((folder / MANIFEST_NAME).read_bytes())
        version = Version(
            id=version_id,
            household_id=1,
            recipe=recipe,
            version=manifest["version"],
            files=files,
            metrics=VersionFigures(),
            base_id=None,
            dataset_version_ids=(),
            job_id=None,
            created_by=None,
            created_at=1.8e9,
        )
        self._versions[version_id] = version
        return version

    def find(self, version_id: str, household_id: int = 1) -> Version:
        """As the server's own."""
        found = self._versions.get(version_id)
        if found is None or found.household_id != household_id:
            raise UnknownVersion(f"no version {version_id[:40]!r}")
        return found

    def put_into(self, version: Version, folder: Path) -> None:
        """As the server's own."""
        for name, digest in version.files.items():
            self._blobs.copy_to(digest, folder / name)

    def named(self, recipe: str, alias: Alias, household_id: int = 1) -> Version | None:
        """As the server's own."""
        moves = [it for it in self.moves(household_id, recipe) if it.alias is alias]
        return self._versions[moves[0].to_version_id] if moves else None

    def move(
        self,
        recipe: str,
        alias: Alias,
        version_id: str,
        moved_by: int | None,
        reason: str,
        household_id: int = 1,
    ) -> AliasMove:
        """As the server's own, for which nothing has to be compared."""
        before = self.named(recipe, alias, household_id)
        made = AliasMove(
            recipe=recipe,
            alias=alias,
            from_version_id=before.id if before else None,
            to_version_id=self.find(version_id, household_id).id,
            moved_by=moved_by,
            reason=reason,
            at=1.8e9 + len(self._moves),
        )
        self._moves.append(made)
        return made

    def moves(self, household_id: int = 1, recipe: str | None = None) -> list[AliasMove]:
        """As the server's own."""
        mine = [it for it in self._moves if self._of(it) == household_id]
        return [it for it in reversed(mine) if recipe in (None, it.recipe)]

    def _of(self, move: AliasMove) -> int:
        return self._versions[move.to_version_id].household_id


def _filled(
    folders: Mapping[str, Path], database: Any, blobs: Blobs, *_others: object
) -> NamedVersions:
    versions = NamedVersions(database, blobs)
    for version_id, folder in folders.items():
        versions.add(folder, version_id)
    return versions


@contextmanager
def knows_versions(folders: Mapping[str, Path]) -> Iterator[None]:
    """While it lasts a server that starts in this process knows these checkpoints, by their ids."""
    with patch("backend.opening.versions.VersionService", partial(_filled, folders)):
        yield
