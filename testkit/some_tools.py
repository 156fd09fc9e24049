"""A room of tools with a few rows in it, for tests of who asks tools."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from backend.access.keys import Caller
from backend.access.roles import Role
from backend.tools.errors import UnknownColumn, UnknownTable, UnknownTool
from contract.language import Language
from contract.record import RecordTable
from contract.tools import (
    Basis,
    Cell,
    ColumnKind,
    Fact,
    Grid,
    TableColumn,
    ToolAnswer,
    ToolAsked,
    ToolInfo,
)

OWN_TABLE = "5f3a9c1e7b2d4608"
OTHERS_TABLE = "of-another-household"
SINCE, UNTIL = date(2026, 11, 23), date(2026, 11, 29)
COLUMNS = (
    TableColumn(name="place", kind=ColumnKind.TEXT),
    TableColumn(name="falls", kind=ColumnKind.NUMBER),
)
WHERE = {
    "type": "object",
    "properties": {"column": {"type": "string"}, "since": {"$ref": "#/$defs/Day"}},
    "$defs": {"Day": {"type": "string"}},
}


@dataclass
class SomeTools:
    """`rows` are of every table; each `asked` question is noted with who asked it.

    `count_by` answers with the rows and their sum, `columns` with the columns.
    """

    rows: list[tuple[str, float]] = field(default_factory=lambda: [("거실", 2), ("침실", 1)])
    version: str = "v1"
    asked: list[tuple[Caller, str, ToolAsked]] = field(default_factory=list)
    before_answering: Callable[[], None] = lambda: None

    def tools(self, language: Language) -> Sequence[ToolInfo]:
        """Two tools."""
        return [_info("count_by", language), _info("columns", language)]

    def ask(self, caller: Caller, name: str, asked: ToolAsked) -> ToolAnswer:
        """The answer; own tables are for owners, those of others for nobody."""
        self.asked.append((caller, name, asked))
        self.before_answering()
        if name not in ("count_by", "columns"):
            raise UnknownTool("no such tool")
        is_record = asked.table in list(RecordTable)
        if not is_record and (asked.table != OWN_TABLE or caller.role is not Role.OWNER):
            raise UnknownTable("no such table")
        if "column" in asked.arguments and asked.arguments["column"] not in ("place", "falls"):
            raise UnknownColumn("expected one of place, falls")
        rows: tuple[tuple[Cell, ...], ...] = tuple(self.rows)
        basis = Basis(
            table=asked.table,
            rows=len(rows),
            days=7,
            since=SINCE,
            until=UNTIL,
            data_version=self.version,
        )
        return ToolAnswer(
            tool=name,
            arguments=asked.arguments,
            basis=basis,
            facts=(Fact(name="falls", value=sum(falls for _, falls in self.rows)),),
            grid=Grid(columns=COLUMNS, rows=rows),
        )


def _info(name: str, language: Language) -> ToolInfo:
    arguments: dict[str, Any] = dict(WHERE)
    return ToolInfo(
        name=name,
        title=name if language == "en" else f"{name} 도구",
        description=f"What {name} is for.",
        arguments=arguments,
        tables=tuple(RecordTable),
        takes_own=True,
    )
