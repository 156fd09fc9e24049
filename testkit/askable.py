"""A table in memory that tools can be asked of."""

from collections.abc import Iterable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from backend.storage.duck import Duck, quoted
from backend.tools.data import Data
from contract.language import Language
from contract.tools import ColumnKind, TableColumn

SEOUL = ZoneInfo("Asia/Seoul")
TODAY = date(2026, 11, 30)
TYPES = {
    ColumnKind.NUMBER: "DOUBLE",
    ColumnKind.TEXT: "VARCHAR",
    ColumnKind.YES_NO: "BOOLEAN",
    ColumnKind.DAY: "DATE",
    ColumnKind.TIME: "TIMESTAMP",
}


def column(name: str, kind: ColumnKind = ColumnKind.NUMBER, unit: str | None = None) -> TableColumn:
    """A column of numbers, or of another kind."""
    return TableColumn(name=name, kind=kind, unit=unit)


def data_of(
    columns: Sequence[TableColumn],
    rows: Iterable[Sequence[object]] = (),
    language: Language = "en",
) -> Data:
    """A table of these rows. The first column of days or times says when."""
    duck = Duck()
    types = ", ".join(f"{quoted(it.name)} {TYPES[it.kind]}" for it in columns)
    cells = [list(cells) for cells in zip(*rows, strict=True)] or [[] for _ in columns]
    unnested = ", ".join(f"unnest(CAST(? AS {TYPES[it.kind]}[]))" for it in columns)
    duck.ask(f"CREATE TABLE asked ({types})")
    duck.ask(f"INSERT INTO asked SELECT {unnested}", cells)
    return data_in(duck, columns, language)


def data_in(duck: Duck, columns: Sequence[TableColumn], language: Language = "en") -> Data:
    """The table `asked` of a database."""
    when = next((it for it in columns if it.kind in (ColumnKind.DAY, ColumnKind.TIME)), None)
    return Data(
        duck=duck,
        name="asked",
        table="asked",
        columns=tuple(columns),
        time_column=when.name if when else None,
        zone=SEOUL,
        today=TODAY,
        language=language,
        version="1",
    )
