"""The look that camera boxes are to change dark pictures by: chosen, signed and counted up."""

import hashlib
import time
from collections.abc import Callable, Iterator

from backend.access.package_key import PackageKey
from backend.looks import night_store as store
from backend.looks.errors import NoNightLook, UnfinishedLook, UnknownLook
from backend.looks.files import LookFiles
from backend.looks.night_store import Choice
from backend.looks.service import LookService
from backend.storage.database import Database
from contract.deployments import EdgePackage, PackageFile, SignedPackage, canonical
from contract.looks import NIGHT_LOOK, Look, NightLookChosen

ON_BOX = ("manifest.json", "model.onnx")
"""What a camera box needs of a look."""


class NightLookService:
    """Thread-safe; methods raise DatabaseUnavailable, and MediaUnavailable where files are read.

    Until an owner chooses one there is none, and camera boxes go on in the simple way.
    """

    def __init__(
        self,
        database: Database,
        looks: LookService,
        files: LookFiles,
        key: PackageKey,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._looks, self._files = database, looks, files
        self._key, self._clock = key, clock

    def choose(
        self, look_id: str | None, household_id: int, chosen_by: int | None = None
    ) -> NightLookChosen:
        """Let it be used from now on, or none; raises UnknownLook and UnfinishedLook."""
        look = None if look_id is None else self._looks.finished(look_id, household_id)
        files = {name: self._file(look.id, name) for name in ON_BOX} if look else {}
        now = self._clock()
        with self._database.writing() as db:
            sequence = max(store.sequence(db, household_id) + 1, int(now))
            package = _package(look, files, sequence, now) if look else None
            store.keep(db, household_id, Choice(look_id, package, sequence, chosen_by, now))
        return NightLookChosen(look_id=look_id)

    def chosen(self, household_id: int) -> NightLookChosen:
        """What was chosen last."""
        with self._database.reading() as db:
            package = store.package(db, household_id)
        return NightLookChosen(look_id=package.version_id if package else None)

    def package(self, household_id: int) -> SignedPackage:
        """What camera boxes are to fetch; raises NoNightLook."""
        package = self._chosen(household_id)
        signature = self._key.sign(canonical(package))
        return SignedPackage(package=package, signature=signature, key=self._key.public())

    def file(self, digest: str, household_id: int) -> Iterator[bytes]:
        """A file of it, in pieces; raises NoNightLook and UnknownFile."""
        package = self._chosen(household_id)
        for name, file in package.files.items():
            if file.sha256 == digest:
                return self._files.content(package.version_id, name)
        raise NoNightLook("expected the SHA-256 of a file of the look that is chosen now")

    def _chosen(self, household_id: int) -> EdgePackage:
        with self._database.reading() as db:
            package = store.package(db, household_id)
        if package is None:
            raise NoNightLook("no look is chosen for the night")
        try:
            self._looks.finished(package.version_id, household_id)
        except (UnknownLook, UnfinishedLook) as error:
            raise NoNightLook("the look that was chosen for the night is deleted") from error
        return package

    def _file(self, look_id: str, name: str) -> PackageFile:
        digest, size = hashlib.sha256(), 0
        for piece in self._files.content(look_id, name):
            digest.update(piece)
            size += len(piece)
        return PackageFile(sha256=digest.hexdigest(), size=size)


def _package(
    look: Look, files: dict[str, PackageFile], sequence: int, made_at: float
) -> EdgePackage:
    return EdgePackage(
        recipe=NIGHT_LOOK,
        version_id=look.id,
        version=look.name,
        files=files,
        made_at=made_at,
        sequence=sequence,
    )
