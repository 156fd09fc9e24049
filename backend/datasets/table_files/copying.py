"""A text of any encoding and separator as one that DuckDB reads in one way only."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from backend.datasets.errors import UnusableFiles
from backend.datasets.table_files.separated import Row, Separated
from backend.storage.duck import quoted_text
from contract.own_tables import MAX_COLUMNS, MAX_ROWS

LINES_NAMED = 5
REPORT_ROWS = 20_000
MAX_LINE_BYTES = 4 * 2**20
"""A row of the most characters, all quoted, with four bytes each and some to spare."""

Report = Callable[[int], None]
"""How many bytes of the file are read. It may raise, to stop."""


@dataclass
class Copied:
    """What became of the rows: those with fewer cells than columns are filled up."""

    columns: int
    rows: int = 0
    blank_lines: int = 0
    short_rows: int = 0
    short_lines: list[int] = field(default_factory=list)


def copy_plainly(
    text: Separated, columns: int, *, has_header: bool, path: Path, report: Report
) -> Copied:
    """Write the rows below the header to `path`; see `plain_source`.

    Raises UnusableFiles for a row with more cells than columns: nobody knows which are whose.
    """
    if columns > MAX_COLUMNS:
        raise UnusableFiles(f"expected at most {MAX_COLUMNS:,} columns, got {columns:,}")
    copied = Copied(columns)
    rows = _rows(text, copied, report)
    if has_header:
        next(rows, None)
        copied.rows -= 1
    with path.open("x", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    if copied.rows < 1:
        raise UnusableFiles("expected a row of values at least, there is none")
    return copied


def plain_source(path: Path, columns: int) -> str:
    """What DuckDB can read it from: columns `c0`, `c1` … of texts; an empty cell is NULL."""
    types = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(columns))
    return (
        f"read_csv({quoted_text(str(path))}, auto_detect = false, header = false, delim = ',', "
        f"""quote = '"', escape = '"', nullstr = '', new_line = '\\n', """
        f"max_line_size = {MAX_LINE_BYTES}, columns = {{{types}}})"
    )


def _rows(text: Separated, copied: Copied, report: Report) -> Iterator[list[str]]:
    for row in text.rows():
        if not row.cells:
            copied.blank_lines += 1
            continue
        copied.rows += 1
        if copied.rows % REPORT_ROWS == 0:
            report(text.bytes_read)
        if copied.rows > MAX_ROWS + 1:
            raise UnusableFiles(f"expected at most {MAX_ROWS:,} rows")
        yield row.cells if len(row.cells) == copied.columns else _filled(row, copied)


def _filled(row: Row, copied: Copied) -> list[str]:
    if len(row.cells) > copied.columns:
        said = f"expected {copied.columns} cells as in the first row, got {len(row.cells)}"
        raise UnusableFiles(f"line {row.line}: {said}")
    copied.short_rows += 1
    if len(copied.short_lines) < LINES_NAMED:
        copied.short_lines.append(row.line)
    return row.cells + [""] * (copied.columns - len(row.cells))
