"""Answers each row of a table: `python -m modeling.training.carried.batch FOLDER SPEC`.

The model lies in FOLDER/checkpoint, the rows in FOLDER/table.csv; the answers come to
FOLDER/answers.csv. What is written goes on where an earlier try has ended.
"""

import csv
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from contract.tabular import BatchMade, BatchSpec
from modeling.perception.carried.talk import Talk
from modeling.tabular.checkpoint import TabularCheckpointError
from modeling.tabular.model import TabularModel
from modeling.tabular.table_answers import TableAnswers, TableError

MAX_ROWS = 1_000_000
PART_ROWS, PART_CELLS = 20_000, 1_000_000
"""So many are in memory at a time."""
CHECKPOINT, TABLE, ANSWERS, PARTS = "checkpoint", "table.csv", "answers.csv", "parts"
"""In the work folder."""

Row = list[str]


def main() -> None:
    """Carry out what the command line says."""
    spec = BatchSpec.model_validate_json(sys.argv[2])
    carry_out(Talk.begin(), Path(sys.argv[1]), spec)


def carry_out(talk: Talk, folder: Path, spec: BatchSpec) -> None:
    """Answer all rows, and tell the worker of it."""
    try:
        rows = answer_table(talk, folder, spec)
    except (TableError, TabularCheckpointError, csv.Error) as error:
        talk.refused(str(error))
    except UnicodeDecodeError:
        talk.refused("expected a CSV file in UTF-8")
    else:
        talk.finished(BatchMade(rows=rows).model_dump())


def answer_table(talk: Talk, folder: Path, spec: BatchSpec) -> int:
    """How many rows it has; raises TableError, TabularCheckpointError, csv.Error, ValueError."""
    model = TabularModel.load(folder / CHECKPOINT)
    with (folder / TABLE).open("rb") as file:
        table = Table.of(file)
        answers = TableAnswers(model, table.header, spec.language)
        size = max(1, (folder / TABLE).stat().st_size)
        rows = 0
        for number, part in enumerate(table.parts()):
            rows += len(part)
            if rows > MAX_ROWS:
                raise TableError(f"expected at most {MAX_ROWS:,} rows")
            _write_part(folder / PARTS / f"{number:05}.csv", part, answers)
            talk.progress("answering rows", min(file.tell(), size), size)
    _join(folder, answers.header)
    return rows


@dataclass(frozen=True)
class Table:
    """The rows of a CSV file, and its header."""

    header: Row
    rows: Iterator[Row]

    @classmethod
    def of(cls, file: BinaryIO) -> "Table":
        """Raises TableError where there is no header."""
        reader = csv.reader(TextIOWrapper(file, encoding="utf-8-sig", newline=""), strict=True)
        header = next(reader, None)
        if not header:
            raise TableError("expected a CSV file whose first line names the columns")
        return cls([name.strip() for name in header], filter(None, reader))

    def parts(self) -> Iterator[list[Row]]:
        """Its rows, some at a time; raises TableError for one of another length."""
        begin, rows = 0, max(1, min(PART_ROWS, PART_CELLS // len(self.header)))
        while part := list(islice(self.rows, rows)):
            for number, row in enumerate(part, begin + 1):
                if len(row) != len(self.header):
                    expected = f"expected {len(self.header)} cells, as in the header"
                    raise TableError(f"row {number}: {expected}, got {len(row)}")
            begin += len(part)
            yield part


def _write_part(path: Path, rows: list[Row], answers: TableAnswers) -> None:
    """Write the answers whole or not at all; those of an earlier try stay."""
    if path.exists():
        return
    path.parent.mkdir(exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(answers.answered(rows))
    partial.replace(path)


def _join(folder: Path, header: Row) -> None:
    """One file of all parts."""
    partial = folder / f"{ANSWERS}.partial"
    with partial.open("wb") as joined:
        # Spreadsheets take a file for UTF-8 only by its first bytes.
        joined.write(b"\xef\xbb\xbf")
        text = TextIOWrapper(joined, encoding="utf-8", newline="", write_through=True)
        csv.writer(text).writerow(header)
        for part in sorted((folder / PARTS).glob("*.csv")):
            with part.open("rb") as file:
                shutil.copyfileobj(file, joined)
        text.detach()
    partial.replace(folder / ANSWERS)


if __name__ == "__main__":
    main()
