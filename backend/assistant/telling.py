"""What is told of an answer while it comes about."""

from collections.abc import Callable
from dataclasses import dataclass

from contract.assistant import ToolCall


@dataclass(frozen=True)
class TextSaid:
    """A piece of text. One of a later round starts over: what came before it is void."""

    round: int
    text: str


Tell = Callable[[TextSaid | ToolCall], None]


def tell_nobody(_told: TextSaid | ToolCall) -> None:
    """For who waits for the whole answer."""
