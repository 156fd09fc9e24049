"""Versions for the rest of the server and for workers."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from backend.bus import Bus
from backend.errors import ApiError, InvalidInput
from backend.storage.blobs import Blobs
from backend.storage.database import Database
from backend.storage.errors import BlobUnavailable
from backend.versions import comparison_store, store
from backend.versions.errors import NoCard, NotCompared, OtherLabels, UnknownVersion, VersionInUse
from backend.versions.figures import figures_of
from backend.versions.files import (
    CARD_NAME,
    digests_of,
    keep_files,
    manifest_in,
    put_files,
)
from backend.versions.shipped import Shipped
from contract.jobs import Job
from contract.tabular import TABULAR_RECIPES
from contract.versions import Alias, AliasMove, Version
from modeling.perception.images.own_labels import OWN_LABELS

Use = Callable[[Version], str | None]
"""What a version is needed for, in one line; None where it is not."""


@dataclass(frozen=True)
class AliasMoved:
    """For the bus: an alias names another version now."""

    move: AliasMove
    household_id: int


class VersionService:
    """Thread-safe; each method asks the factory's database, and raises DatabaseUnavailable.

    `shipped` has the folder of each recipe's checkpoint that ships. Publishes AliasMoved.
    """

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        bus: Bus | None = None,
        shipped: Mapping[str, Path] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._blobs, self._clock = database, blobs, clock
        self._bus = bus or Bus()
        self._shipped = Shipped(database, blobs, shipped or {}, clock)
        self._uses: list[Use] = []

    def keep_while(self, use: Use) -> None:
        """Let no version be removed that is of `use`."""
        self._uses.append(use)

    @property
    def is_unused(self) -> bool:
        """Whether nobody has asked for a version yet: there is not even a database."""
        return not self._database.is_made

    def ships(self, recipe: str) -> str | None:
        """The id of the version that ships; None where there is none."""
        self._shipped.register()
        return self._shipped.ids.get(recipe)

    def find(self, version_id: str, household_id: int) -> Version:
        """One version; raises UnknownVersion."""
        self._shipped.register()
        with self._database.reading() as db:
            return _found(db, version_id, household_id)

    def newest(self, household_id: int, recipe: str | None = None) -> list[Version]:
        """Those of a recipe, or of all, newest first."""
        self._shipped.register()
        with self._database.reading() as db:
            return store.newest(db, household_id, recipe)

    def learnt_from(self, dataset_version_ids: Collection[str], household_id: int) -> list[Version]:
        """Those that have learnt from one of these, or go back to one that has, newest first."""
        with self._database.reading() as db:
            return store.learnt_from(db, dataset_version_ids, household_id)

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
        """Keep the checkpoint in `folder` as what `job` has made: once, if asked again too.

        `metrics` are those of its manifest. Raises CheckpointError where the folder has none.
        """
        files = digests_of(folder)
        keep_files(self._blobs, folder, files)
        made = Version(
            id=job.id,
            household_id=job.household_id,
            recipe=recipe,
            version=version,
            files=files,
            metrics=figures_of(metrics),
            base_id=base_id,
            dataset_version_ids=dataset_version_ids,
            job_id=job.id,
            created_by=job.created_by,
            created_at=self._clock(),
        )
        with self._database.writing() as db:
            if (before := store.of_job(db, job.id, job.household_id)) is not None:
                return before
            store.add(db, made)
        return made

    def put_into(self, version: Version, folder: Path) -> None:
        """Put its files into `folder`, each checked by its digest; raises BlobUnavailable."""
        put_files(self._blobs, version, folder)

    def card(self, version: Version) -> str:
        """What it is, measured how, and for what it is fit, as Markdown; raises NoCard."""
        if CARD_NAME not in version.files:
            raise NoCard(f"version {version.version} came without a {CARD_NAME}")
        return self._blobs.path(version.files[CARD_NAME]).read_text(encoding="utf-8")

    def remove(self, version_id: str, household_id: int) -> None:
        """Take it off the list; raises UnknownVersion and VersionInUse.

        Its files stay among the blobs as long as something else names them.
        """
        version = self.find(version_id, household_id)
        _check_unused(version, [reason for use in self._uses if (reason := use(version))])
        with self._database.writing() as db:
            store.lock(db, version.id)
            # An alias may name it since it was asked for.
            _check_unused(_found(db, version.id, household_id), [])
            store.remove(db, version.id, self._clock())

    def named(self, recipe: str, alias: Alias, household_id: int) -> Version | None:
        """The version that an alias names; in production is the one that ships if it names none."""
        self._shipped.register()
        with self._database.reading() as db:
            version_id = store.named(db, recipe, alias, household_id)
            return store.find(db, version_id, household_id) if version_id else None

    def move(
        self,
        recipe: str,
        alias: Alias,
        version_id: str,
        moved_by: int | None,
        reason: str,
        household_id: int,
    ) -> AliasMove:
        """Let an alias name another version; raises UnknownVersion, NotCompared and OtherLabels.

        Where it names this one already nothing moves: the answer is from it to itself.
        """
        self._shipped.register()
        with self._database.writing() as db:
            store.lock(db, version_id)
            version = _found(db, version_id, household_id)
            if version.recipe != recipe:
                raise UnknownVersion(f"no version {version_id[:40]} of {recipe}")
            before = store.named(db, recipe, alias, household_id)
            move = AliasMove(
                recipe=recipe,
                alias=alias,
                from_version_id=before,
                to_version_id=version.id,
                moved_by=moved_by,
                reason=reason,
                at=self._clock(),
            )
            if before == version.id:
                return move
            if before is not None and alias is Alias.PRODUCTION:
                self._check_may_serve(db, _found(db, before, household_id), version)
            store.move(db, move, household_id)
        self._bus.publish(AliasMoved(move, household_id))
        return move

    def obstacle(self, version: Version) -> ApiError | None:
        """Why it may not serve instead of what serves now; None where it may, or does.

        NotCompared, OtherLabels, or what is wrong with a manifest: BlobUnavailable, InvalidInput.
        """
        serving = self.named(version.recipe, Alias.PRODUCTION, version.household_id)
        if serving is None or serving.id == version.id:
            return None
        try:
            with self._database.reading() as db:
                self._check_may_serve(db, serving, version)
        except (NotCompared, OtherLabels, BlobUnavailable, InvalidInput) as error:
            return error
        return None

    def moves(self, household_id: int, recipe: str | None = None) -> list[AliasMove]:
        """Who moved which alias, newest first."""
        with self._database.reading() as db:
            return store.moves(db, household_id, recipe)

    def _check_may_serve(self, db: Connection, serving: Version, wanted: Version) -> None:
        """Raise OtherLabels, since alerts are set for those that are served, or NotCompared.

        What has served before may do so again, whatever has become of the one that serves.
        """
        if store.has_served(db, wanted.id) or wanted.recipe in TABULAR_RECIPES:
            return  # nobody is alerted by what is said of tables, and no comparison replays one
        now, then = (manifest_in(self._blobs, each).meaning for each in (serving, wanted))
        if now != then and wanted.recipe != OWN_LABELS:  # nobody is alerted by those
            raise OtherLabels(
                f"expected the labels of the version that serves, {_said(now)}, since alerts are "
                f"set for them; this one has {_said(then)}"
            )
        if not comparison_store.has_compared(db, (serving.id, wanted.id)):
            raise NotCompared(
                f"expected a finished comparison of version {wanted.version} with "
                f"{serving.version}, which serves now: POST /comparisons "
                f'{{"version_ids": ["{serving.id}", "{wanted.id}"]}} makes one'
            )


def _found(db: Connection, version_id: str, household_id: int) -> Version:
    found = store.find(db, version_id, household_id)
    if found is None:
        raise UnknownVersion(f"no version {version_id[:40]}")
    return found


def _check_unused(version: Version, uses: list[str]) -> None:
    reasons = [f"it is {alias.value} of {version.recipe}" for alias in version.aliases] + uses
    if reasons:
        raise VersionInUse(f"version {version.version} stays: {'; '.join(reasons)}")


def _said(meaning: frozenset[tuple[str, bool]]) -> str:
    words = (f"{name} (anomalous)" if anomalous else name for name, anomalous in sorted(meaning))
    return ", ".join(words)
