"""A database that got its tables from another one is as if it had been migrated itself."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import column, select, table

from backend.storage.database import Database, open_database, open_factory_database
from testkit.migrated_once import MigratedOnce

Open = Callable[[str | None, Path], Database]


def content(open_it: Open, folder: Path, version_table: str) -> list[tuple[str, ...]]:
    """The SQL of all tables and indices, and the revision."""
    made = open_it(None, folder)
    with made.reading() as db:
        tables = db.exec_driver_sql("SELECT name, sql FROM sqlite_master ORDER BY name").all()
        revision = db.execute(select(column("version_num")).select_from(table(version_table))).all()
    made.close()
    return [tuple(row) for row in (*tables, *revision)]


@pytest.mark.parametrize(
    ("open_it", "version_table"),
    [(open_database, "alembic_version"), (open_factory_database, "factory_version")],
)
def test_second_database_is_as_the_first(
    open_it: Open, version_table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    MigratedOnce().install(monkeypatch)
    first = content(open_it, tmp_path / "first", version_table)
    second = content(open_it, tmp_path / "second", version_table)
    assert len(first) > 10
    assert second == first
    assert content(open_it, tmp_path / "second", version_table) == first
