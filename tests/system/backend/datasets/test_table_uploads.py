"""Tables that are uploaded: read as they were meant, or refused, on a real disk."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import ValidationError

from backend.datasets.dataset_tables import FIRST_ROWS, DatasetTables
from backend.datasets.errors import NoTable, NothingToKeep, UnknownDataset, UnusableFiles
from backend.datasets.formats.tables import TABLE_NAME
from backend.datasets.own_table import OwnTable
from backend.datasets.table_files import apart
from backend.datasets.table_files.apart import make_apart
from backend.datasets.table_files.making import make_table
from backend.storage.duck import Duck
from backend.storage.errors import DatabaseUnavailable
from contract.datasets import DatasetKind, DatasetVersion, Subset, UploadWanted
from contract.own_tables import TableDescription
from testkit import dataset_zips as good
from testkit.csv_texts import written
from testkit.datasets_alone import DatasetsAlone
from testkit.households import HOME
from testkit.odd_tables import odd_tables
from testkit.parquet_tables import huge_page, parquet

TABLE = DatasetKind.TABLE


@pytest.fixture
def home(tmp_path: Path) -> Iterator[DatasetsAlone]:
    with DatasetsAlone(tmp_path) as home:
        yield home


def sent(home: DatasetsAlone, content: bytes, dataset_id: str | None = None) -> DatasetVersion:
    ended = home.send(content, TABLE, dataset_id)
    assert ended.version_id is not None, ended.failure
    return home.service.version(ended.version_id, HOME)


def opened(home: DatasetsAlone, version: DatasetVersion) -> OwnTable:
    return DatasetTables(home.service).opened(version.id, 1)


def described(home: DatasetsAlone, content: bytes) -> TableDescription:
    return DatasetTables(home.service).description(sent(home, content))


def rows_of(table: OwnTable) -> tuple[tuple[object, ...], ...]:
    with closing(Duck([table.path.parent])) as duck:
        return tuple(duck.ask(f"FROM read_parquet('{table.path}')"))


@pytest.mark.parametrize("count", [48, pytest.param(120, marks=pytest.mark.slow)])
def test_odd_tables_are_read_as_meant_or_refused(home: DatasetsAlone, count: int) -> None:
    read = refused = 0
    for odd in odd_tables(count):
        before = home.left_behind()
        ended = home.send(odd.content, TABLE)
        if odd.refused is not None:
            assert ended.version_id is None, odd.name
            assert odd.refused in (ended.failure or ""), (odd.name, ended.failure)
            assert home.left_behind() == before, odd.name
            refused += 1
            continue
        assert ended.version_id is not None, (odd.name, ended.failure)
        table = opened(home, home.service.version(ended.version_id, HOME))
        assert tuple((it.name, it.kind) for it in table.columns) == odd.columns, odd.name
        assert rows_of(table) == odd.rows, odd.name
        read += 1
    assert (read, refused) == (3 * count // 4, count // 4)
    assert not list(home.blobs.staging("").glob("*"))
    assert home.intake.health().status == "ok"


def test_what_was_decided_is_said(home: DatasetsAlone) -> None:
    text = "이름;키;언제;무게\n김철수;1.234,5;3/4/2026;70\n박;-;5/6/2026;71\n\n최;2,5\n"
    found = described(home, (text + "이;1;1/2/2026;80\n" * 40 + "정;2;;82kg\n").encode("cp949"))
    csv = found.csv
    assert csv is not None
    assert (csv.encoding, csv.is_encoding_certain, csv.separator, csv.decimal) == (
        *("cp949", True, ";", ","),
    )
    assert (csv.has_header, csv.blank_lines, csv.short_rows, csv.short_lines) == (True, 1, 1, (5,))
    name, height, when, weight = found.columns
    assert (found.rows, name.title, name.read_as, name.distinct) == (44, "이름", None, 5)
    assert (height.read_as, height.missing, height.missing_words) == ("1.234,5", 1, {"-": 1})
    assert (height.low, height.high, height.distinct) == (1.0, 1234.5, 4)
    assert height.examples == ("1.234,5", "-", "2,5", "1", "2")
    assert (when.kind, when.is_certain, when.missing) == ("text", False, 2)
    assert weight.misfits is not None
    assert (weight.misfits.kind, weight.misfits.cells) == ("number", 1)
    assert weight.misfits.examples == ("82kg",)


@pytest.mark.parametrize(
    ("text", "encoding", "is_certain"),
    [
        ("a\nabc\n", "utf-8", True),
        ("이름\n김철수\n", "cp949", True),
        ("a\né가\n", "utf-8", True),
        ("체중\n걸음\n", "utf-8", False),  # 泥댁쨷 and 嫄몄쓬 in CP949
    ],
)
def test_an_encoding_that_could_be_another_is_called_so(
    home: DatasetsAlone, text: str, encoding: str, is_certain: bool
) -> None:
    found = described(home, text.encode(encoding)).csv
    assert found is not None
    assert (found.encoding, found.is_encoding_certain) == (encoding, is_certain)


def test_a_mark_that_could_be_another_follows_the_rest_of_the_table(home: DatasetsAlone) -> None:
    german, english, nobody = (
        described(home, text.encode())
        for text in ("a;b\n1,234;1,5\n", "a;b\n1,234;1.5\n", "a;b\n1,234;1\n")
    )
    of_each = [(it.columns[0].high, it.columns[0].is_certain) for it in (german, english, nobody)]
    assert of_each == [(1.234, True), (1234, True), (1234, False)]


def test_a_table_has_versions_like_other_data_sets(home: DatasetsAlone) -> None:
    first = sent(home, b"a,b\n1,2\n")
    assert [it.path for it in home.service.manifest(first).files] == [
        *("original.csv", "table.json", "table.parquet"),
    ]
    again = sent(home, b"a,b\n1,2\n", first.dataset_id)
    assert again.id == first.id  # nothing has changed
    second = sent(home, parquet("SELECT DATE '2026-11-28' AS day, 3 AS a"), first.dataset_id)
    assert (second.version, second.changes.added, second.changes.removed) == (2, 1, 1)
    (newest,) = DatasetTables(home.service).tables(1)
    assert (newest.version_id, newest.title, newest.time_column) == (second.id, "모음", "day")
    assert DatasetTables(home.service).tables(2) == []
    with pytest.raises(NothingToKeep):
        home.service.subset(second, Subset(labels=("fall",)), 1, None)
    with pytest.raises(ValidationError, match="a table is replaced as a whole"):
        UploadWanted(dataset_id="a", kind=TABLE, size=1, only_changes=True)


def test_what_is_shared_can_be_uploaded_as_it_is(home: DatasetsAlone) -> None:
    version = sent(home, "이름,나이\n김철수,70\n".encode("cp949"))
    shared = b"".join(home.shares.zipped(version))
    assert rows_of(opened(home, sent(home, shared))) == (("김철수", 70),)
    token, _ = home.shares.share(version, 1, 1, None)
    assert home.shares.find(token).version.id == version.id
    home.service.remove(version.dataset_id, HOME)
    with pytest.raises(UnknownDataset):
        opened(home, version)


def test_types_of_parquet_lose_no_digit(home: DatasetsAlone) -> None:
    select = (
        "SELECT 12345678901234567890123::DECIMAL(38, 0) AS a, 12.5::DECIMAL(10, 2) AS b, "
        "12::DECIMAL(18, 0) AS c, 'x'::ENUM ('x', 'y') AS d, NULL AS e, '{}'::JSON AS f"
    )
    row = "12345678901234567890123", 12.5, 12, "x", None, "{}"
    assert rows_of(opened(home, sent(home, parquet(select)))) == (row,)


def test_a_database_that_is_away_is_no_fault_of_the_table(tmp_path: Path) -> None:
    def away(_doing: str, _done: int, _total: int) -> None:
        raise DatabaseUnavailable("it is away")

    (tmp_path / "original").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(DatabaseUnavailable):
        make_table(tmp_path / "original", tmp_path, tmp_path / "table.parquet", away)


def test_a_process_of_its_own_makes_the_same(tmp_path: Path) -> None:
    (tmp_path / "original").write_text("날,값\n2026-11-01,7\n2026-11-02,-\n", encoding="utf-8")
    (here := tmp_path / "here").mkdir()
    (there := tmp_path / "there").mkdir()
    done: tuple[list[str], list[str]] = [], []
    report_here, report_there = ((lambda doing, *_, it=it: it.append(doing)) for it in done)
    one = make_table(tmp_path / "original", here, here / TABLE_NAME, report_here)
    other = make_apart(tmp_path / "original", there, there / TABLE_NAME, report_there)
    assert (other.model_dump_json(), done[1]) == (one.model_dump_json(), done[0])
    assert (there / TABLE_NAME).read_bytes() == (here / TABLE_NAME).read_bytes()


def test_a_process_of_its_own_says_why_and_ends_with_who_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, target = tmp_path / "original", tmp_path / TABLE_NAME
    original.write_bytes(b"PAR1 and no more")

    def stop(_doing: str, _done: int, _total: int) -> None:
        raise InterruptedError

    with pytest.raises(UnusableFiles, match="it is cut off"):
        make_apart(original, tmp_path, target, lambda *_: None)
    with pytest.raises(InterruptedError):
        make_apart(original, tmp_path, target, stop)
    monkeypatch.setattr(apart, "MODULE", "backend.no_such_module")  # ends without a word
    with pytest.raises(UnusableFiles, match="breaks what reads it"):
        make_apart(original, tmp_path, target, lambda *_: None)


def test_a_process_of_its_own_does_not_outlive_the_server(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "original")  # to open it is to wait
    asked = [str(tmp_path / "original"), str(tmp_path), str(tmp_path / TABLE_NAME)]
    command = [sys.executable, "-I", "-m", apart.MODULE, *asked]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(30) == apart.ORPHANED


def test_a_worker_is_given_the_table(home: DatasetsAlone, tmp_path: Path) -> None:
    home.service.fetch(sent(home, b"a\n1\n2\n"), tmp_path / "fetched")
    with closing(Duck([tmp_path / "fetched"])) as duck:
        assert duck.ask(f"FROM '{tmp_path}/fetched/table.parquet'") == [(1,), (2,)]


def test_the_first_rows_are_shown_and_long_texts_cut(home: DatasetsAlone) -> None:
    tables = DatasetTables(home.service)
    rows = [[str(n), "가" * 1_000] for n in range(FIRST_ROWS + 1)]
    shown = tables.shown(sent(home, written([["n", "글"], *rows]).encode()))
    assert (len(shown.first.rows), shown.first.is_cut) == (FIRST_ROWS, True)
    assert shown.first.rows[7] == (7, "가" * 200)
    pictures = home.take(good.folders())
    with pytest.raises(NoTable, match="this one is of pictures"):
        tables.opened(pictures.id, 1)


def test_a_page_that_unpacks_to_more_than_memory_is_refused(home: DatasetsAlone) -> None:
    ended = home.send(huge_page(), TABLE)
    assert "expected a table that can be read in 512 MB" in (ended.failure or "")
    assert home.left_behind() == []
