"""Who may ask what, and what an answer says of its ground."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest

from backend.access.keys import HOUSEHOLD, Caller
from backend.access.roles import Role
from backend.errors import Forbidden, InvalidInput, TooManyRequests
from backend.tools.data import Data
from backend.tools.errors import UnknownTable, UnknownTool, WrongTable
from backend.tools.registry import GENERAL, TOOLS
from backend.tools.scope import Scope
from backend.tools.service import AT_ONCE, IN_LINE, ToolService
from backend.tools.tables import Tables
from backend.tools.tool import Said
from contract.record import RecordTable
from contract.tools import ToolAsked
from testkit.askable import SEOUL, TODAY
from testkit.asked_tables import FewRecords, OneOwnTable
from testkit.households import HOME

VIEWER = Caller("viewer", HOME, person_id=2, role=Role.VIEWER)
STRANGERS_OWNER = Caller("owner", person_id=9, household_id=2, role=Role.OWNER)
NOON = 1_796_007_600.0


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ToolService:
    own = OneOwnTable(tmp_path_factory.mktemp("own"))
    tables = Tables(FewRecords(), own, lambda _: SEOUL, lambda: NOON)
    return ToolService(tables, lambda _: "ko")


def test_everybody_asks_the_record(service: ToolService) -> None:
    found = service.ask(VIEWER, "count_by", ToolAsked(table="days", arguments={"column": "place"}))
    assert found.basis.model_dump() == {
        "table": "days",
        "rows": 3,
        "days": 2,
        "since": date(2026, 11, 29),
        "until": TODAY,
        "is_generated": True,
        "data_version": "1-v7",
    }
    assert found.arguments == {"where": [], "column": "place", "limit": 30}
    assert found.grid is not None
    assert found.grid.rows[0][:2] == ("거실", 2)


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


def test_third_question_at_a_time_hears_when_to_ask_again(tmp_path: Path) -> None:
    tables = Tables(FewRecords(), OneOwnTable(tmp_path), lambda _: SEOUL)
    service = ToolService(tables, lambda _: "ko", wait_sec=0.05)
    asked = ToolAsked(table="days")
    begun, go_on = Barrier(AT_ONCE + 1), Event()

    def held(data: Data, wanted: Scope) -> Said:
        begun.wait(10)
        go_on.wait(10)
        return GENERAL[0].answer(data, wanted)

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(AT_ONCE) as pool:
        patch.setitem(TOOLS, "columns", replace(GENERAL[0], answer=held))
        waiting = [pool.submit(service.ask, VIEWER, "columns", asked) for _ in range(AT_ONCE)]
        begun.wait(10)
        with pytest.raises(TooManyRequests, match="expected the next one in 1 s"):
            service.ask(VIEWER, "describe", asked)
        go_on.set()
        assert all(it.result(10).grid for it in waiting)
    assert service.ask(VIEWER, "describe", asked).grid


def test_who_finds_a_long_line_hears_at_once_that_it_is_too_long(tmp_path: Path) -> None:
    tables = Tables(FewRecords(), OneOwnTable(tmp_path), lambda _: SEOUL)
    service = ToolService(tables, lambda _: "ko", wait_sec=60.0)
    asked = ToolAsked(table="days")
    go_on, refused = Event(), Event()

    def held(data: Data, wanted: Scope) -> Said:
        go_on.wait(10)
        return GENERAL[0].answer(data, wanted)

    def ask() -> bool:
        try:
            return bool(service.ask(VIEWER, "columns", asked).grid)
        except TooManyRequests:
            refused.set()
            return False

    many = AT_ONCE + IN_LINE
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(many + 1) as pool:
        patch.setitem(TOOLS, "columns", replace(GENERAL[0], answer=held))
        waiting = [pool.submit(ask) for _ in range(many + 1)]
        assert refused.wait(10)
        go_on.set()
        assert sum(it.result(10) for it in waiting) == many


def test_tool_of_other_tables_is_refused(
    service: ToolService, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = replace(GENERAL[0], tables=(RecordTable.HOURS,), takes_own=False)
    monkeypatch.setitem(TOOLS, "columns", narrow)
    for table in ("days", "a1b2"):
        with pytest.raises(WrongTable, match="expected one of hours"):
            service.ask(HOUSEHOLD, "columns", ToolAsked(table=table))


def test_tables_say_what_is_in_them(service: ToolService) -> None:
    shown = service.tables(HOUSEHOLD)
    assert [it.name for it in shown] == [*RecordTable, "a1b2"]
    assert shown[0].title == "날마다, 카메라마다"
    assert (shown[0].rows, shown[0].until, shown[0].is_generated) == (3, TODAY, True)
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
