"""A copy of the server's file is whole, although the server writes it."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.ledger import Ledger
from backend.storage.database import SqliteDatabase
from backend.storage.sqlite_copy import HEADER_BYTES, copy_sqlite
from testkit.households import HOME

LOGS = 3
TEXT = "x" * 40_000
"""So long that a log is full after some hundred alerts."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "dolbom.sqlite3"


@pytest.fixture
def database(path: Path) -> Iterator[SqliteDatabase]:
    with closing(SqliteDatabase(path)) as opened:
        yield opened


def add(database: SqliteDatabase, number: int) -> None:
    key = f"k{number}"
    alert = Alert(key, key, "e1", "fall", "거실", 1.8e9, HOME, detail=TEXT)
    Ledger(database, ["kakao"]).add(alert, 0.0)


def counted(path: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(path)) as db:
        query = "SELECT (SELECT count(*) FROM alerts), (SELECT count(*) FROM deliveries)"
        alerts, deliveries = db.execute(query).fetchone()
        return alerts, deliveries


def is_whole(path: Path) -> bool:
    """Whether it can be read, and each alert has its delivery."""
    try:
        with closing(sqlite3.connect(path)) as db:
            is_sound = db.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]
        alerts, deliveries = counted(path)
    except sqlite3.DatabaseError:
        return False
    return is_sound and alerts == deliveries > 0


def test_copies_hold_whole_transactions_while_another_thread_writes(
    database: SqliteDatabase, path: Path, tmp_path: Path
) -> None:
    over, written, number = threading.Event(), [0], 0
    log, logs = path.with_name(f"{path.name}-wal"), set[bytes]()

    def write() -> None:
        while not over.is_set():
            add(database, written[0])
            if database.is_durable():
                written[0] += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        while len(logs) < LOGS:
            logs.add(log.read_bytes()[:HEADER_BYTES])
            number, durable = number + 1, written[0]
            copy_sqlite(path, copy := tmp_path / f"copy-{number}")
            alerts, deliveries = counted(copy)
            assert alerts == deliveries >= durable
            assert not list(tmp_path.glob(f"{copy.name}-*"))
    finally:
        over.set()
        thread.join()
    assert number > LOGS


def test_log_that_is_begun_anew_between_the_two_is_noticed(
    database: SqliteDatabase, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copyfile, copy, first, most = shutil.copyfile, tmp_path / "copy", tmp_path / "first", 300
    add(database, 0)
    assert database.is_durable()

    def meanwhile(source: Path, target: Path) -> None:
        copyfile(source, target)
        if source == path and not first.exists():
            copyfile(target, first)
            for number in range(1, most):
                add(database, number)
                database.is_durable()
        elif target.name == "copy-wal" and not first.with_name("first-wal").exists():
            copyfile(target, first.with_name("first-wal"))

    monkeypatch.setattr(shutil, "copyfile", meanwhile)
    copy_sqlite(path, copy)
    assert counted(copy) == (most, most)
    assert is_whole(copy)
    # The control: what was copied at first is of no moment at all.
    assert not is_whole(first)


def test_what_only_the_log_has_is_in_the_copy(
    database: SqliteDatabase, path: Path, tmp_path: Path
) -> None:
    add(database, 1)
    assert database.is_durable()
    assert path.with_name(f"{path.name}-wal").stat().st_size
    copy_sqlite(path, tmp_path / "copy")
    assert counted(tmp_path / "copy") == (1, 1)


def test_damaged_file_is_refused(database: SqliteDatabase, path: Path, tmp_path: Path) -> None:
    for number in range(50):
        add(database, number)
    database.close()
    data = bytearray(path.read_bytes())
    data[len(data) // 3 : len(data) // 2] = bytes(len(data) // 2 - len(data) // 3)
    path.write_bytes(data)
    with pytest.raises(sqlite3.DatabaseError):
        copy_sqlite(path, tmp_path / "copy")
