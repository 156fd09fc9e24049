"""Takes out of comparisons what is erased from the record; the counts in their reports stay."""

from collections.abc import Callable
from typing import TypeAlias

from backend.storage.blobs import Blobs
from backend.storage.database import Database
from backend.versions import comparison_store
from contract.comparisons import ComparisonReport, Difference, Stretch

IsGone: TypeAlias = Callable[[Stretch | Difference], bool]


def forget(database: Database, blobs: Blobs, is_gone: IsGone) -> None:
    """No comparison names what `is_gone`. May be repeated; raises the errors of both."""
    with database.reading() as db:
        contents = comparison_store.contents(db)
    replaced = set[str]()
    for found in contents:
        stretches = tuple(it for it in found.stretches if not is_gone(it))
        report = None if found.report is None else _report_without(blobs, found.report, is_gone)
        if (stretches, report) == (found.stretches, found.report):
            continue
        with database.writing() as db:
            comparison_store.replace(db, found.id, stretches, report)
        if found.report is not None and found.report != report:
            replaced.add(found.report)
    for digest in replaced:  # after all: comparisons of the same have the same report
        blobs.delete(digest)


def _report_without(blobs: Blobs, digest: str, is_gone: IsGone) -> str:
    """The digest of the report without it; of the same one where it is not in there."""
    if not blobs.has(digest):  # it names nothing any more, and keeps nobody from forgetting
        return digest
    report = ComparisonReport.model_validate_json(blobs.path(digest).read_bytes())
    left = without(report, is_gone)
    return digest if left == report else blobs.keep_bytes(left.model_dump_json().encode())


def without(report: ComparisonReport, is_gone: IsGone) -> ComparisonReport:
    """The report with no difference in what is gone; its counts stay."""
    versions = tuple(
        version.model_copy(
            update={"differences": tuple(it for it in version.differences if not is_gone(it))}
        )
        for version in report.versions
    )
    return report.model_copy(update={"versions": versions})
