import numpy as np
import pytest

from modeling.training.tabular.table import TableError, read_table

CSV = """day,who,speed,is_up,note
2026-11-01,김,0.5,true,
2026-11-02,이,,false,fine
"""


def test_columns_of_a_file_are_numbers_texts_and_times(tmp_path):
    (tmp_path / "days.csv").write_text(CSV, encoding="utf-8")
    table = read_table(tmp_path / "days.csv")
    assert {name: column.kind for name, column in table.columns.items()} == {
        "day": "time", "who": "text", "speed": "number", "is_up": "number", "note": "text",
    }  # fmt: skip
    assert table.column("day").cells.tolist() == [20758.0, 20759.0]
    np.testing.assert_equal(table.column("speed").cells, [0.5, np.nan])
    assert table.column("is_up").cells.tolist() == [1.0, 0.0]
    assert table.column("who").cells.tolist() == ["김", "이"]
    assert table.column("note").cells.tolist() == [None, "fine"]


def test_a_parquet_file_is_read_and_columns_of_other_kinds_are_left_out(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    path = tmp_path / "table.parquet"
    duckdb.sql(
        'SELECT 1::DECIMAL(5,2) AS "a ""b""", [1, 2] AS list, \'x\' AS word, '
        "TIMESTAMP '1970-01-02 12:00:00' AS at"
    ).write_parquet(str(path))
    table = read_table(path)
    assert list(table.columns) == ['a "b"', "word", "at"]
    assert table.column("at").cells.tolist() == [1.5]


@pytest.mark.parametrize("content", [b"", b"PAR1 nothing", b"\xff\xfe\x00"])
def test_what_is_no_table_is_refused(tmp_path, content):
    (tmp_path / "table.parquet").write_bytes(content)
    with pytest.raises(TableError, match=r"table\.parquet is no table, expected Parquet or CSV"):
        read_table(tmp_path / "table.parquet")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(TableError, match="is no table"):
        read_table(tmp_path / "none.csv")
