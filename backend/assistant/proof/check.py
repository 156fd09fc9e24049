"""Which numbers of a text are in none of the calls that it names for them."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
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
    answers = [found_in(call.answer) if call.answer else Found() for call in calls]
    missing: dict[str, None] = {}
    for piece in _pieces(_plain(text), len(calls)):
        marked = [answers[number - 1] for number in piece.marks]
        names = _names(piece.text)
        said = mentions(_SAID_BY_ALL.sub(_blank, piece.text))
        missing |= dict.fromkeys(it.text for it in said if not _is_in(it, names, marked))
    return tuple(missing)


def without_marks(text: str) -> str:
    """The text as it may stand where its calls do not."""
    return MARK.sub("", text)


def _plain(text: str) -> str:
    """Each digit as one sign, with nothing between digits that nobody sees."""
    signs = unicodedata.normalize("NFKC", text)
    return "".join(it for it in signs if unicodedata.category(it) not in {"Cf", "Mn", "Me"})


def _is_in(mention: Mention, names: Mapping[int, str], answers: Sequence[Found]) -> bool:
    if name := names.get(mention.start):
        return any(answer.has_name(name) for answer in answers)
    return any(answer.has(it) for answer in answers for it in mention.readings)


def _names(text: str) -> dict[int, str]:
    """Of each place in the text the name that it is in, such as `hall2`."""
    found = NAME.finditer(text)
    return {place: name[0] for name in found for place in range(name.start(), name.end())}


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

    def cleared(mark: re.Match[str]) -> str:
        return _blank(mark) if 1 <= int(mark[1]) <= calls else mark[0]

    return MARK.sub(cleared, text)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
