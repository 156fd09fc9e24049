"""Versions of the models as the pages show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from backend.cameras.service import CameraShown
from backend.deployments.edge import EDGE_RECIPES
from backend.deployments.rollback import version_before
from backend.errors import InvalidInput
from backend.storage.errors import BlobUnavailable
from backend.versions.errors import NotCompared, OtherLabels
from backend.versions.service import VersionService
from backend.versions.shadow import ShadowWatch
from contract.comparisons import Comparison
from contract.versions import Alias, AliasMove, ShadowDay, Version


@dataclass(frozen=True)
class VersionView:
    """One version. `comparison` is the newest with the one that serves.

    It may serve unless it `is_serving`, `lacks_comparison`, `has_other_labels` or `is_damaged`.
    """

    version: Version
    is_serving: bool = False
    is_shadow: bool = False
    lacks_comparison: bool = False
    has_other_labels: bool = False
    is_damaged: bool = False
    comparison: Comparison | None = None


@dataclass(frozen=True)
class RecipeView:
    """What serves of a recipe, `since` when and by whom, and what could serve instead.

    `before` is the version to go back to, `boxes` are the cameras where boxes run the recipe.
    """

    recipe: str
    versions: tuple[VersionView, ...]
    serving: Version | None
    last_move: AliasMove | None = None
    before: Version | None = None
    shadow: Version | None = None
    shadow_days: Sequence[ShadowDay] = field(default_factory=tuple)
    boxes: tuple[CameraShown, ...] = ()


@dataclass(frozen=True)
class VersionViews:
    """Makes them, of a household."""

    service: VersionService
    watch: ShadowWatch
    comparisons: Sequence[Comparison]
    cameras: Sequence[CameraShown]
    household_id: int

    def recipes(self, order: Iterable[str]) -> list[RecipeView]:
        """Those that have a version, in this order."""
        found: dict[str, list[Version]] = {}
        for version in self.service.newest(self.household_id):
            found.setdefault(version.recipe, []).append(version)
        names = [name for name in dict.fromkeys([*order, *found]) if name in found]
        return [self._recipe(name, found[name]) for name in names]

    def one(self, version: Version) -> VersionView:
        """One version, held against the one that serves."""
        alias = Alias.PRODUCTION
        return self._view(version, self.service.named(version.recipe, alias, self.household_id))

    def moves(self, recipe: str) -> list[AliasMove]:
        """Those of the alias that serves, newest first."""
        moves = self.service.moves(self.household_id, recipe)
        return [move for move in moves if move.alias is Alias.PRODUCTION]

    def _recipe(self, name: str, versions: Sequence[Version]) -> RecipeView:
        known = {version.id: version for version in versions}
        serving = self.service.named(name, Alias.PRODUCTION, self.household_id)
        shadow = self.service.named(name, Alias.SHADOW, self.household_id)
        moves = self.moves(name)
        return RecipeView(
            recipe=name,
            versions=tuple(self._view(version, serving) for version in versions),
            serving=serving,
            last_move=moves[0] if moves else None,
            before=known.get(version_before(reversed(moves)) or ""),
            shadow=shadow,
            shadow_days=self.watch.days(shadow.id) if shadow else (),
            boxes=tuple(self.cameras) if name in EDGE_RECIPES else (),
        )

    def _view(self, version: Version, serving: Version | None) -> VersionView:
        is_serving = serving is not None and serving.id == version.id
        obstacle = self.service.obstacle(version)
        return VersionView(
            version=version,
            is_serving=is_serving,
            is_shadow=Alias.SHADOW in version.aliases,
            lacks_comparison=isinstance(obstacle, NotCompared),
            has_other_labels=isinstance(obstacle, OtherLabels),
            is_damaged=isinstance(obstacle, BlobUnavailable | InvalidInput),
            comparison=self._comparison(version, serving) if not is_serving else None,
        )

    def _comparison(self, version: Version, serving: Version | None) -> Comparison | None:
        both = {version.id, serving.id} if serving else {version.id}
        return next((it for it in self.comparisons if both <= set(it.version_ids)), None)
