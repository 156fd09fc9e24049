"""The text of an answer in pieces: words, marks of calls, and numbers that no call has."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MARK = re.compile(r"\[(\d{1,2})\]")


@dataclass(frozen=True)
class Piece:
    """Some of the text; of `call`, or `is_unproved`, or neither."""

    text: str
    call: str | None = None
    is_unproved: bool = False


def pieces_of(text: str, calls: Sequence[str], unproved: Sequence[str]) -> list[Piece]:
    """The whole text, in its order. A mark of a call that there is not is a word."""
    return list(_pieces(text, frozenset(calls), _pattern(unproved)))


def _pieces(text: str, calls: frozenset[str], unproved: re.Pattern[str] | None) -> Iterator[Piece]:
    begin = 0
    for mark in MARK.finditer(text):
        if mark[1] not in calls:
            continue
        yield from _words(text[begin : mark.start()], unproved)
        yield Piece(mark[0], call=mark[1])
        begin = mark.end()
    yield from _words(text[begin:], unproved)


def _words(text: str, unproved: re.Pattern[str] | None) -> Iterator[Piece]:
    begin = 0
    for found in unproved.finditer(text) if unproved else ():
        if found.start() > begin:
            yield Piece(text[begin : found.start()])
        yield Piece(found[0], is_unproved=True)
        begin = found.end()
    if begin < len(text):
        yield Piece(text[begin:])


def _pattern(unproved: Sequence[str]) -> re.Pattern[str] | None:
    """The longest first; no part of a longer number."""
    if not unproved:
        return None
    listed = "|".join(re.escape(it) for it in sorted(unproved, key=len, reverse=True))
    return re.compile(rf"(?<![\d.,])(?:{listed})(?![\d]|[.,]\d)")
