"""Which data sets something was learnt from, as far as they are still there."""

from collections.abc import Iterable

from backend.datasets.errors import UnknownDataset
from backend.datasets.service import DatasetService
from contract.datasets import DatasetVersion


def learnt_from(
    service: DatasetService, version_ids: Iterable[str], household_id: int
) -> list[DatasetVersion]:
    """The versions of these ids, without those that have been deleted."""
    found = []
    for version_id in version_ids:
        try:
            found.append(service.version(version_id, household_id))
        except UnknownDataset:
            continue
    return found
