"""A tool of the record asked of rows that stand in a test."""

from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from backend.tools.tool import Said, Tool
from contract.language import Language
from contract.tools import Cell
from testkit.askable import SEOUL, TODAY
from testkit.record_tables import Rows, record_tables

W = TypeVar("W", bound=BaseModel)


def ask(
    tool: Tool[W],
    rows: Rows,
    *,
    today: date = TODAY,
    zone: ZoneInfo = SEOUL,
    language: Language = "ko",
    **arguments: object,
) -> Said:
    """What the tool says, asked of its first table with these arguments."""
    with record_tables(rows, today, zone) as record:
        data = record.data(tool.tables[0], language)
        return tool.answer(data, tool.wanted.model_validate(arguments))


def facts_of(said: Said) -> dict[str, Cell]:
    """The facts by their names."""
    return {it.name: it.value for it in said.facts}


def rows_of(said: Said) -> list[tuple[Cell, ...]]:
    """The rows of the grid; none without one."""
    return list(said.grid.rows) if said.grid else []
