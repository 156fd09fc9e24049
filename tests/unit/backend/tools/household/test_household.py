"""What all tools of the record have in common."""

import contextlib
import json
from collections.abc import Iterator
from datetime import date
from itertools import product
from math import isfinite
from typing import Any, get_args

import pytest

from backend.errors import InvalidInput
from backend.tools.answers import MAX_POINTS, MAX_ROWS
from backend.tools.household import HOUSEHOLD
from backend.tools.tool import Said, Tool
from contract.language import Language
from contract.record import RecordTable
from testkit.generated_record import generated_record
from testkit.record_tables import RecordTables, record_tables

TODAY = date(2026, 11, 30)
EACH = pytest.mark.parametrize("tool", HOUSEHOLD, ids=lambda it: it.name)
LANGUAGES: tuple[Language, ...] = get_args(Language)


@pytest.fixture(scope="module")
def record() -> Iterator[RecordTables]:
    rows = generated_record(date(2026, 11, 29), days=60, cameras=3)
    with record_tables(rows, TODAY) as opened:
        yield opened


@pytest.fixture(scope="module")
def empty() -> Iterator[RecordTables]:
    with record_tables({}, TODAY) as opened:
        yield opened


def answered(tool: Tool[Any], record: RecordTables, language: Language = "ko") -> Said:
    return tool.answer(record.data(tool.tables[0], language), tool.wanted())


def numbers(said: Said) -> Iterator[float]:
    cells = [it.value for it in said.facts]
    cells += [cell for row in (said.grid.rows if said.grid else ()) for cell in row]
    yield from (it for it in cells if isinstance(it, float))


def test_each_has_a_name_of_its_own() -> None:
    assert len({it.name for it in HOUSEHOLD}) == len(HOUSEHOLD) == 13


@EACH
def test_answers_a_usual_record_with_finite_numbers(tool: Tool[Any], record: RecordTables) -> None:
    said = answered(tool, record)

    assert said.too_little is None
    assert said.rows > 0
    assert said.since
    assert said.until
    assert said.facts
    assert all(isfinite(it) for it in numbers(said))
    names = [it.name for it in said.facts]
    assert len(names) == len(set(names))


@EACH
def test_tables_and_plots_are_whole_and_small(tool: Tool[Any], record: RecordTables) -> None:
    said = answered(tool, record)

    assert said.grid
    assert 0 < len(said.grid.rows) <= MAX_ROWS
    assert {len(row) for row in said.grid.rows} == {len(said.grid.columns)}
    for series in said.plot.series if said.plot else ():
        points = len(series.x) * len(series.y) if series.z else len(series.x)
        assert 0 < points <= MAX_POINTS


@EACH
def test_says_which_share_was_seen(tool: Tool[Any], record: RecordTables) -> None:
    assert "seen_percent" in {it.name for it in answered(tool, record).facts}


@EACH
def test_an_empty_record_is_too_little_in_each_language(
    tool: Tool[Any], empty: RecordTables
) -> None:
    said = {language: answered(tool, empty, language) for language in LANGUAGES}

    assert len({it.too_little for it in said.values()}) == len(LANGUAGES)
    for one in said.values():
        assert one.too_little
        assert (one.facts, one.grid, one.plot) == ((), None, None)


@EACH
def test_days_at_the_ends_of_the_calendar_are_answered_or_refused(
    tool: Tool[Any], record: RecordTables
) -> None:
    names = {"day", "since", "until"} & set(tool.wanted.model_fields)
    for name, day in product(names, ("0001-01-01", "1999-12-31", "9999-12-31")):
        wanted = tool.wanted.model_validate({name: day})
        with contextlib.suppress(InvalidInput):
            assert isinstance(tool.answer(record.data(tool.tables[0]), wanted), Said)


@pytest.mark.parametrize(
    "tool",
    [it for it in HOUSEHOLD if "place" in it.wanted.model_fields],
    ids=lambda it: it.name,
)
def test_a_place_that_no_camera_has_is_refused_whatever_it_is(
    tool: Tool[Any], record: RecordTables
) -> None:
    for place in ("다락", "", "\0", "' OR 1=1 --", "🙂" * 100):
        wanted = tool.wanted.model_validate({"place": place})
        with pytest.raises(InvalidInput, match="expected one of"):
            tool.answer(record.data(tool.tables[0]), wanted)


@EACH
def test_its_arguments_are_described_for_who_asks(tool: Tool[Any]) -> None:
    schema = json.loads(json.dumps(tool.wanted.model_json_schema()))

    assert schema["additionalProperties"] is False
    assert len(schema["description"]) > 80
    assert all(it.get("description") for it in schema["properties"].values())
    assert set(tool.title) == set(LANGUAGES)
    assert not tool.takes_own
    assert set(tool.tables) < set(RecordTable)
