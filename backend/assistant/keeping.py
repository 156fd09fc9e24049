"""What is kept of the calls of an answer: a part of each, since the database is in memory."""

from collections.abc import Iterable, Sequence
from datetime import date

from contract.assistant import ToolCall
from contract.record import RecordTable
from contract.tools import ToolAnswer

MAX_KEPT = 32_000
"""Characters of the calls of one answer."""
MAX_ROWS = 20
Days = tuple[str, str]
_ALWAYS: Days = (date.min.isoformat(), date.max.isoformat())


def kept(calls: Sequence[ToolCall]) -> tuple[ToolCall, ...]:
    """The calls with as much of each answer as there is room for: the facts before rows and plots.

    What is left out is asked again by the tool's name and arguments, which always stay.
    """
    room = MAX_KEPT // max(len(calls), 1)
    return tuple(_within(call, room) for call in calls)


def days_of_record(calls: Iterable[ToolCall]) -> Days | None:
    """The first and the last day of the record that the calls stand on; None if on nothing of it.

    A basis without days may be of any.
    """
    record = {table.value for table in RecordTable}
    bases = [it.answer.basis for it in calls if it.answer and it.answer.basis.table in record]
    spans = [
        (it.since.isoformat(), it.until.isoformat()) if it.since and it.until else _ALWAYS
        for it in bases
    ]
    if not spans:
        return None
    return min(since for since, _ in spans), max(until for _, until in spans)


def _within(call: ToolCall, room: int) -> ToolCall:
    answer = call.answer
    if answer is None or _length(answer) <= room:
        return call
    for smaller in (_without_plot(answer), _with_few_rows(answer), _bare(answer)):
        if _length(smaller) <= room:
            break
    return call.model_copy(update={"answer": smaller})


def _without_plot(answer: ToolAnswer) -> ToolAnswer:
    return answer.model_copy(update={"plot": None})


def _with_few_rows(answer: ToolAnswer) -> ToolAnswer:
    grid = answer.grid
    if grid is not None and len(grid.rows) > MAX_ROWS:
        grid = grid.model_copy(update={"rows": grid.rows[:MAX_ROWS], "is_cut": True})
    return answer.model_copy(update={"plot": None, "grid": grid})


def _bare(answer: ToolAnswer) -> ToolAnswer:
    return answer.model_copy(update={"plot": None, "grid": None, "facts": answer.facts[:50]})


def _length(answer: ToolAnswer) -> int:
    return len(answer.model_dump_json())
