"""A registry of versions by itself, with two small checkpoints."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from backend.bus import Bus
from backend.storage.blobs import Blobs
from backend.storage.shared_file import SharedFile
from backend.versions.service import AliasMoved, VersionService
from contract.versions import DETECTOR, Version
from testkit.households import HOME
from testkit.versions import altered, register


@dataclass
class Registry:
    """The service, what it publishes, and what it stands on."""

    folder: Path
    checkpoint: Path
    database: SharedFile
    blobs: Blobs
    bus: Bus = field(default_factory=Bus)
    moved: list[AliasMoved] = field(default_factory=list)
    now: float = 5.0

    def __post_init__(self) -> None:
        self.versions = self.opened()
        self.bus.subscribe(AliasMoved, self.moved.append)

    def opened(self) -> VersionService:
        """The service, as a server opens it."""
        shipped = {DETECTOR: self.checkpoint}
        return VersionService(self.database, self.blobs, self.bus, shipped, lambda: self.now)

    @property
    def shipped(self) -> Version:
        """The one that ships."""
        return next(one for one in self.versions.newest(HOME) if one.job_id is None)

    def trained(self, version: str, **fields: Any) -> Version:
        """Another one, whose labels have these fields."""
        folder = altered(self.folder / version, version, self.checkpoint, **fields)
        return register(self.versions, folder)


@pytest.fixture
def registry(tmp_path: Path, checkpoint: Path) -> Iterator[Registry]:
    database = SharedFile(tmp_path / "factory.sqlite3")
    yield Registry(tmp_path, checkpoint, database, Blobs(tmp_path / "blobs"))
    database.close()
