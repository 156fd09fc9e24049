"""The database's file: opened, checked, written to, and put aside when it is of no use."""

import errno
import logging
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from common.files import stops_the_start, sync_folder

logger = logging.getLogger(__name__)

Statement = tuple[str, Sequence[Any]]
"""SQL, and the rows that it is executed with, one after the other."""

Transaction = Sequence[Statement]


class SqliteFile:
    """An open file that is sound, of one of `revisions`, and nobody else's. One thread.

    One that is damaged or of a revision that is not known is put aside, where it is kept, and an
    empty one begun: `put_aside` is its path then. Raises OSError, also when another server has the
    file, and sqlite3.Error when the disk refuses.
    """

    def __init__(self, path: Path, revisions: Collection[str]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.put_aside: Path | None = None
        self._path = path
        try:
            self._db = _connect(path, revisions)
        except sqlite3.DatabaseError as error:
            if not _is_about_the_file(error):
                raise
            self.put_aside = put_aside(path)
            logger.error("the database is of no use (%s): it is kept as %s", error, self.put_aside)
            self._db = _connect(path, revisions)
        self._inode = path.stat().st_ino

    @property
    def is_there(self) -> bool:
        """Whether the path still leads to it; somebody may have removed it."""
        try:
            return self._path.stat().st_ino == self._inode
        except FileNotFoundError:
            return False

    def copy_to(self, memory: sqlite3.Connection) -> None:
        """Fill `memory` with what it holds."""
        self._db.backup(memory)

    def replace(self, content: sqlite3.Connection) -> None:
        """Let it hold `content`: all of it is durable, or nothing has changed."""
        content.backup(self._db)

    def repeat(self, transactions: Iterable[Transaction]) -> None:
        """Write once more what was written in memory: all of it is durable, or nothing of it."""
        with self._db as db:  # commits, or rolls back on any failure
            db.execute("BEGIN IMMEDIATE")
            for transaction in transactions:
                for sql, rows in transaction:
                    for row in rows:
                        db.execute(sql, row).fetchall()

    def forget_deleted(self) -> None:
        """Let neither the file nor what lies beside it hold anything that was deleted.

        It is rewritten in place and SQLite's log is emptied. Files that were put aside are
        removed: what they hold cannot be told apart. Raises OSError and sqlite3.Error.
        """
        self._db.execute("VACUUM")
        ((is_busy, _, _),) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if is_busy:
            raise sqlite3.OperationalError("the database's log cannot be emptied")
        for kept in self._path.parent.glob(f"{self._path.name}.damaged-*"):
            kept.unlink()
        sync_folder(self._path.parent)

    def close(self) -> None:
        """Let go of the file."""
        with suppress(sqlite3.Error):
            self._db.close()


@dataclass(frozen=True)
class Loaded:
    """What came of reading the file at the start.

    Without a `file` it cannot be written, which `failure` says why. What it holds and could not be
    read is `forgotten`.
    """

    file: SqliteFile | None
    forgotten: bool
    failure: str | None = None


def load(path: Path, revisions: Collection[str], memory: sqlite3.Connection) -> Loaded:
    """Fill `memory` with what the file at `path` holds, however little the disk allows.

    Raises OSError when the place is wrong, or when another server has the file.
    """
    try:
        file = _loaded(path, revisions, memory)
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, OSError) and stops_the_start(error):
            raise
        logger.error("the database cannot be written: %s", error)
        return Loaded(None, not _read(path, revisions, memory), str(error))
    return Loaded(file, file.put_aside is not None)


def _loaded(path: Path, revisions: Collection[str], memory: sqlite3.Connection) -> SqliteFile:
    file = SqliteFile(path, revisions)
    try:
        file.copy_to(memory)
    except sqlite3.Error:
        file.close()
        raise
    return file


def put_aside(path: Path) -> Path:
    """Rename the file and what SQLite writes beside it; the new path. Raises OSError."""
    names = (path.with_name(f"{path.name}.damaged-{number}") for number in count(1))
    kept = next(name for name in names if not name.exists())
    for end in ("-wal", "-shm", ""):  # the database last: until then it is found damaged again
        part = path.with_name(path.name + end)
        if part.exists():
            part.rename(kept.with_name(kept.name + end))
    return kept


def _connect(path: Path, revisions: Collection[str]) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
    try:
        # Without memory that is shared with others, which is a file: a full disk has no room for
        # one, and the server is to start on that too.
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA temp_store = MEMORY")
        _check(db, revisions)
    except sqlite3.Error as error:
        db.close()
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            raise OSError(errno.EBUSY, "another server writes here", str(path)) from None
        raise
    return db


def _check(db: sqlite3.Connection, revisions: Collection[str]) -> None:
    """Raise sqlite3.DatabaseError unless the file is sound, and empty or of one of `revisions`."""
    ((found,),) = db.execute("PRAGMA quick_check(1)").fetchall()
    if found != "ok":
        raise sqlite3.DatabaseError(" ".join(found.split()))
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
    if not tables:
        return
    known = "alembic_version" in tables
    written = db.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    revision = written[0] if written else None
    if revision not in revisions:
        raise sqlite3.DatabaseError(f"its schema is {revision}, which is not known here")


def _is_about_the_file(error: sqlite3.DatabaseError) -> bool:
    return type(error) is sqlite3.DatabaseError  # its subclasses are about the disk


def _read(path: Path, revisions: Collection[str], memory: sqlite3.Connection) -> bool:
    """Fill `memory` from a disk that may be read-only; False when what is there cannot be read."""
    try:
        if not path.exists() or path.stat().st_size == 0:
            return True
        # Neither a lock nor a file beside it can be had there.
        has_wal = path.with_name(path.name + "-wal").exists()
        how = "mode=ro&vfs=unix-none" if has_wal else "immutable=1"
        uri = f"{path.resolve().as_uri()}?{how}"
        with closing(sqlite3.connect(uri, uri=True)) as db:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            _check(db, revisions)
            db.backup(memory)
    except (OSError, sqlite3.Error) as error:
        logger.error("the database cannot be read either: %s", error)
        return False
    return True
