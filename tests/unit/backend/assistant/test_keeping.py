"""What is kept of the calls of an answer."""

from datetime import date

from backend.assistant.keeping import MAX_KEPT, days_of_record, kept
from contract.assistant import ToolCall
from testkit.made_calls import BASIS, call


def test_what_is_kept_is_bounded_and_has_its_facts_and_arguments() -> None:
    calls = tuple(
        call(rows=200, points=2000, text="거실 " * 50, call_id=str(it)) for it in range(9)
    )
    small = kept(calls)
    assert sum(len(it.model_dump_json()) for it in small) < MAX_KEPT + 9 * 100
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
