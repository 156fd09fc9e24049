"""The checkpoints that ship, as versions that no job has made."""

import hashlib
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from backend.access.keys import FIRST_HOUSEHOLD
from backend.errors import InvalidInput
from backend.storage.blobs import Blobs
from backend.storage.database import Database
from backend.storage.errors import BlobUnavailable
from backend.versions import store
from backend.versions.figures import figures_of
from backend.versions.files import digests_of, keep_files, parse_manifest
from contract.versions import Version
from modeling.perception.detector.checkpoint import MANIFEST_NAME, ONNX_NAME, CheckpointError

logger = logging.getLogger(__name__)

REFUSED_SEC = 600.0
"""A disk that has refused a file is left to the record for so long."""


class Shipped:
    """The folder of each recipe's checkpoint. Thread-safe."""

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        folders: Mapping[str, Path],
        clock: Callable[[], float],
    ) -> None:
        self._database, self._blobs, self._clock = database, blobs, clock
        self._folders, self._waiting = folders, dict(folders)
        self.ids: dict[str, str] = {}
        """The version of each recipe, once it is registered."""
        self._lock = threading.Lock()
        self._again_at = 0.0

    def register(self) -> None:
        """Let there be a version of each; one that is none is logged and left out.

        One that the disk refuses is tried again after a while.

        Whoever needs versions asks it first: a household that has no use for them pays nothing.
        """
        with self._lock:
            if not self._are_known():  # somebody has removed the file of the database meanwhile
                self._waiting = dict(self._folders)
            while self._waiting and self._clock() >= self._again_at:
                recipe, folder = next(iter(self._waiting.items()))
                try:
                    self._ship(recipe, folder)
                except (CheckpointError, InvalidInput) as error:
                    logger.warning("no version of %s ships: %s", recipe, error)
                except BlobUnavailable as error:
                    logger.warning("no version of %s can ship now: %s", recipe, error)
                    self._again_at = self._clock() + REFUSED_SEC
                    return
                del self._waiting[recipe]

    def _are_known(self) -> bool:
        if not self.ids:
            return True
        with self._database.reading() as db:
            return store.are_known(db, self.ids.values())

    def _ship(self, recipe: str, folder: Path) -> None:
        version = _version(recipe, folder, self._clock())
        keep_files(self._blobs, folder, version.files)
        with self._database.writing() as db:
            store.ship(db, version)
        self.ids[recipe] = version.id


def _version(recipe: str, folder: Path, now: float) -> Version:
    """Known again by its weights and by what its manifest makes of them."""
    files = digests_of(folder)
    manifest = parse_manifest(folder / MANIFEST_NAME)
    identity = ":".join((recipe, files[ONNX_NAME], files[MANIFEST_NAME]))
    return Version(
        id=hashlib.sha256(identity.encode()).hexdigest()[:32],
        household_id=FIRST_HOUSEHOLD,
        recipe=recipe,
        version=manifest.version,
        files=files,
        metrics=figures_of(manifest.metrics),
        base_id=None,
        dataset_version_ids=(),
        job_id=None,
        created_by=None,
        created_at=now,
    )
