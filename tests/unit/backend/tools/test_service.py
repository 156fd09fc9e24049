"""Who may ask what, and what an answer says of its ground."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backend.access.keys import HOUSEHOLD, Caller
from backend.access.roles import Role
from backend.datasets.errors import UnknownDataset
from backend.datasets.own_table import OwnTable
from backend.errors import Forbidden, InvalidInput
from backend.record.columns import COLUMNS
from backend.record.snapshot import Snapshot
from backend.storage.duck import Duck, quoted, quoted_text
from backend.tools.errors import UnknownTable, UnknownTool, WrongTable
from backend.tools.registry import GENERAL
from backend.tools.service import ToolService
from backend.tools.tables import Tables
from contract.record import RecordTable
from contract.tools import ColumnKind, ToolAsked
from testkit.askable import SEOUL, TODAY, TYPES, column

VIEWER = Caller("viewer", person_id=2, role=Role.VIEWER)
STRANGERS_OWNER = Caller("owner", person_id=9, household_id=2, role=Role.OWNER)
OWN = [column("날", ColumnKind.DAY), column("값", unit="kg")]
NOON = 1_796_007_600.0


class Records:
    """A record of one household in which one day is known."""

    def __init__(self) -> None:
        self.duck = Duck()
        for table, columns in COLUMNS.items():
            types = ", ".join(f"{quoted(it.name)} {TYPES[it.kind]}" for it in columns)
            self.duck.ask(f"CREATE TABLE {quoted(table)} ({types})")
        self.duck.ask("INSERT INTO days (day, place, falls) VALUES (?, 'hall', 2)", [TODAY])

    @contextmanager
    def snapshot(self, household_id: int) -> Iterator[Snapshot]:
        assert household_id in (1, 2)
        yield Snapshot(self.duck, SEOUL, "v7", is_generated=True)


class OwnTables:
    """One table of the household 1."""

    def __init__(self, folder: Path) -> None:
        path = folder / "table.parquet"
        duck = Duck([folder])
        rows = "(FROM (VALUES (DATE '2026-11-01', 71.5), (DATE '2026-11-02', 'nan'::DOUBLE)) t(날, 값))"
        duck.ask(f"COPY {rows} TO {quoted_text(str(path))}")
        duck.close()
        self.table = OwnTable("a1b2", "몸무게", path, OWN, "날")

    def opened(self, version_id: str, household_id: int) -> OwnTable:
        if (version_id, household_id) != ("a1b2", 1):
            raise UnknownDataset("none")
        return self.table

    def tables(self, household_id: int) -> list[OwnTable]:
        return [self.table] if household_id == 1 else []


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ToolService:
    own = OwnTables(tmp_path_factory.mktemp("own"))
    tables = Tables(Records(), own, lambda _: SEOUL, lambda: NOON)
    return ToolService(tables, lambda _: "ko")


def test_everybody_asks_the_record(service: ToolService) -> None:
    found = service.ask(VIEWER, "count_by", ToolAsked(table="days", arguments={"column": "place"}))
    assert found.basis.model_dump() == {
        "table": "days",
        "rows": 1,
        "days": 1,
        "since": TODAY,
        "until": TODAY,
        "is_generated": True,
        "data_version": "v7",
    }
    assert found.arguments == {"where": [], "column": "place", "limit": 30}
    assert found.grid is not None
    assert found.grid.rows[0][:2] == ("hall", 1)


def test_owners_ask_their_own_tables(service: ToolService) -> None:
    found = service.ask(HOUSEHOLD, "describe", ToolAsked(table="a1b2"))
    assert found.grid is not None
    assert found.grid.rows[0][:4] == ("값", "kg", 1, 71.5)
    assert (found.basis.since, found.basis.rows) == (date(2026, 11, 1), 2)


@pytest.mark.parametrize(
    ("caller", "tool", "table", "error"),
    [
        (VIEWER, "describe", "a1b2", Forbidden),
        (STRANGERS_OWNER, "describe", "a1b2", UnknownTable),
        (HOUSEHOLD, "describe", "none", UnknownTable),
        (HOUSEHOLD, "no_tool", "days", UnknownTool),
    ],
)
def test_who_may_not_ask_is_refused(
    service: ToolService, caller: Caller, tool: str, table: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        service.ask(caller, tool, ToolAsked(table=table))


def test_tool_of_other_tables_is_refused(
    service: ToolService, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from backend.tools import service as module

    narrow = replace(GENERAL[0], tables=(RecordTable.HOURS,), takes_own=False)
    monkeypatch.setitem(module.TOOLS, "columns", narrow)
    for table in ("days", "a1b2"):
        with pytest.raises(WrongTable, match="expected one of hours"):
            service.ask(HOUSEHOLD, "columns", ToolAsked(table=table))


def test_tables_say_what_is_in_them(service: ToolService) -> None:
    shown = service.tables(HOUSEHOLD)
    assert [it.name for it in shown] == [*RecordTable, "a1b2"]
    assert shown[0].title == "날마다, 카메라마다"
    assert (shown[0].rows, shown[0].since, shown[0].is_generated) == (1, TODAY, True)
    assert (shown[-1].title, shown[-1].rows, shown[-1].is_own) == ("몸무게", 2, True)
    assert [it.name for it in service.tables(VIEWER, "en")] == list(RecordTable)


def test_too_little_is_said_in_the_language_of_who_asks(service: ToolService) -> None:
    asked = ToolAsked(table="hours")
    assert "행이 모자랍니다" in str(service.ask(VIEWER, "describe", asked).too_little)
    english = asked.model_copy(update={"language": "en"})
    assert "too few rows" in str(service.ask(VIEWER, "describe", english).too_little)


def test_every_tool_has_a_schema_that_takes_nothing_else(service: ToolService) -> None:
    for language in ("ko", "en"):
        for info in service.tools(language):
            assert info.arguments["additionalProperties"] is False, info.name
            assert info.title
            assert len(info.description) > 30, info.name


@pytest.mark.parametrize("arguments", [{"no": 1}, {"columns": "n"}, {"since": "yesterday"}])
def test_wrong_arguments_say_what_was_expected(service: ToolService, arguments: Any) -> None:
    with pytest.raises(InvalidInput, match=next(iter(arguments))):
        service.ask(VIEWER, "describe", ToolAsked(table="days", arguments=arguments))
