"""Talks of which a script says what the model does: which calls it wants, and what it then says.

What it says may name facts of its calls, such as `{1.falls}` for the fact `falls` of the first, and
cells of their rows, such as `{1.rows.0.1}`. So a script says nothing that the tools do not.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from testkit.language_models.turns import CallScript, Heard, Turn

PLACE = re.compile(r"\{(\d+)\.([^}]+)\}")


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
        return str(_value(given[int(match[1]) - 1], match[2]))

    return PLACE.sub(place, says)


def _value(result: Any, path: str) -> object:
    facts = {name: value for name, value, _ in result.get("facts", ())}
    if path in facts:
        value = facts[path]
        return value.strip("⟦⟧") if isinstance(value, str) else value
    for step in path.split("."):
        result = result[int(step)] if isinstance(result, list) else result[step]
    return result
