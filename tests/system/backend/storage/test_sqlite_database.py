"""The tables in memory, and the file that follows them whatever the disk does."""

import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.deliveries import Deliveries
from backend.alerts.ledger.ledger import Ledger
from backend.storage import sqlite_file
from backend.storage.database import SqliteDatabase
from backend.storage.mirror import PATIENCE_SEC, SLOW_SEC
from backend.storage.sqlite_file import SqliteFile
from testkit.clock import Clock
from testkit.households import HOME

Eventually = Callable[..., Any]
FullDisk = Callable[[int], AbstractContextManager[None]]
WAL = "dolbom.sqlite3-wal"


class Gate:
    """In place of a disk that hangs: what is written waits until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened = threading.Event()
        for name in ("repeat", "replace"):
            monkeypatch.setattr(SqliteFile, name, self._behind(getattr(SqliteFile, name)))

    def _behind(self, write: Callable[..., None]) -> Callable[..., None]:
        def wait_and_write(*args: Any) -> None:
            self.opened.wait(30)
            write(*args)

        return wait_and_write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "database" / "dolbom.sqlite3"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(path: Path, clock: Clock) -> Iterator[SqliteDatabase]:
    with closing(SqliteDatabase(path, clock)) as opened:
        yield opened


def add(database: SqliteDatabase, *keys: str) -> None:
    ledger = Ledger(database, ["kakao"])
    for key in keys:
        ledger.add(Alert(key, key, "e1", "fall", "거실", 1.8e9, HOME), 0.0)


def keys(database: SqliteDatabase) -> list[str]:
    with database.reading() as db:
        return list(db.scalars(text("SELECT key FROM alerts ORDER BY number")))


QUESTIONS = ("SELECT * FROM alerts", "SELECT * FROM deliveries")


def rows(db: Connection) -> list[Any]:
    return [[tuple(row) for row in db.execute(text(question))] for question in QUESTIONS]


def on_disk(path: Path) -> list[Any]:
    """All rows as a kill would leave them: of a copy, since the file is held."""
    copy = path.parent.parent / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(path.parent, copy)
    with closing(sqlite3.connect(copy / path.name)) as db:
        return [db.execute(question).fetchall() for question in QUESTIONS]


def test_what_is_durable_is_on_the_disk_row_for_row(database: SqliteDatabase, path: Path) -> None:
    add(database, "a", "b", "c")
    deliveries = Deliveries(database, "kakao")
    attempt = deliveries.take_due(0.123456789012345)
    assert attempt is not None
    deliveries.mark_ambiguous(attempt, 1.0, 2.0, "no answer")
    wrong = text("UPDATE alerts SET label = :label")
    with pytest.raises(IntegrityError), database.writing() as db:
        db.execute(wrong, [{"label": "lying"}, {"label": None}])
    assert database.is_durable()
    with database.reading() as db:
        assert on_disk(path) == rows(db)
        assert [len(table) for table in rows(db)] == [3, 3]


def test_attempt_is_on_the_disk_as_sending_before_its_memo_leaves(
    database: SqliteDatabase, path: Path
) -> None:
    add(database, "a")
    attempt = Deliveries(database, "kakao").take_due(0.0)
    assert attempt is not None
    assert attempt.recorded
    assert [row[6] for row in on_disk(path)[1]] == ["sending"]


def test_threads_that_write_at_once_leave_file_and_memory_the_same(
    database: SqliteDatabase, path: Path
) -> None:
    def write(thread: int) -> None:
        for number in range(20):
            add(database, f"{thread}-{number}")
            Deliveries(database, "kakao").take_due(0.0)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database.is_durable()
    with database.reading() as db:
        assert on_disk(path) == rows(db)
        assert len(rows(db)[0]) == 160


def test_question_and_write_that_changes_nothing_do_not_wake_the_disk(
    database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(database, "a")
    assert database.is_durable()
    written = []
    monkeypatch.setattr(SqliteFile, "repeat", lambda *args: written.append(args))
    add(database, "a")
    assert Deliveries(database, "ntfy-1").take_due(0.0) is None
    assert Ledger(database, ["kakao"]).counts()["pending"] == 1
    assert database.is_durable()
    assert written == []


def test_full_disk_refuses_nothing_and_gets_all_once_there_is_room(
    path: Path, database: SqliteDatabase, full_disk: FullDisk, eventually: Eventually
) -> None:
    add(database, "before")
    assert database.is_durable()
    with full_disk((path.parent / WAL).stat().st_size):
        add(database, "a")
        attempt = Deliveries(database, "kakao").take_due(0.0)
        assert attempt is not None
        assert not attempt.recorded
        assert database.failure == "the database cannot be written: disk I/O error"
        add(database, "b")
        assert keys(database) == ["before", "a", "b"]
    eventually(database.is_durable)
    assert database.failure is None
    add(database, "after")
    assert database.is_durable()
    with database.reading() as db:
        assert on_disk(path) == rows(db)


def test_memo_waits_a_moment_for_a_slow_disk_and_the_next_one_does_not(
    database: SqliteDatabase,
    path: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    eventually: Eventually,
) -> None:
    gate = Gate(monkeypatch)
    add(database, "a", "b", "c")
    deliveries = Deliveries(database, "kakao")
    waits = []
    for _ in range(2):
        began = time.monotonic()
        attempt = deliveries.take_due(0.0)
        waits.append(time.monotonic() - began)
        assert attempt is not None
        assert not attempt.recorded
    assert waits[0] >= PATIENCE_SEC
    assert waits[1] < PATIENCE_SEC / 2
    assert database.failure is None
    clock.now = SLOW_SEC + 1
    assert database.failure == "the database has been waiting for 11 s"
    assert database.lag_sec == pytest.approx(SLOW_SEC + 1)
    # The slow write ends after all.
    gate.opened.set()
    eventually(database.is_durable)
    attempt = deliveries.take_due(0.0)
    assert attempt is not None
    assert attempt.recorded
    assert (database.failure, database.lag_sec) == (None, 0.0)
    assert [row[6] for row in on_disk(path)[1]] == ["sending"] * 3


def remains(path: Path) -> int:
    """How often the secret stands anywhere in the folder, whether or not it counts."""
    return sum(file.read_bytes().count(b"geheim") for file in path.parent.iterdir())


def delete_secrets(database: SqliteDatabase) -> None:
    add(database, *(f"geheim-{number}" * 9 for number in range(200)), "a", "b")
    with database.writing() as db:
        db.execute(text("DELETE FROM alerts WHERE key LIKE 'geheim%'"))


def test_what_was_deleted_is_in_no_file_once_it_is_to_be_forgotten(
    database: SqliteDatabase, path: Path, eventually: Eventually
) -> None:
    aside = path.with_name(f"{path.name}.damaged-1")
    aside.write_bytes(b"geheim")
    delete_secrets(database)
    eventually(database.is_durable)
    assert remains(path) > 100
    database.forget_deleted()
    eventually(database.is_durable)
    assert remains(path) == 0
    assert keys(database) == ["a", "b"]
    path.unlink()
    eventually(path.exists)
    add(database, "c")
    eventually(database.is_durable)
    assert remains(path) == 0
    with database.reading() as db:
        assert on_disk(path) == rows(db)


def test_what_is_to_be_forgotten_on_a_full_disk_is_forgotten_once_there_is_room(
    database: SqliteDatabase, path: Path, full_disk: FullDisk, eventually: Eventually
) -> None:
    delete_secrets(database)
    eventually(database.is_durable)
    with full_disk(100):
        database.forget_deleted()
        eventually(lambda: database.failure is not None)
        assert not database.is_durable()
    eventually(database.is_durable)
    assert remains(path) == 0


@pytest.mark.parametrize("what", ["the file", "the folder"])
def test_file_that_was_removed_is_written_anew_although_nothing_is_written(
    database: SqliteDatabase, path: Path, what: str, eventually: Eventually
) -> None:
    add(database, "a", "b")
    assert database.is_durable()
    if what == "the file":
        path.unlink()
    else:
        shutil.rmtree(path.parent)
    eventually(path.exists)
    add(database, "c")
    eventually(database.is_durable)
    with database.reading() as db:
        assert on_disk(path) == rows(db)
    with pytest.raises(OSError, match="another server writes here"):
        SqliteDatabase(path)


def test_file_that_is_damaged_under_way_is_kept_and_written_anew(
    database: SqliteDatabase, path: Path, monkeypatch: pytest.MonkeyPatch, eventually: Eventually
) -> None:
    add(database, "a")
    assert database.is_durable()
    close = SqliteFile.close

    def find_damage(_file: SqliteFile, _transactions: object) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    def close_damaged(file: SqliteFile) -> None:
        close(file)
        path.write_bytes(b"\xa5" * 4096)

    with monkeypatch.context() as damaged:
        damaged.setattr(SqliteFile, "repeat", find_damage)
        damaged.setattr(SqliteFile, "close", close_damaged)
        add(database, "b")
        eventually(lambda: list(path.parent.glob("*.damaged-1")))
    eventually(database.is_durable)
    with database.reading() as db:
        assert on_disk(path) == rows(db)


def test_file_of_another_version_is_kept_and_an_empty_one_begun(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE alembic_version (version_num TEXT)")
        db.execute("INSERT INTO alembic_version VALUES ('9999_later')")
        db.commit()
    with closing(SqliteDatabase(path)) as database:
        assert database.forgotten
        assert keys(database) == []
    (kept,) = path.parent.glob("*.damaged-1")
    with closing(sqlite3.connect(kept)) as db:
        assert db.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999_later",)
    with closing(SqliteDatabase(path)) as database:
        assert not database.forgotten


def test_start_on_a_full_disk_begins_in_memory(
    path: Path, full_disk: FullDisk, eventually: Eventually
) -> None:
    with full_disk(300):
        database = SqliteDatabase(path)
        assert "the database cannot be written" in (database.failure or "")
        assert not database.forgotten
        add(database, "a")
        assert not database.is_durable()
    eventually(database.is_durable)
    database.close()
    with closing(SqliteDatabase(path)) as database:
        assert keys(database) == ["a"]


def test_file_that_cannot_be_read_at_the_start_is_kept_and_not_written_over(
    path: Path, monkeypatch: pytest.MonkeyPatch, eventually: Eventually
) -> None:
    with closing(SqliteDatabase(path)) as database:
        add(database, "old")
    before = path.read_bytes()

    def fail(*_args: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as broken:
        broken.setattr(sqlite_file, "_check", fail)
        database = SqliteDatabase(path)
        assert database.forgotten
        add(database, "new")
    eventually(database.is_durable)
    database.close()
    (kept,) = path.parent.glob("*.damaged-1")
    assert kept.read_bytes() == before
    with closing(SqliteDatabase(path)) as database:
        assert keys(database) == ["new"]


def test_place_that_no_disk_will_make_right_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="File exists"):
        SqliteDatabase(tmp_path / "file" / "dolbom.sqlite3")


def test_close_does_not_wait_for_a_disk_that_hangs(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, gate = SqliteDatabase(path), Gate(monkeypatch)
    add(database, "a")
    began = time.monotonic()
    database.close(timeout=0.05)
    assert time.monotonic() - began < 2.0
    gate.opened.set()
