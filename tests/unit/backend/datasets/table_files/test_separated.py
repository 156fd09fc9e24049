"""Rows of cells, and what separates them."""

from pathlib import Path

import pytest

from backend.datasets.errors import UnusableFiles
from backend.datasets.table_files.encodings import Encoding, encoding_of
from backend.datasets.table_files.separated import MAX_ROW_CHARS, Separated, separator_of


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b;c\n1,5;2,5;3,5\n", ";"),
        ("a\tb\n1,2\t3\n", "\t"),
        ('"a,b"|"c"\n"1,2"|"3"\n', "|"),
        ("글\n안녕, 나야\n그래\n응\n", None),
        ("a\n1\n2\n", None),
        ('a,b\n1,"2\n', ","),
    ],
)
def test_what_makes_rows_equally_long_separates(
    tmp_path: Path, text: str, separator: str | None
) -> None:
    path = tmp_path / "table"
    path.write_text(text, encoding="utf-8")
    assert separator_of(path, "utf-8") == separator


def test_a_row_may_have_many_lines_and_no_more_characters_than_that(tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_text('a,b\r\n"1\r\n2",3\r\n\r\n4,5', encoding="utf-8", newline="")
    rows = [(row.line, row.cells) for row in Separated(path, "utf-8", ",").rows()]
    assert rows == [(1, ["a", "b"]), (3, ["1\r\n2", "3"]), (4, []), (5, ["4", "5"])]
    path.write_text("a\n" + "1," * MAX_ROW_CHARS, encoding="utf-8")
    with pytest.raises(UnusableFiles, match="line 2: expected a row of at most 500,000"):
        list(Separated(path, "utf-8", ",").rows())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"abc", Encoding("utf-8")),
        ("이름".encode(), Encoding("utf-8")),
        ("체중".encode(), Encoding("utf-8", is_certain=False)),
        ("이름".encode("utf-8-sig"), Encoding("utf-8-sig")),
        ("이름".encode("utf-16"), Encoding("utf-16")),
        ("이름".encode("cp949"), Encoding("cp949")),
        ("漢字".encode("euc-kr"), Encoding("cp949", is_certain=False)),
    ],
)
def test_the_first_encoding_that_all_is_in(
    tmp_path: Path, content: bytes, expected: Encoding
) -> None:
    path = tmp_path / "table"
    path.write_bytes(content)
    assert encoding_of(path) == expected
