"""Rows of separated cells, read in bounded memory."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice, takewhile
from pathlib import Path
from typing import TextIO

from backend.datasets.errors import UnusableFiles

SEPARATORS = ("\t", ";", "|", ",")
"""Where two do equally well the first: numbers have commas in them."""
NOWHERE = "\x1f"
"""Separates the cells of a row that is one cell."""
MAX_ROW_CHARS = 500_000
SAMPLE_ROWS, SAMPLE_CHARS = 1_000, 2 * 2**20
LEAST_SHARE = 0.5
"""So many rows have one number of cells, or it is not what separates them."""


@dataclass(frozen=True)
class Row:
    """The cells of a row, which ends in this line of the file; a blank line has none."""

    line: int
    cells: list[str]


class Lines(Iterator[str]):
    """The lines of a text. Raises UnusableFiles where those of one row are too long for one."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.number, self.chars, self._row_chars = 0, 0, 0

    def __next__(self) -> str:
        line = self._text.readline(MAX_ROW_CHARS + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self.chars += len(line)
        self._row_chars += len(line)
        if self._row_chars > MAX_ROW_CHARS:
            raise UnusableFiles(
                f"line {self.number}: expected a row of at most {MAX_ROW_CHARS:,} characters"
            )
        if "\0" in line:
            raise UnusableFiles(f"line {self.number}: expected text without NUL characters")
        return line

    def end_row(self) -> None:
        """What follows is of another row."""
        self._row_chars = 0


class Separated:
    """The rows of the text at `path`, from its beginning, each time that it is read."""

    def __init__(self, path: Path, encoding: str, separator: str | None) -> None:
        self._path, self._encoding, self.separator = path, encoding, separator
        self.bytes_read = 0

    def rows(self) -> Iterator[Row]:
        """All of them; raises UnusableFiles, by the line, where a quote does not end its cell."""
        for row, _ in self._rows():
            yield row

    def sample(self) -> Iterator[Row]:
        """The first that are not blank."""
        first = takewhile(lambda it: it[1] <= SAMPLE_CHARS, self._rows())
        return islice((row for row, _ in first if row.cells), SAMPLE_ROWS)

    def _rows(self) -> Iterator[tuple[Row, int]]:
        with self._path.open("rb") as file:
            lines = Lines(io.TextIOWrapper(file, encoding=self._encoding, newline=""))
            reader = csv.reader(lines, delimiter=self.separator or NOWHERE, strict=True)
            try:
                for cells in reader:
                    lines.end_row()
                    self.bytes_read = file.tell()
                    yield Row(lines.number, cells), lines.chars
            except csv.Error as error:
                said = "expected cells of at most 131,072 characters, each quote at its cell's ends"
                raise UnusableFiles(f"line {lines.number}: {said} ({error})") from error


def separator_of(path: Path, encoding: str) -> str | None:
    """What makes most rows of the sample equally long; None where nothing does."""
    found, best = None, LEAST_SHARE
    for separator in SEPARATORS:
        share = _share(Separated(path, encoding, separator))
        if share > best:
            found, best = separator, share
    return found


def _share(text: Separated) -> float:
    """Of the sample's rows, those that have as many cells as most; 0 where that is one cell."""
    lengths: Counter[int] = Counter()
    with suppress(UnusableFiles):  # who reads it for good says where
        lengths.update(len(row.cells) for row in text.sample())
    ((length, count),) = lengths.most_common(1) or [(1, 0)]
    return count / lengths.total() if length > 1 else 0.0
