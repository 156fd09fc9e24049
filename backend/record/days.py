"""The daily table and the extent of all tables, asked of a snapshot."""

from datetime import date

from backend.record.columns import TIME_COLUMN
from backend.record.schemas import DayShown, TableShown
from backend.storage.duck import Duck, quoted
from contract.record import RecordTable

COLUMNS = ", ".join(DayShown.model_fields)
DAYS = f"""
    SELECT {COLUMNS} FROM days
    WHERE day BETWEEN ? AND ? AND (?::VARCHAR IS NULL OR camera_id = ?)
    ORDER BY day, camera_id
"""  # noqa: S608


def days_between(duck: Duck, since: date, until: date, camera_id: str | None) -> list[DayShown]:
    """The days from `since` to `until`, both included, of one camera or all."""
    names = list(DayShown.model_fields)
    rows = duck.ask(DAYS, [since, until, camera_id, camera_id])
    return [DayShown.model_validate(dict(zip(names, row, strict=True))) for row in rows]


def tables_of(duck: Duck) -> list[TableShown]:
    """Which tables there are, and how far they reach."""
    return [_table(duck, table) for table in RecordTable]


def _table(duck: Duck, table: RecordTable) -> TableShown:
    at = quoted(TIME_COLUMN[table])
    sql = f"SELECT count(*), min({at})::DATE, max({at})::DATE FROM {quoted(table)}"  # noqa: S608
    rows, since, until = duck.ask(sql)[0]
    return TableShown(name=table, rows=rows, since=since, until=until)
