"""What a tool is given to answer from."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from backend.storage.duck import Duck
from backend.tools.errors import UnknownColumn
from contract.language import Language
from contract.tools import ColumnKind, TableColumn


@dataclass(frozen=True)
class Data:
    """A table in a database of DuckDB: `table` is its name there, ready for SQL.

    Times in it are local, by `zone`; `today` is the household's. `time_column` says when a row was,
    if any does. `version` changes whenever the rows do.
    """

    duck: Duck
    name: str
    table: str
    columns: tuple[TableColumn, ...]
    time_column: str | None
    zone: ZoneInfo
    today: date
    language: Language
    version: str
    is_generated: bool = False

    def column(self, name: str, *kinds: ColumnKind) -> TableColumn:
        """The column of this name; raises UnknownColumn where none is, or of another kind."""
        fitting = [it for it in self.columns if not kinds or it.kind in kinds]
        for column in fitting:
            if column.name == name:
                return column
        known = ", ".join(it.name for it in fitting)
        kind = " or ".join(kinds)
        raise UnknownColumn(f"expected {kind and f'a column of {kind}: '}one of {known}")
