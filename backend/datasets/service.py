"""Data sets for the rest of the server and for workers."""

from pathlib import Path

from backend.storage.blobs import Blobs
from backend.storage.database import Database
from contract.datasets import DatasetManifest, DatasetVersion


class DatasetService:
    """Thread-safe; each method asks the factory's database, and raises DatabaseUnavailable."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database, self._blobs = database, blobs

    def version(self, version_id: str, household_id: int = 1) -> DatasetVersion:
        """One version of a data set; raises UnknownDataset."""
        raise NotImplementedError

    def manifest(self, version: DatasetVersion) -> DatasetManifest:
        """All files of a version."""
        raise NotImplementedError

    def fetch(self, version: DatasetVersion, folder: Path) -> None:
        """Put all files of the version below `folder`, each checked by its digest."""
        raise NotImplementedError
