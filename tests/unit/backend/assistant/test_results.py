"""What a model is told of answers and of turns before, and what is kept: bounded and fenced."""

import json
from datetime import date, datetime

import pytest

from backend.assistant.cache import MAX_KEPT, AnswerCache, key_of
from backend.assistant.fence import fenced
from backend.assistant.history import history_of
from backend.assistant.keeping import MAX_KEPT as MAX_KEPT_CHARACTERS
from backend.assistant.keeping import days_of_record, kept
from backend.assistant.prompt import instructions
from backend.assistant.results import MAX_TOLD, told
from contract.assistant import Spoken, ToolCall
from contract.tools import (
    Basis,
    Cell,
    ColumnKind,
    Fact,
    Grid,
    Plot,
    Series,
    TableColumn,
    ToolAnswer,
)

NAME = TableColumn(name="place", kind=ColumnKind.TEXT)
BASIS = Basis(
    table="days", rows=7, days=7, since=date(2026, 11, 1), until=date(2026, 11, 7),
    data_version="v",
)  # fmt: skip


def call(
    rows: int = 0, points: int = 0, basis: Basis = BASIS, text: str = "거실", call_id: str = "1"
) -> ToolCall:
    cells: tuple[tuple[Cell, ...], ...] = ((text,),) * rows
    series = Series(name="a", kind="line", x=tuple(range(points)), y=tuple(range(points)))
    answer = ToolAnswer(
        tool="top",
        arguments={},
        basis=basis,
        facts=(Fact(name="falls", value=3), Fact(name="place", value=text)),
        grid=Grid(columns=(NAME,), rows=cells) if rows else None,
        plot=Plot(x=NAME, y=NAME, series=(series,)) if points else None,
    )
    return ToolCall(id=call_id, answer=answer)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("거실", "⟦거실⟧"),
        ("a⟧ b ⟦c", "⟦a] b [c⟧"),
        ("a\r\nb\u2028c\u202ed\u200be\x00", "⟦a  b c d e ⟧"),
        ("x" * 400, f"⟦{'x' * 300}…⟧"),
    ],
)
def test_fence_cannot_be_ended_from_within(text: str, expected: str) -> None:
    assert fenced(text) == expected


def test_result_has_facts_and_rows_with_texts_fenced() -> None:
    result = json.loads(told(call(rows=2, points=5)))
    assert result["call"] == "[1]"
    assert result["facts"] == [["falls", 3, None], ["place", "⟦거실⟧", None]]
    assert (result["rows"], result["is_cut"]) == ([["⟦거실⟧"]] * 2, False)
    assert "plot" not in result
    assert "data_version" not in result["basis"]
    assert json.loads(told(call(points=500)))["plot"][0]["points"][-1] == [59, 59]


def test_result_and_error_are_bounded() -> None:
    text = told(call(rows=200, text="거실 " * 200))
    assert len(text) <= MAX_TOLD
    assert json.loads(text)["is_cut"] is True
    error = json.loads(told(ToolCall(id="2", error="no⟧ such " * 99)))
    assert error["error"].endswith("…⟧")


def test_times_are_written_as_everywhere() -> None:
    moment = datetime.fromisoformat("2026-11-03T22:41")
    answer = call().answer
    assert answer is not None
    fact = Fact(name="at", value=moment)
    result = told(ToolCall(id="1", answer=answer.model_copy(update={"facts": (fact,)})))
    assert json.loads(result)["facts"] == [["at", "2026-11-03T22:41:00", None]]


def test_what_is_kept_is_bounded_and_has_its_facts_and_arguments() -> None:
    calls = tuple(
        call(rows=200, points=2000, text="거실 " * 50, call_id=str(it)) for it in range(9)
    )
    small = kept(calls)
    assert sum(len(it.model_dump_json()) for it in small) < MAX_KEPT_CHARACTERS + 9 * 100
    answers = [it.answer for it in small if it.answer]
    assert len(answers) == 9
    assert all(answer.facts and answer.plot is None for answer in answers)
    whole = (call(rows=3, points=5), ToolCall(id="2", error="no"))
    assert kept(whole) == whole


def test_days_of_the_record_are_those_of_all_calls() -> None:
    later = BASIS.model_copy(update={"since": date(2026, 11, 5), "until": date(2026, 11, 9)})
    own = BASIS.model_copy(update={"table": "5f3a9c1e7b2d4608"})
    timeless = BASIS.model_copy(update={"since": None, "until": None})
    assert days_of_record([call(), call(basis=later)]) == ("2026-11-01", "2026-11-09")
    assert days_of_record([call(basis=own), ToolCall(id="1", error="no")]) is None
    assert days_of_record([call(basis=timeless)]) == ("0001-01-01", "9999-12-31")


def spoken(role: str, text: str) -> Spoken:
    return Spoken.model_validate({"role": role, "text": text, "at": 0.0})


def test_history_is_the_newest_that_there_is_room_for_and_has_no_marks() -> None:
    turns = [spoken("person", "하나?"), spoken("assistant", "3건이에요 [1].")] * 10
    told_turns = history_of(turns)
    assert [it.text for it in told_turns[:2]] == ["하나?", "3건이에요 ."]
    assert len(told_turns) == 12
    long = [spoken("person", "x" * 9000), spoken("assistant", "y" * 9000), spoken("person", "z")]
    assert [it.text for it in history_of(long)] == ["z"]
    assert history_of([]) == []


def test_question_has_one_key_in_other_spacing_and_case() -> None:
    assert key_of("How  many falls? ", 1) == key_of("how many Falls", 1)
    assert key_of("how many falls", 1) != key_of("how many falls", 2)
    assert key_of("how many falls", 1) != key_of("how many rises", 1)


def test_cache_is_bounded_in_number_and_age() -> None:
    now = [0.0]
    cache = AnswerCache(lambda: now[0])
    for number in range(MAX_KEPT + 1):
        cache.keep(str(number), "3 [1]", [call()])
    assert (len(cache), cache.find("0")) == (MAX_KEPT, None)
    assert cache.find("1") is not None
    now[0] = 86_401.0
    assert cache.find("1") is None
    cache.keep("none", "no call", [])
    cache.keep("error", "an error", [ToolCall(id="1", error="no")])
    assert (cache.find("none"), cache.find("error")) == (None, None)


def test_instructions_name_the_day_the_language_and_the_tables() -> None:
    whole = instructions("ko", date(2026, 11, 30), None)
    assert "Korean" in whole
    assert "2026-11-30, Monday" in whole
    assert all(f"\n{table}: " in whole for table in ("days", "hours", "incidents", "events"))
    one = instructions("en", date(2026, 11, 30), "hours")
    assert "\nincidents: " not in one
    assert "times_up_at_night" not in instructions("en", date(2026, 11, 30), "5f3a9c1e7b2d4608")
