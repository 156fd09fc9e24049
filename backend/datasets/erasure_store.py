"""The table of what erasures took out of data sets, within a transaction of the caller's."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Self

from sqlalchemy import Connection, Row, insert, select, update

from backend.datasets.tables import record_erasures


@dataclass(frozen=True)
class RecordErasure:
    """What one erasure took.

    `files` and `blobs` are digests: of the erased files, and of all content that goes with them.
    `version_ids` are the versions of data sets that it was in.
    """

    files: frozenset[str] = field(default_factory=frozenset)
    blobs: frozenset[str] = field(default_factory=frozenset)
    version_ids: frozenset[str] = field(default_factory=frozenset)

    def __or__(self, other: Self) -> "RecordErasure":
        """What both took."""
        return RecordErasure(
            self.files | other.files,
            self.blobs | other.blobs,
            self.version_ids | other.version_ids,
        )


def note(db: Connection, erasure: RecordErasure, now: float) -> RecordErasure:
    """It is under way, with all that was noted of it before a kill: that is given back."""
    of = record_erasures.c
    row = db.execute(select(record_erasures).where(of.is_told.is_(False))).first()
    whole = erasure | _read(row) if row else erasure
    values = {
        name: json.dumps(sorted(digests))
        for name, digests in (
            ("files", whole.files),
            ("blobs", whole.blobs),
            ("version_ids", whole.version_ids),
        )
    }
    if row:
        db.execute(update(record_erasures).where(of.number == row.number).values(values))
    else:
        db.execute(insert(record_erasures).values(values | {"at": now, "is_told": False}))
    return whole


def tell(db: Connection) -> None:
    """The household knows of all."""
    db.execute(update(record_erasures).values(is_told=True))


def after(db: Connection, number: int) -> tuple[Collection[str], int]:
    """The content that erasures after this number took, and the number of the last."""
    of = record_erasures.c
    query = select(record_erasures).where(of.number > number, of.is_told).order_by(of.number)
    rows = db.execute(query).all()
    blobs = {digest for row in rows for digest in _read(row).blobs}
    return blobs, rows[-1].number if rows else number


def _read(row: Row[Any]) -> RecordErasure:
    return RecordErasure(
        frozenset(json.loads(row.files)),
        frozenset(json.loads(row.blobs)),
        frozenset(json.loads(row.version_ids)),
    )
