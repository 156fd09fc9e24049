"""What camera boxes are to serve, signed and counted up."""

import time
from collections.abc import Callable
from pathlib import Path

from backend.access.package_key import PackageKey
from backend.deployments import store
from backend.deployments.errors import NoFile, NothingDeployed
from backend.storage.blobs import Blobs
from backend.storage.database import Database
from backend.versions.service import VersionService
from contract.deployments import EdgePackage, PackageFile, SignedPackage, canonical
from contract.versions import DETECTOR, Alias, Version
from modeling.perception.detector.checkpoint import MANIFEST_NAME, ONNX_NAME

EDGE_RECIPES = frozenset({DETECTOR})
"""What camera boxes run a model of."""
EDGE_FILES = (MANIFEST_NAME, ONNX_NAME)


class EdgeService:
    """Thread-safe; its methods ask the factory's database, and raise DatabaseUnavailable.

    Each time that the alias `production` names another version there is a new package, with a
    higher sequence: a rollback too, so that no old package is good again.
    """

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        versions: VersionService,
        key: PackageKey,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._blobs, self._versions = database, blobs, versions
        self._key, self._clock = key, clock
        self._offered: dict[str, str] = {}

    def package(self, recipe: str, household_id: int) -> SignedPackage:
        """What is to serve now; raises NothingDeployed and BlobUnavailable."""
        package = self._package(recipe, household_id)
        self._offered[recipe] = package.version
        signature = self._key.sign(canonical(package))
        return SignedPackage(package=package, signature=signature, key=self._key.public())

    def file(self, recipe: str, digest: str, household_id: int) -> Path:
        """Where a file of the newest package lies; raises NoFile."""
        with self._database.reading() as db:
            package = store.newest_package(db, household_id, recipe)
        if package is None or digest not in {it.sha256 for it in package.files.values()}:
            raise NoFile("expected the SHA-256 of a file of the package that is offered now")
        return self._blobs.path(digest)

    def offered(self, recipe: str) -> str | None:
        """The version that a camera box was offered last; asks nobody. None before the first."""
        return self._offered.get(recipe)

    def _package(self, recipe: str, household_id: int) -> EdgePackage:
        named = None
        if recipe in EDGE_RECIPES:
            named = self._versions.named(recipe, Alias.PRODUCTION, household_id)
        if named is None:
            raise NothingDeployed(f"no version of {recipe[:64]!r} is to serve on camera boxes")
        with self._database.reading() as db:
            last = store.newest_package(db, household_id, recipe)
        if last is not None and last.version_id == named.id:
            return last
        return self._new(named, household_id)

    def _new(self, version: Version, household_id: int) -> EdgePackage:
        files = {name: self._file(version.files[name]) for name in EDGE_FILES}
        with self._database.writing() as db:
            last = store.newest_package(db, household_id, version.recipe)
            if last is not None and last.version_id == version.id:  # another request was faster
                return last
            now = self._clock()
            package = EdgePackage(
                recipe=version.recipe,
                version_id=version.id,
                version=version.version,
                files=files,
                made_at=now,
                # Not one more than the last alone: that may be lost with the database.
                sequence=max(last.sequence + 1 if last else 1, int(now)),
            )
            store.add_package(db, household_id, package)
        return package

    def _file(self, digest: str) -> PackageFile:
        return PackageFile(sha256=digest, size=self._blobs.path(digest).stat().st_size)
