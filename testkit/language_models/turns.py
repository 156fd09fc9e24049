"""What a stand-in says in a talk with tools, and what it has heard of one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

CallScript = tuple[str, dict[str, Any]]
"""The name of a tool, and its arguments."""


@dataclass(frozen=True)
class Turn:
    """What it says, and the calls that it wants. One that `is_cut` ends in the middle.

    One that `hangs` never ends by itself.
    """

    text: str = ""
    calls: tuple[CallScript, ...] = ()
    input_tokens: int = 700
    output_tokens: int = 60
    is_cut: bool = False
    hangs: bool = False


@dataclass(frozen=True)
class Heard:
    """What it was told: the instructions, what people said, what its calls gave, and its tools."""

    instructions: str
    said: tuple[str, ...]
    results: tuple[str, ...]
    """Since somebody last said something."""
    tools: tuple[str, ...]


Answering = Callable[[Heard], Turn]


def pieces(text: str, length: int = 7) -> list[str]:
    """A text in pieces, as a stream has it."""
    return [text[at : at + length] for at in range(0, len(text), length)]
