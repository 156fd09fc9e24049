"""What a household has to choose from: recipes, data sets, and what their files are about."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.jobs.service import USUAL_QUEUE
from backend.plain_words.seams import Datasets, Recipe, Versions
from contract.datasets import DatasetVersion
from contract.versions import Alias

QUEUES = (USUAL_QUEUE, "gpu")


@dataclass(frozen=True)
class Known:
    """All that may be named in a set-up; `versions` are the newest of each data set."""

    recipes: Mapping[str, Recipe]
    versions: tuple[DatasetVersion, ...] = ()
    cameras: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    bases: Mapping[str, str] = field(default_factory=dict)
    """The version in production, by recipe."""
    queues: tuple[str, ...] = QUEUES

    @property
    def labels(self) -> frozenset[str]:
        """Of all data sets."""
        return frozenset(label for version in self.versions for label in version.summary)

    def version(self, version_id: str) -> DatasetVersion | None:
        """One of `versions`."""
        return next((it for it in self.versions if it.id == version_id), None)

    def fitting(self, recipe: str) -> list[DatasetVersion]:
        """What a recipe can learn from."""
        takes = self.recipes[recipe].takes
        return [version for version in self.versions if version.kind in takes]


class Knowing:
    """Gathers what is known; what a manifest says is kept, since its digest names it."""

    def __init__(
        self, recipes: Mapping[str, Recipe], datasets: Datasets, versions: Versions
    ) -> None:
        self._recipes, self._datasets, self._versions = recipes, datasets, versions
        self._about: dict[str, tuple[frozenset[str], frozenset[str]]] = {}

    def of(self, household_id: int) -> Known:
        """All that a household may name; raises DatabaseUnavailable."""
        found = [it.versions[0] for it in self._datasets.all(household_id) if it.versions]
        about = [self._look_at(version) for version in found]
        self._about = {it.manifest: seen for it, seen in zip(found, about, strict=True)}
        return Known(
            recipes=self._recipes,
            versions=tuple(found),
            cameras=frozenset[str]().union(*(cameras for cameras, _ in about)),
            people=frozenset[str]().union(*(people for _, people in about)),
            bases=self._bases(household_id),
        )

    def _look_at(self, version: DatasetVersion) -> tuple[frozenset[str], frozenset[str]]:
        """The cameras and people of a version's files."""
        if (kept := self._about.get(version.manifest)) is not None:
            return kept
        files = self._datasets.manifest(version).files
        cameras = frozenset(file.camera_id for file in files if file.camera_id)
        return cameras, frozenset(file.person for file in files if file.person)

    def _bases(self, household_id: int) -> dict[str, str]:
        named = {
            recipe: self._versions.named(recipe, Alias.PRODUCTION, household_id)
            for recipe in self._recipes
        }
        return {recipe: version.id for recipe, version in named.items() if version}
