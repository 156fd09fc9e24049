"""Takes lines out of a file of the journal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.events.journal.record import Head
from backend.events.journal.repair import split
from common.files import prepare

Goes = Callable[[Head], bool]
"""Whether the line with this head is to go."""


@dataclass(frozen=True)
class Sifted:
    """A file without the lines that go: `following` is to take its place, if anything goes.

    `gone` are the heads of those lines.
    """

    following: Path | None
    gone: Sequence[Head]


def sift(path: Path, judge: Callable[[Sequence[Head]], Goes]) -> Sifted:
    """Write beside `path` what stays of it; `judge` is shown all heads at once.

    What is damaged goes in any case: whose it was cannot be told. A file that is not there any more
    has nothing. Raises OSError.
    """
    try:
        pieces = list(split(path.read_bytes()))
    except FileNotFoundError:
        return Sifted(None, ())
    heads = [head for _, head in pieces if head]
    goes = judge(heads)
    stays = [line for line, head in pieces if head and not goes(head)]
    if len(stays) == len(pieces):
        return Sifted(None, ())
    return Sifted(prepare(path, b"".join(stays)), [head for head in heads if goes(head)])


def count(path: Path, goes: Goes) -> int:
    """How many lines of a file go; 0 where it is not there any more. Raises OSError."""
    try:
        return sum(1 for _, head in split(path.read_bytes()) if head and goes(head))
    except FileNotFoundError:
        return 0
