"""Which numbers of a text are in none of the calls that it names for them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.assistant.proof.found import NAME, Found, found_in
from backend.assistant.proof.mentions import mentions
from backend.assistant.proof.readings import Mention
from contract.assistant import ToolCall

MARK = re.compile(r"\[(\d{1,3})\]")
"""The first call is `[1]`."""
_SENTENCE = re.compile(r"(?<=[.!?。])(?!\s*\[\d)\s+|(?<=\])\s+(?=[A-Z가-힣])")
_ITEM = re.compile(r"\s*(?:[-*•|]|(?P<number>\d{1,3})[.)]\s)")
_SAID_BY_ALL = re.compile(
    r"(?<!\d)11[29](?=에|로|번에|번으로)|(?<=call )11[29]\b"
    r"|95\s?%(?=\s?(?:신뢰|confidence|interval|CI\b))",
    re.IGNORECASE,
)
"""Whom to call, and the width of an interval: these are of no record."""


@dataclass(frozen=True)
class _Piece:
    """A sentence, or an item of a list, and the marks that its numbers have."""

    text: str
    marks: frozenset[int]


def unproved(text: str, calls: Sequence[ToolCall]) -> tuple[str, ...]:
    """The numbers that no call has which is marked in the same sentence, each once.

    An item of a list has the marks of the line before the list, where it has none of its own.
    """
    found: dict[str, None] = {}
    for piece in _pieces(unicodedata.normalize("NFKC", text), len(calls)):
        said = _said(piece.text)
        if said:
            marked = (calls[number - 1].answer for number in piece.marks)
            answers = found_in(answer for answer in marked if answer is not None)
            found |= dict.fromkeys(it.text for it in said if not _is_in(it, piece.text, answers))
    return tuple(found)


def without_marks(text: str) -> str:
    """The text as it may stand where its calls do not."""
    return MARK.sub("", text)


def _is_in(mention: Mention, text: str, answers: Found) -> bool:
    for name in NAME.finditer(text):
        if name.start() <= mention.start < name.end():
            return answers.has_name(name[0])
    return any(map(answers.has, mention.readings))


def _said(text: str) -> list[Mention]:
    return mentions(_SAID_BY_ALL.sub(lambda it: " " * len(it[0]), text))


def _pieces(text: str, calls: int) -> Iterator[_Piece]:
    before: frozenset[int] = frozenset()
    numbered = 0
    for line in text.splitlines():
        item = _ITEM.match(line)
        if item and item["number"] and int(item["number"]) == numbered + 1:
            numbered += 1
            line = line[item.end() :]
        inherited = before if item else frozenset[int]()
        for sentence in _SENTENCE.split(line):
            marks = frozenset(_marks(sentence, calls))
            yield _Piece(_cleared(sentence, calls), marks or inherited)
        if line.strip() and not item:
            before, numbered = frozenset(_marks(line, calls)), 0


def _marks(text: str, calls: int) -> Iterator[int]:
    """The calls that it names, of those that there are."""
    return (number for it in MARK.findall(text) if 1 <= (number := int(it)) <= calls)


def _cleared(text: str, calls: int) -> str:
    """Without the marks of calls that there are; of others the number stays."""

    def blank(mark: re.Match[str]) -> str:
        return " " * len(mark[0]) if 1 <= int(mark[1]) <= calls else mark[0]

    return MARK.sub(blank, text)
