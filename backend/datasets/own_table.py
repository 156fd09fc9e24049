"""A version of a data set of the kind `table`, ready to be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from contract.tools import TableColumn


@dataclass(frozen=True)
class OwnTable:
    """A Parquet file, whose content never changes, and its columns.

    `time_column` is the one that says when a row was: the first of days or times.
    """

    version_id: str
    title: str
    path: Path
    columns: Sequence[TableColumn]
    time_column: str | None
