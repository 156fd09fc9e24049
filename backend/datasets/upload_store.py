"""The table of uploads, asked and changed within a transaction of the caller's."""

from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from backend.datasets.tables import uploads
from contract.datasets import Upload

_SHOWN = [uploads.c[name] for name in Upload.model_fields]
_OPEN = uploads.c.finished_at.is_(None)


def find(db: Connection, upload_id: str, household_id: int) -> Upload | None:
    """One upload."""
    mine = uploads.c.id == upload_id, uploads.c.household_id == household_id
    row = db.execute(select(*_SHOWN).where(*mine)).first()
    return _upload(row) if row else None


def newest(db: Connection, household_id: int, limit: int) -> list[Upload]:
    """The newest uploads, newest first."""
    query = select(*_SHOWN).where(uploads.c.household_id == household_id)
    return [
        _upload(row) for row in db.execute(query.order_by(uploads.c.number.desc()).limit(limit))
    ]


def add(db: Connection, upload: Upload) -> None:
    """A new upload."""
    db.execute(insert(uploads).values(upload.model_dump()))


def count_open(db: Connection) -> int:
    """How many have begun and not ended."""
    return db.scalar(select(func.count()).select_from(uploads).where(_OPEN)) or 0


def bytes_to_come(db: Connection) -> int:
    """What those that have begun and not ended may still write: their rest, and it unpacked."""
    rest = uploads.c.size * 2 - uploads.c.received
    return db.scalar(select(func.coalesce(func.sum(rest), 0)).where(_OPEN)) or 0


def change(db: Connection, upload_id: str, **values: Any) -> None:
    """Let these columns of one that has not ended have these values."""
    db.execute(update(uploads).where(uploads.c.id == upload_id, _OPEN).values(values))


def whole(db: Connection) -> list[Upload]:
    """Those that have been received and not taken in, oldest first."""
    query = select(*_SHOWN).where(_OPEN, uploads.c.received == uploads.c.size)
    return [_upload(row) for row in db.execute(query.order_by(uploads.c.number))]


def open_ids(db: Connection) -> set[str]:
    """Of those that have begun and not ended."""
    return set(db.scalars(select(uploads.c.id).where(_OPEN)))


def untouched(db: Connection, since: float) -> list[Upload]:
    """Those of which a part has come, and nothing since then."""
    query = select(*_SHOWN).where(
        _OPEN, uploads.c.received < uploads.c.size, uploads.c.touched_at < since
    )
    return [_upload(row) for row in db.execute(query)]


def _upload(row: Row[Any]) -> Upload:
    return Upload.model_validate(row._asdict())
