"""What may be compared, and what a comparison's job is asked."""

from typing import Any

import pytest

from backend.errors import InvalidInput
from backend.jobs.service import JobService, JobWanted
from backend.versions import comparison_store
from backend.versions.comparisons import ComparisonService
from backend.versions.comparisons_router import REPORT
from backend.versions.errors import UnknownComparison, UnknownVersion
from contract.comparisons import ComparisonAsked, ComparisonReport, ComparisonSpec, Stretch, Truth
from contract.datasets import DatasetKind
from contract.jobs import JobKind, JobState
from testkit.households import HOME
from testkit.known_datasets import KnownDatasets

STRETCH = Stretch(track="i1", incident_id="i1", camera_id="hall", at=1.0, truth=Truth.FALL)


@pytest.fixture
def comparisons(registry: Any) -> ComparisonService:
    return ComparisonService(
        registry.database,
        registry.blobs,
        JobService(registry.database),
        registry.versions,
        KnownDatasets({kind.value: kind for kind in DatasetKind}),
        lambda _household_id: [STRETCH],
    )


def test_the_one_that_serves_comes_first_and_the_record_goes_along(
    registry: Any, comparisons: ComparisonService
) -> None:
    new = registry.trained("2")
    ids = (new.id, registry.shipped.id)
    asked = comparisons.ask(ComparisonAsked(version_ids=ids, dataset_version_id="tracks"), 3, HOME)
    assert asked.version_ids == (registry.shipped.id, new.id)
    assert (asked.state, asked.report, asked.created_by) == (JobState.QUEUED, None, 3)
    assert comparisons.newest(HOME) == [asked] == [comparisons.find(asked.id, HOME)]
    job = JobService(registry.database).find(asked.id, HOME)
    spec = ComparisonSpec.model_validate(job.spec)
    assert (job.kind, job.title, spec.dataset_version_id) == (
        JobKind.COMPARISON,
        "fall-lstm: 1, 2",
        "tracks",
    )
    with registry.database.reading() as db:
        assert comparison_store.stretches(db, asked.id) == (STRETCH,)


def test_what_is_erased_of_the_record_is_named_by_no_comparison(
    registry: Any, comparisons: ComparisonService
) -> None:
    ids = (registry.shipped.id, registry.trained("2").id)
    asked = comparisons.ask(ComparisonAsked(version_ids=ids), None, HOME)
    report = ComparisonReport.model_validate(REPORT)
    before = registry.blobs.keep_bytes(report.model_dump_json().encode())
    with registry.database.writing() as db:
        comparison_store.finish(db, asked.id, before, 2.0)
    (difference,) = report.versions[0].differences

    comparisons.forget(lambda it: it.incident_id == "another")
    assert comparisons.find(asked.id, HOME).report == report
    comparisons.forget(lambda it: it.incident_id in ("i1", difference.incident_id))
    left = comparisons.find(asked.id, HOME).report
    assert left is not None
    assert left.versions[0].differences == ()
    assert left.versions[0].changes == report.versions[0].changes
    assert not registry.blobs.has(before)
    with registry.database.reading() as db:
        assert comparison_store.stretches(db, asked.id) == ()


def test_comparisons_of_one_report_are_forgotten_alike_also_where_it_is_lost(
    registry: Any, comparisons: ComparisonService
) -> None:
    wanted = ComparisonAsked(version_ids=(registry.shipped.id, registry.trained("2").id))
    report = ComparisonReport.model_validate(REPORT)
    kept = registry.blobs.keep_bytes(report.model_dump_json().encode())
    asked = [comparisons.ask(wanted, None, HOME) for _ in range(3)]
    with registry.database.writing() as db:
        for each, digest in zip(asked, ("0" * 64, kept, kept), strict=True):
            comparison_store.finish(db, each.id, digest, 2.0)
    comparisons.forget(lambda _: True)
    for each in asked[1:]:
        left = comparisons.find(each.id, HOME).report
        assert left is not None
        assert left.versions[0].differences == ()
    assert not registry.blobs.has(kept)


def test_what_cannot_be_compared_is_refused(registry: Any, comparisons: ComparisonService) -> None:
    detector, job = registry.shipped.id, JobWanted(JobKind.TRAINING, "t", {}, HOME)
    image = registry.versions.register(
        JobService(registry.database).ask(job), "posture", "p", registry.checkpoint, {}, None, ()
    )
    new = registry.trained("2")
    for ids, dataset, expected in (
        ((detector, detector), None, "each version once"),
        ((detector, image.id), None, "of one recipe"),
        ((detector, new.id), "pictures", "a data set of tracks, got pictures"),
    ):
        asked = ComparisonAsked(version_ids=ids, dataset_version_id=dataset)
        with pytest.raises(InvalidInput, match=expected):
            comparisons.ask(asked, None, HOME)
    with pytest.raises(UnknownVersion):
        comparisons.ask(ComparisonAsked(version_ids=(detector, "nobody")), None, HOME)
    with pytest.raises(UnknownComparison):
        comparisons.find("nothing", HOME)
    assert comparisons.newest(HOME) == []
