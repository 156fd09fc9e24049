"""Whatever a tool answers has words in both languages."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from backend.record.columns import COLUMNS
from backend.tools.registry import TOOLS
from backend.tools.tool import Said
from backend.web.asking.form_names import ARGUMENTS
from backend.web.asking.form_names import TOOLS as TOOL_WORDS
from backend.web.asking.words import NAMES, WORDED, AnswerWords, number
from backend.web.language import read_catalogues
from contract.language import Language
from contract.record import RecordTable
from contract.tools import Cell, ColumnKind, TableColumn
from testkit.askable import TODAY
from testkit.generated_record import generated_record
from testkit.record_tables import RecordTables, record_tables

RISES = {"column": "rises"}
ASKED = {
    "distribution": [{"column": "active_hours"}],
    "histogram": [{"column": "active_hours"}],
    "outliers": [{"column": "active_hours"}],
    "count_by": [{"column": "day", "part": "weekday"}],
    "cross_table": [{"column": "rises", "other": "incidents"}],
    "correlation": [{"column": "active_hours", "other": "rises"}],
    "seasonality": [{"column": "active_hours"}],
    "top": [{"column": "active_hours"}],
    "group_by": [{"by": "day", "part": "month", "column": "active_hours"}],
    "pivot": [{"by": "day", "part": "month", "across": "day", "across_part": "weekday"} | RISES],
    "compare_periods": [{"column": "active_hours", "since": "2026-11-16", "until": "2026-11-29"}],
    "trend": [{"column": "active_hours"}],
    "moving_average": [{"column": "active_hours"}],
    "activity": [{"by": "day"}],
    "false_alarms": [{"by": it} for it in ("hour", "label", "seen")],
    "answers": [{"by": it} for it in ("answer", "place")],
}
TEXTS = read_catalogues()


@pytest.fixture(scope="module")
def record() -> Iterator[RecordTables]:
    """Twelve weeks before three cameras, generated."""
    with record_tables(generated_record(TODAY - timedelta(days=1), 84, 3), TODAY) as tables:
        yield tables


def words(language: Language = "en") -> AnswerWords:
    return AnswerWords(language, TEXTS[language])


def _names(answer: Said, said: AnswerWords) -> Iterator[str]:
    yield from (said.name(it.name) for it in answer.facts)
    yield from (said.name(it.name) for it in (answer.grid.columns if answer.grid else ()))
    if answer.plot:
        yield said.column(answer.plot.x)
        yield said.column(answer.plot.y)
        yield from (said.name(it.name) for it in answer.plot.series)


def _texts(answer: Said, said: AnswerWords) -> Iterator[str]:
    """The cells that are words of ours."""
    yield from (said.cell(it.name, it.value) for it in answer.facts if it.name in WORDED)
    for row in answer.grid.rows if answer.grid else ():
        for column, value in zip(answer.grid.columns, row, strict=True):  # type: ignore[union-attr]
            if column.name in WORDED:
                yield said.cell(column.name, value)


@pytest.mark.parametrize("name", TOOLS)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_raw_name_of_an_answer_is_shown(
    record: RecordTables, name: str, language: Language
) -> None:
    tool, said = TOOLS[name], words(language)
    any_table = RecordTable.PERSON_DAYS if len(tool.tables) > 1 else tool.tables[0]
    for arguments in ASKED.get(name, [{}]):
        wanted = tool.wanted.model_validate_json(json.dumps(arguments))
        answer = tool.answer(record.data(any_table, language), wanted)
        shown = [*_names(answer, said), *_texts(answer, said)]
        assert [it for it in shown if "_" in it] == []


def test_each_column_of_the_record_each_tool_and_argument_has_words() -> None:
    assert {it.name for columns in COLUMNS.values() for it in columns} <= NAMES.keys()
    assert TOOL_WORDS.keys() == TOOLS.keys()
    arguments = {it for tool in TOOLS.values() for it in tool.wanted.model_fields}
    assert ARGUMENTS.keys() == arguments


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("active_hours", None, "–"),
        ("first_moved_hour", 7.5, "07:30"),
        ("day (weekday)", 1, "Mon"),
        ("is_test", True, "yes"),
        ("began_at", datetime(2026, 11, 30, 7, 5), "2026-11-30 07:05"),  # noqa: DTZ001
        ("day", date(2026, 11, 30), "2026-11-30"),
        ("verdict", "false_alarm", "a false alarm"),
        ("place", "false_alarm", "false_alarm"),
        ("active_hours", 3.14159, "3.14"),
        ("p_value", 0.000123, "0.000123"),
    ],
)
def test_cell_is_shown_as_people_write_it(column: str, value: Cell, shown: str) -> None:
    assert words().cell(column, value) == shown


def test_interval_of_a_name_and_a_name_of_somebodys_own() -> None:
    assert words().name("walking_speed_change_low") == "Walking speed: change: lower end"
    assert words().name("glucose_low") == "glucose_low"
    column = TableColumn(name="glucose", kind=ColumnKind.NUMBER, unit="mg/dl")
    assert words("ko").column(column) == "glucose (mg/dl)"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (-0.0, "0"), (12, "12"), (12.5, "12.5"), (12345.6, "12,346"), (-0.004, "-0.004")],
)
def test_number(value: float, shown: str) -> None:
    assert number(value) == shown
