"""Versions for the rest of the server and for workers."""

from pathlib import Path
from typing import Any

from backend.storage.blobs import Blobs
from backend.storage.database import Database
from contract.jobs import Job
from contract.versions import Alias, AliasMove, Version


class VersionService:
    """Thread-safe; each method asks the factory's database, and raises DatabaseUnavailable."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database, self._blobs = database, blobs

    def find(self, version_id: str, household_id: int = 1) -> Version:
        """One version; raises UnknownVersion."""
        raise NotImplementedError

    def newest(self, household_id: int = 1, recipe: str | None = None) -> list[Version]:
        """Those of a recipe, or of all, newest first."""
        raise NotImplementedError

    def register(
        self,
        job: Job,
        recipe: str,
        version: str,
        folder: Path,
        metrics: dict[str, Any],
        base_id: str | None,
        dataset_version_ids: tuple[str, ...],
    ) -> Version:
        """Keep the checkpoint in `folder` as what `job` has made: once, if asked again too."""
        raise NotImplementedError

    def put_into(self, version: Version, folder: Path) -> None:
        """Put its files into `folder`."""
        raise NotImplementedError

    def named(self, recipe: str, alias: Alias, household_id: int = 1) -> Version | None:
        """The version that an alias names."""
        raise NotImplementedError

    def move(
        self,
        recipe: str,
        alias: Alias,
        version_id: str,
        moved_by: int | None,
        reason: str,
        household_id: int = 1,
    ) -> AliasMove:
        """Let an alias name another version; raises UnknownVersion and NotCompared."""
        raise NotImplementedError

    def moves(self, household_id: int = 1, recipe: str | None = None) -> list[AliasMove]:
        """Who moved which alias, newest first."""
        raise NotImplementedError
