"""What a model is told of answers of tools."""

import json
from datetime import datetime

from backend.assistant.results import MAX_TOLD, told
from contract.assistant import ToolCall
from contract.tools import Fact
from testkit.made_calls import call


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
