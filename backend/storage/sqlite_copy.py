"""A whole copy of a database's file, although a server has it open and writes it."""

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from common.files import sha256_of

TRIES = 50
HEADER_BYTES = 32
"""Of SQLite's log: whoever begins it anew writes other numbers there."""


def copy_sqlite(path: Path, target: Path) -> None:
    """Let the new file `target` hold what the database at `path` has committed.

    The server keeps others from opening its file, so the bytes are copied. They fit together if the
    file is the same after its log was copied as before, and the log was not begun anew meanwhile:
    else it is tried again. Raises OSError, and sqlite3.DatabaseError where the copy is damaged.
    """
    log = target.with_name(f"{target.name}-wal")
    for _ in range(TRIES):
        if _copied_together(path, target, log):
            break
    else:
        raise OSError(f"{path} is written so much that it cannot be copied")
    with closing(sqlite3.connect(target)) as db:
        db.execute("PRAGMA journal_mode = DELETE")  # the log's pages go into the file
        ((found,),) = db.execute("PRAGMA quick_check(1)").fetchall()
    if found != "ok":
        raise sqlite3.DatabaseError(f"{path} is damaged: {' '.join(str(found).split())}")


def _copied_together(path: Path, target: Path, log: Path) -> bool:
    theirs = path.with_name(f"{path.name}-wal")
    header = _header(theirs)
    shutil.copyfile(path, target)
    log.unlink(missing_ok=True)
    if header:
        with suppress(FileNotFoundError):  # whoever had the file open has closed it
            shutil.copyfile(theirs, log)
    return header == _header(theirs) and sha256_of(path) == sha256_of(target)


def _header(log: Path) -> bytes:
    """How the log begins; nothing where there is none."""
    try:
        with log.open("rb") as file:
            return file.read(HEADER_BYTES)
    except FileNotFoundError:
        return b""
