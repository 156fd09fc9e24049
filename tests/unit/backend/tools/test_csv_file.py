"""A CSV file that a spreadsheet opens without harm."""

import csv
import io
from datetime import date
from typing import Any

import pytest

from backend.tools.csv_file import csv_of
from backend.tools.errors import TooLittle
from contract.tools import ColumnKind
from testkit.askable import column, data_of

COLUMNS = [
    column("day", ColumnKind.DAY),
    column("=a", ColumnKind.TEXT),
    column("n"),
    column("told", ColumnKind.YES_NO),
]


def lines(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\tx", "\r=1"])
def test_text_that_looks_like_a_formula_is_none(ask: Any, text: str) -> None:
    data = data_of(COLUMNS, [(date(2026, 11, 30), text, -1.5, True)])
    header, row = lines(csv_of(ask("filter", data)))
    assert header == ["day", "'=a", "n", "told"]
    assert row == ["2026-11-30", f"'{text}", "-1.5", "true"]


def test_other_texts_come_as_they_are(ask: Any) -> None:
    texts = ["거실", 'a "b", c', "two\nlines", ""]
    data = data_of(COLUMNS, [(date(2026, 11, 30), it, None, None) for it in texts])
    assert [row[1:] for row in lines(csv_of(ask("filter", data)))[1:]] == [
        [it, "", ""] for it in texts
    ]


def test_answer_without_a_table_has_its_facts(ask: Any) -> None:
    found = lines(csv_of(ask("compare_periods", column="걸음", since="2026-10-11")))
    assert found[0] == ["name", "value", "unit"]
    assert found[1][0] == "mean"


def test_too_little_is_no_file(ask: Any) -> None:
    with pytest.raises(TooLittle, match="too few rows"):
        csv_of(ask("describe", data_of(COLUMNS)))
