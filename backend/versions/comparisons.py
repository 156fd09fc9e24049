"""Comparisons of versions: asked for, and their reports; a job's carrier makes them."""

import time
import uuid
from collections.abc import Callable, Sequence
from typing import TypeAlias

from backend.datasets.service import DatasetService
from backend.errors import InvalidInput
from backend.jobs.errors import UnknownJob
from backend.jobs.service import JobService, JobWanted
from backend.storage.blobs import Blobs
from backend.storage.database import Database
from backend.versions import comparison_store
from backend.versions.comparison_store import ComparisonRow
from backend.versions.errors import UnknownComparison
from backend.versions.forgetting import IsGone, forget
from backend.versions.service import VersionService
from contract.comparisons import (
    Comparison,
    ComparisonAsked,
    ComparisonReport,
    ComparisonSpec,
    Contender,
    Stretch,
)
from contract.datasets import DatasetKind
from contract.jobs import JobKind, JobState
from contract.versions import DETECTOR, Alias, Version

Record: TypeAlias = Callable[[int], Sequence[Stretch]]
"""What a household's record has to be replayed, as it is now."""


class ComparisonService:
    """Thread-safe; each method asks the factory's database, and raises DatabaseUnavailable."""

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        jobs: JobService,
        versions: VersionService,
        datasets: DatasetService,
        record: Record,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._blobs, self._jobs = database, blobs, jobs
        self._versions, self._datasets, self._record = versions, datasets, record
        self._clock = clock

    def ask(self, asked: ComparisonAsked, created_by: int | None, household_id: int) -> Comparison:
        """Let versions be compared; raises UnknownVersion, UnknownDataset and InvalidInput."""
        versions = [self._versions.find(each, household_id) for each in asked.version_ids]
        self._check(versions, asked.dataset_version_id, household_id)
        versions.sort(key=lambda version: Alias.PRODUCTION not in version.aliases)
        is_replayed = versions[0].recipe == DETECTOR
        stretches = self._record(household_id) if is_replayed else ()
        comparison_id = uuid.uuid4().hex
        row = ComparisonRow(
            id=comparison_id,
            household_id=household_id,
            version_ids=tuple(version.id for version in versions),
            report=None,
            created_by=created_by,
            created_at=self._clock(),
            finished_at=None,
        )
        with self._database.writing() as db:  # first: the worker writes into it
            comparison_store.add(db, row, stretches)
        job = self._jobs.ask(_wanted(row, versions, asked.dataset_version_id))
        return _shown(row, job.state)

    def find(self, comparison_id: str, household_id: int) -> Comparison:
        """One comparison with its report; raises UnknownComparison."""
        with self._database.reading() as db:
            row = comparison_store.find(db, comparison_id, household_id)
        if row is None:
            raise UnknownComparison(f"no comparison {comparison_id[:40]}")
        found = _shown(row, self._state(row))
        if row.report is None:
            return found
        content = self._blobs.path(row.report).read_bytes()
        return found.model_copy(update={"report": ComparisonReport.model_validate_json(content)})

    def newest(self, household_id: int, limit: int = 50) -> list[Comparison]:
        """The newest, newest first, without their reports."""
        with self._database.reading() as db:
            rows = comparison_store.newest(db, household_id, limit)
        return [_shown(row, self._state(row)) for row in rows]

    def forget(self, is_gone: IsGone) -> None:
        """No comparison names what `is_gone` of the record any more. May be repeated."""
        if self._database.is_made:
            forget(self._database, self._blobs, is_gone)

    def _check(
        self, versions: Sequence[Version], dataset_version_id: str | None, household_id: int
    ) -> None:
        if len({version.id for version in versions}) < len(versions):
            raise InvalidInput("version_ids: expected each version once")
        recipes = sorted({version.recipe for version in versions})
        if len(recipes) > 1:
            raise InvalidInput(f"version_ids: expected versions of one recipe, got {recipes}")
        if dataset_version_id is None:
            return
        if recipes != [DETECTOR]:
            raise InvalidInput(
                f"dataset_version_id: expected none for {recipes[0]}, whose versions stand beside "
                "each other with the figures of their own evaluation"
            )
        dataset = self._datasets.version(dataset_version_id, household_id)
        if dataset.kind is not DatasetKind.TRACKS:
            raise InvalidInput(
                f"dataset_version_id: expected a data set of tracks, got {dataset.kind.value}"
            )

    def _state(self, row: ComparisonRow) -> JobState:
        """Of its job; one whose job was never queued has failed."""
        try:
            return self._jobs.find(row.id, row.household_id).state
        except UnknownJob:
            return JobState.FAILED


def _wanted(
    row: ComparisonRow, versions: Sequence[Version], dataset_version_id: str | None
) -> JobWanted:
    recipe = versions[0].recipe
    spec = ComparisonSpec(
        recipe=recipe,
        contenders=tuple(
            Contender(id=each.id, version=each.version, figures=each.metrics) for each in versions
        ),
        dataset_version_id=dataset_version_id,
    )
    return JobWanted(
        kind=JobKind.COMPARISON,
        title=f"{recipe}: {', '.join(version.version for version in versions)}",
        spec=spec.model_dump(mode="json"),
        household_id=row.household_id,
        created_by=row.created_by,
        id=row.id,
    )


def _shown(row: ComparisonRow, state: JobState) -> Comparison:
    return Comparison(
        id=row.id,
        household_id=row.household_id,
        version_ids=row.version_ids,
        state=state,
        created_by=row.created_by,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
