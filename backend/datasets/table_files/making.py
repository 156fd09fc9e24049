"""Makes the table of a file: `table.parquet`, and `table.json`, which says what was decided."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

from backend.datasets.errors import UnusableFiles
from backend.datasets.table_files.describing import ReadColumn, described
from backend.datasets.table_files.from_csv import TEXTS_NAME, CsvTable
from backend.datasets.table_files.from_parquet import ParquetTable
from backend.datasets.table_files.marks import is_parquet
from backend.datasets.table_files.parquet_files import parquet_source, write_parquet
from backend.storage.duck import Duck, quoted
from backend.storage.errors import DatabaseUnavailable, QuestionTooLarge, QuestionTooLong
from contract.own_tables import TableDescription

MEMORY_MB = 512

Report = Callable[[str, int, int], None]
"""What is done, and how many of how many bytes of it are over. It may raise, to stop."""


def make_table(original: Path, folder: Path, target: Path, report: Report) -> TableDescription:
    """Write the table in `original` to `target` as Parquet, whose types are known.

    Other files are written to `folder`, and deleted. Raises UnusableFiles.
    """
    duck = Duck([original.parent, folder, target.parent], MEMORY_MB)
    with closing(duck), _refusing():
        if is_parquet(original):
            return _of_parquet(duck, original, target, report)
        return _of_csv(duck, original, folder, target, report)


def _of_csv(
    duck: Duck, original: Path, folder: Path, target: Path, report: Report
) -> TableDescription:
    size = original.stat().st_size
    report("finding the encoding", 0, size)
    table = CsvTable(duck, original, folder)
    columns, csv = table.read(lambda done: report("reading the rows", done, size))
    made = _made(duck, table.source, columns, target, report)
    (folder / TEXTS_NAME).unlink()
    return made.model_copy(update={"csv": csv})


def _of_parquet(duck: Duck, original: Path, target: Path, report: Report) -> TableDescription:
    report("reading the columns", 0, 1)
    table = ParquetTable(duck, original)
    return _made(duck, table.source, table.read(), target, report)


def _made(
    duck: Duck, source: str, columns: list[ReadColumn], target: Path, report: Report
) -> TableDescription:
    report("writing the table", 0, 1)
    values = ", ".join(f"{it.value} AS {quoted(it.name)}" for it in columns)
    write_parquet(duck, f"SELECT {values} FROM {source}", target, len(columns))
    report("describing the columns", 0, 1)
    own = parquet_source(target, len(columns))
    rows, descriptions = described(duck, own, columns, source)
    return TableDescription(rows=rows, columns=descriptions)


@contextmanager
def _refusing() -> Iterator[None]:
    """Raise UnusableFiles for what DuckDB cannot read, or not in bounded memory and time."""
    try:
        yield
    except (DatabaseUnavailable, QuestionTooLarge, QuestionTooLong, duckdb.Error) as error:
        if not isinstance(error.__cause__ or error, duckdb.Error):
            raise  # the factory's own database, which is told how far it is
        (said, *_) = str(error.__cause__ or error).splitlines() or [""]
        raise UnusableFiles(
            f"expected a table that can be read in {MEMORY_MB} MB: {said}"
        ) from error
