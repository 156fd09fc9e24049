"""Tables that are uploaded: read as they were meant, or refused, on a real disk."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backend.datasets.dataset_tables import DatasetTables
from backend.datasets.own_table import OwnTable
from backend.storage.duck import Duck
from contract.datasets import DatasetKind, DatasetVersion
from contract.own_tables import TableDescription
from testkit.datasets_alone import DatasetsAlone
from testkit.odd_tables import odd_tables

TABLE = DatasetKind.TABLE


@pytest.fixture
def home(tmp_path: Path) -> Iterator[DatasetsAlone]:
    with DatasetsAlone(tmp_path) as home:
        yield home


def sent(home: DatasetsAlone, content: bytes, dataset_id: str | None = None) -> DatasetVersion:
    ended = home.send(content, TABLE, dataset_id)
    assert ended.version_id is not None, ended.failure
    return home.service.version(ended.version_id)


def opened(home: DatasetsAlone, version: DatasetVersion) -> OwnTable:
    return DatasetTables(home.service).opened(version.id, 1)


def described(home: DatasetsAlone, content: bytes) -> TableDescription:
    return DatasetTables(home.service).description(sent(home, content))


def rows_of(table: OwnTable) -> tuple[tuple[object, ...], ...]:
    with closing(Duck([table.path.parent])) as duck:
        return tuple(duck.ask(f"FROM read_parquet('{table.path}')"))


def test_odd_tables_are_read_as_meant_or_refused(home: DatasetsAlone) -> None:
    read = refused = 0
    for odd in odd_tables(120):
        before = home.left_behind()
        ended = home.send(odd.content, TABLE)
        if odd.refused is not None:
            assert ended.version_id is None, odd.name
            assert odd.refused in (ended.failure or ""), (odd.name, ended.failure)
            assert home.left_behind() == before, odd.name
            refused += 1
            continue
        assert ended.version_id is not None, (odd.name, ended.failure)
        table = opened(home, home.service.version(ended.version_id))
        assert tuple((it.name, it.kind) for it in table.columns) == odd.columns, odd.name
        assert rows_of(table) == odd.rows, odd.name
        read += 1
    assert (read, refused) == (90, 30)
    assert not list(home.blobs.staging("").glob("*"))
    assert home.intake.health().status == "ok"
