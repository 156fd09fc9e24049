"""A text of separated cells: what is decided of it, and its columns."""

from collections.abc import Sequence
from pathlib import Path

from backend.datasets.errors import UnusableFiles
from backend.datasets.table_files.choosing import Choice, choices_for, decimal_of
from backend.datasets.table_files.copying import Copied, Report, copy_plainly, plain_source
from backend.datasets.table_files.describing import ReadColumn
from backend.datasets.table_files.encodings import encoding_of
from backend.datasets.table_files.fitting import Texts
from backend.datasets.table_files.header import column_names, is_header
from backend.datasets.table_files.parquet_files import parquet_source, write_parquet
from backend.datasets.table_files.readings import Decimal, text_value
from backend.datasets.table_files.separated import Separated, separator_of
from backend.storage.duck import Duck
from contract.own_tables import CsvDescription
from contract.tools import ColumnKind

TEXTS_NAME, PLAIN_NAME = "texts.parquet", "plain.csv"


class CsvTable:
    """The text at `path`. In `folder` it is written again, as DuckDB can read it at once."""

    def __init__(self, duck: Duck, path: Path, folder: Path) -> None:
        self._duck, self._folder = duck, folder
        self.encoding = encoding_of(path)
        self._text = Separated(path, self.encoding.name, separator_of(path, self.encoding.name))
        first, *others = [row.cells for row in self._text.sample()] or [[]]
        if not first:
            raise UnusableFiles("expected a header and rows, the file is empty")
        self.has_header = is_header(first, others)
        self._titles = first if self.has_header else [""] * len(first)
        self.source = parquet_source(folder / TEXTS_NAME, len(first))

    def read(self, report: Report) -> tuple[list[ReadColumn], CsvDescription]:
        """How each column is read; its cells are in `source`. Raises UnusableFiles."""
        copied = self._copy(report)
        texts = Texts(self._duck, self.source, len(self._titles))
        preferred: Decimal | None = "." if self._text.separator == "," else None
        choices = choices_for(texts, len(self._titles), preferred)
        return self._columns(texts, choices), self._described(copied, choices)

    def _copy(self, report: Report) -> Copied:
        """By way of one text that DuckDB reads in one way only."""
        plain, columns = self._folder / PLAIN_NAME, len(self._titles)
        copied = copy_plainly(
            self._text, columns, has_header=self.has_header, path=plain, report=report
        )
        source = plain_source(plain, columns)
        write_parquet(self._duck, f"FROM {source}", self._folder / TEXTS_NAME, columns)
        plain.unlink()
        return copied

    def _columns(self, texts: Texts, choices: Sequence[Choice]) -> list[ReadColumn]:
        words = texts.missing_words([it.reading for it in choices])
        names = column_names(self._titles)
        of_each = zip(names, self._titles, choices, words, strict=True)
        return [_column(f"c{at}", *it) for at, it in enumerate(of_each)]

    def _described(self, copied: Copied, choices: Sequence[Choice]) -> CsvDescription:
        return CsvDescription(
            encoding=self.encoding.name,
            is_encoding_certain=self.encoding.is_certain,
            separator=self._text.separator,
            decimal=decimal_of([it.reading] for it in choices if it.reading),
            has_header=self.has_header,
            blank_lines=copied.blank_lines,
            short_rows=copied.short_rows,
            short_lines=tuple(copied.short_lines),
        )


def _column(
    column: str, name: str, title: str, choice: Choice, missing_words: dict[str, int]
) -> ReadColumn:
    reading = choice.reading
    return ReadColumn(
        name=name,
        title=title,
        kind=reading.kind if reading else ColumnKind.TEXT,
        value=reading.value(column) if reading else text_value(column),
        unit=reading.unit if reading else None,
        read_as=reading.shown if reading else None,
        is_certain=choice.is_certain,
        missing_words=missing_words,
        misfits=choice.misfits,
    )
