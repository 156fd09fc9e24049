"""Forms of tools: what they offer, and what comes of what is filled in."""

import pytest
from pydantic import JsonValue

from backend.tools.registry import TOOLS
from backend.tools.service import info_of
from backend.web.asking.tool_form import FieldKind, arguments_of, fields_of
from backend.web.asking.words import AnswerWords
from backend.web.language import read_catalogues
from contract.tools import ColumnKind, TableColumn, TableInfo

WORDS = AnswerWords("en", read_catalogues()["en"])
TABLE = TableInfo(
    name="days",
    title="Days",
    columns=(
        TableColumn(name="day", kind=ColumnKind.DAY),
        TableColumn(name="active_hours", kind=ColumnKind.NUMBER, unit="h"),
        TableColumn(name="is_test", kind=ColumnKind.YES_NO),
    ),
    rows=3,
    is_own=False,
)


def kinds(name: str) -> dict[str, FieldKind]:
    fields = fields_of(info_of(TOOLS[name], "en"), TABLE, ["hall"], WORDS)
    return {it.name: it.kind for it in fields}


def filled_in(name: str, *pairs: tuple[str, str]) -> dict[str, JsonValue]:
    fields = fields_of(info_of(TOOLS[name], "en"), TABLE, ["hall"], WORDS)
    return arguments_of(fields, TABLE, pairs)


def test_schema_becomes_fields() -> None:
    assert kinds("histogram") == {
        "since": FieldKind.DAY,
        "until": FieldKind.DAY,
        "column": FieldKind.CHOICE,
        "bins": FieldKind.NUMBER,
    }
    assert kinds("describe")["columns"] is FieldKind.SEVERAL
    assert kinds("incidents_list")["with_untold"] is FieldKind.YES_NO
    assert kinds("activity")["place"] is FieldKind.CHOICE


@pytest.mark.parametrize("name", TOOLS)
def test_form_of_each_tool_offers_its_usual_values(name: str) -> None:
    for field in fields_of(info_of(TOOLS[name], "en"), TABLE, [], WORDS):
        known = [value for value, _ in field.options]
        assert not field.options or not field.usual or field.usual in known
        assert field.title != field.name


def test_what_is_filled_in_is_what_the_tool_takes() -> None:
    given = (("column", "active_hours"), ("bins", "7"), ("since", "2026-11-01"), ("until", ""))
    arguments = filled_in("histogram", *given)
    assert arguments == {"column": "active_hours", "bins": 7, "since": "2026-11-01"}
    assert filled_in("describe", ("columns", "day"), ("columns", "is_test")) == {
        "columns": ["day", "is_test"]
    }
    assert filled_in("histogram", ("bins", "many")) == {"bins": "many"}


@pytest.mark.parametrize(
    ("column", "operator", "value", "condition"),
    [
        ("active_hours", ">", "2.5", {"operator": ">", "value": 2.5}),
        ("active_hours", "one_of", "1, 2", {"operator": "one_of", "value": [1, 2]}),
        ("active_hours", "missing", "7", {"operator": "missing"}),
        ("is_test", "=", "Yes", {"operator": "=", "value": True}),
    ],
)
def test_condition(column: str, operator: str, value: str, condition: dict[str, JsonValue]) -> None:
    given = (("where_column", column), ("where_operator", operator), ("where_value", value))
    arguments = filled_in("histogram", ("column", "day"), *given)
    assert arguments["where"] == [{"column": column} | condition]
