"""A talk with tools: what a model is told, and what it says or wants to be called."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from contract.assistant import TokenUsage

Hear = Callable[[str], None]
"""Is given each piece of a text as it comes."""
Json = dict[str, Any]
TokenCount = Annotated[int, Field(ge=0, le=10**7)]
"""As a provider counts; a message of so many tokens there is none."""


@dataclass(frozen=True)
class Utterance:
    """Something that was said before."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True)
class OfferedTool:
    """A tool that the model may want to be called; `arguments` is their JSON schema."""

    name: str
    description: str
    arguments: Json


@dataclass(frozen=True)
class WantedCall:
    """A call that the model wants; `arguments` are None where they were no JSON object."""

    id: str
    name: str
    arguments: dict[str, JsonValue] | None


@dataclass(frozen=True)
class ModelTurn:
    """What the model said, and which calls it wants; without calls it has done.

    `native` is the same in the provider's own form, which wants it back as it was: there may be
    more in it, such as signed thoughts.
    """

    text: str
    calls: tuple[WantedCall, ...]
    native: JsonValue
    usage: TokenUsage


@dataclass(frozen=True)
class CallResult:
    """What came of one call."""

    call: WantedCall
    text: str
    is_error: bool = False


Results = tuple[CallResult, ...]
"""What came of all calls of a turn, in their order."""
Message = Utterance | ModelTurn | Results


@dataclass(frozen=True)
class Talk:
    """A talk so far: the model has the next turn."""

    instructions: str
    messages: tuple[Message, ...]
    tools: tuple[OfferedTool, ...]
