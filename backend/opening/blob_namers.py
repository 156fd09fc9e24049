"""Which blobs are needed: each room of the factory has columns that name some."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Column, select

from backend.datasets.intake import Namer
from backend.datasets.service import DatasetService
from backend.deployments.tables import deployments
from backend.exports.tables import exports
from backend.storage.blobs import DIGEST
from backend.storage.database import Database
from backend.tabular.tables import batches
from backend.versions.tables import comparisons, versions

COLUMNS: Sequence[Column[str]] = (
    versions.c.files,
    exports.c.file,
    deployments.c.file,
    comparisons.c.report,
    batches.c.spec,
    batches.c.file,
)
"""Each holds a digest, or JSON with some in it."""


def namers_of(database: Database, datasets: DatasetService) -> list[Namer]:
    """Who says which blobs are needed."""
    return [datasets.named_blobs, lambda: _named_in(database)]


def _named_in(database: Database) -> Iterator[str]:
    for column in COLUMNS:
        with database.reading() as db:
            texts = db.scalars(select(column).where(column.is_not(None))).all()
        for text in texts:
            yield from DIGEST.findall(text)
