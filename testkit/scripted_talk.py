"""Talks of which a script says what the model does: which calls it wants, and what it then says.

What it says may name facts of its calls, such as `{1.falls}` for the fact `falls` of the first, and
cells of their rows: `{1.rows.0.1}`, or `{1.kitchen.rows}` for the column `rows` of the row that
begins with `kitchen`. `{1.mean:.1f}` rounds. So a script says nothing that the tools do not.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from testkit.language_models.turns import CallScript, Heard, Turn

PLACE = re.compile(r"\{(\d+)\.([^}:]+)(?::([^}]+))?\}")


@dataclass(frozen=True)
class ScriptedAnswer:
    """What is answered to a `question`: after these calls it says this."""

    question: str
    calls: tuple[CallScript, ...]
    says: str


def scripted(answers: Sequence[ScriptedAnswer]) -> Callable[[Heard], Turn]:
    """A model that answers these questions, for LanguageModel(answers=…)."""
    by_question = {it.question: it for it in answers}

    def turn(heard: Heard) -> Turn:
        answer = by_question[heard.said[-1]]
        if answer.calls and not heard.results:
            return Turn("", answer.calls)
        return Turn(filled(answer.says, heard.results))

    return turn


def on(table: str, **arguments: Any) -> dict[str, Any]:
    """The arguments of a call about a table of the record."""
    return {"table": table, "arguments": arguments}


def filled(says: str, results: Sequence[str]) -> str:
    """The text with what the calls gave; raises KeyError where a call has no such fact."""
    given = [json.loads(result) for result in results]

    def place(match: re.Match[str]) -> str:
        value = _value(given[int(match[1]) - 1], match[2])
        return format(value, match[3]) if match[3] else str(value)

    return PLACE.sub(place, says)


def _value(result: Any, path: str) -> object:
    facts = {name: value for name, value, _ in result.get("facts", ())}
    if path in facts:
        return _plain(facts[path])
    cells = _cells(result)
    if path in cells:
        return cells[path]
    for step in path.split("."):
        result = result[int(step)] if isinstance(result, list) else result[step]
    return _plain(result)


def _cells(result: Any) -> dict[str, object]:
    """Each cell by the first one of its row and its column."""
    columns = [str(_plain(name)) for name, _ in result.get("columns", ())]
    return {
        f"{_plain(row[0])}.{column}": _plain(cell)
        for row in result.get("rows", ())
        for column, cell in zip(columns, row, strict=True)
    }


def _plain(cell: object) -> object:
    return cell.strip("⟦⟧") if isinstance(cell, str) else cell
