"""Of which database the blobs are: what one names that was lost is nobody's to sweep away."""

import secrets
from pathlib import Path

from sqlalchemy import Connection, insert, select

from backend.datasets.tables import blob_owner
from backend.storage.database import Database
from common.files import replace_whole

OTHERS = (
    "files are kept of another database of the factory, and none of them is deleted: restore "
    "that database, or let them go by deleting {path}"
)


def is_owner(database: Database, path: Path) -> bool:
    """Whether the blobs beside `path` are of this database: the first that asks is their owner.

    Raises OSError and DatabaseUnavailable.
    """
    with database.writing() as db:
        own = id_of(db)
        if not path.exists():  # within the transaction: one asks at a time
            replace_whole(path, own)
        return path.read_text(encoding="utf-8").strip() == own


def id_of(db: Connection) -> str:
    """What this database is known by, made when it is first asked for."""
    own = db.scalar(select(blob_owner.c.id))
    if own is None:
        own = secrets.token_hex(16)
        db.execute(insert(blob_owner).values(id=own))
    return own
