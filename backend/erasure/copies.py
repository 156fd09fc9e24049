"""What the factory has made of the record: comparisons, data sets, and who learnt from these."""

from collections.abc import Collection
from dataclasses import dataclass, field

from backend.datasets.erasing import RecordEraser
from backend.datasets.erasure_store import RecordErasure
from backend.erasure.scope import Scope
from backend.versions.comparisons import ComparisonService
from backend.versions.service import VersionService
from contract.comparisons import Difference, Stretch
from contract.erasures import LearntVersion


@dataclass(frozen=True)
class CopiesTaken:
    """How many files of data sets, and which versions of models have `learnt` from them."""

    files: int = 0
    learnt: tuple[LearntVersion, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class Copies:
    """Thread-safe; its methods raise DatabaseUnavailable and BlobUnavailable."""

    comparisons: ComparisonService
    datasets: RecordEraser
    versions: VersionService

    def find(self, scope: Scope) -> CopiesTaken:
        """What would go of data sets."""
        if self._are_none:
            return CopiesTaken()
        return self._told(self.datasets.find(scope.has_file), scope)

    def forget(self, scope: Scope, known: Collection[str]) -> None:
        """Let no comparison name what is of it, or an incident that is not `known`. Idempotent."""
        if not self._are_none:
            self.comparisons.forget(lambda it: _is_gone(it, scope, known))

    def erase(self, scope: Scope) -> CopiesTaken:
        """Let it go out of data sets. The same is answered again until `tell`."""
        if self._are_none:
            return CopiesTaken()
        return self._told(self.datasets.erase(scope.has_file, scope.household_id), scope)

    def tell(self) -> None:
        """It stands in the record of erasures."""
        if not self._are_none:
            self.datasets.tell()

    @property
    def _are_none(self) -> bool:
        """Whether nobody has used the factory yet, whose database an erasure need not make."""
        return self.versions.is_unused

    def _told(self, erasure: RecordErasure, scope: Scope) -> CopiesTaken:
        learnt = tuple(
            LearntVersion(id=version.id, recipe=version.recipe, version=version.version)
            for version in self.versions.learnt_from(erasure.version_ids, scope.household_id)
        )
        return CopiesTaken(len(erasure.files), learnt)


def _is_gone(compared: Stretch | Difference, scope: Scope, known: Collection[str]) -> bool:
    """Whether what a comparison names is no more: its incident, or its minute."""
    if compared.incident_id is not None:
        return compared.incident_id not in known
    since, until = scope.span
    return scope.has_camera(compared.camera_id) and since <= compared.at < until
