"""Talks with the assistant: what somebody asks, and the answer with what it stands on."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from contract.language import Language
from contract.names import visible_lines
from contract.tools import TableName, ToolAnswer

MAX_MESSAGE = 4000
"""Characters."""


class ChatAsked(BaseModel):
    """One message of somebody; characters that cannot be seen are dropped.

    It is about the record, or about the version `table` of a data set of one's own. Without a
    `conversation_id` a conversation begins; without a `language` the answer has that of the page's
    reader. The answer comes whole, or as it is written, as the request's `Accept` says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    message: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_MESSAGE),
        BeforeValidator(visible_lines),
    ]
    conversation_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    table: TableName | None = None
    language: Language | None = None


class ToolCall(BaseModel):
    """A tool that was asked for an answer: by this `id` the text says which number it has from it.

    `error` says why it gave none.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    answer: ToolAnswer | None = None
    error: str | None = None


class TokenUsage(BaseModel):
    """What the provider counted for one answer; nothing where it came from the cache."""

    model_config = ConfigDict(frozen=True)

    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)


class ChatAnswer(BaseModel):
    """The answer to one message.

    In `response` each number stands with the call that it came from, as `[1]` for the first of
    `tool_calls`. `unproved` are numbers of it that no call has, which the page marks.
    `cache_hit` where the same question was answered before, on the same data.
    """

    model_config = ConfigDict(frozen=True)

    response: str
    tool_calls: tuple[ToolCall, ...] = ()
    token_usage: TokenUsage = TokenUsage()
    cache_hit: bool = False
    conversation_id: str
    unproved: tuple[str, ...] = ()


class Spoken(BaseModel):
    """One turn of a conversation that is kept. `at` is in seconds since 1970 (UTC)."""

    model_config = ConfigDict(frozen=True)

    role: Literal["person", "assistant"]
    text: str
    at: float
    tool_calls: tuple[ToolCall, ...] = ()
    unproved: tuple[str, ...] = ()


class ConversationShown(BaseModel):
    """A conversation of the one who asks, with its turns where it is asked for alone."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    table: str | None
    began_at: float
    last_at: float
    turns: tuple[Spoken, ...] = ()


class ChatUsage(BaseModel):
    """What the caller has used of the assistant today, and may use in a day.

    A `day` is the household's, and begins at its midnight.
    """

    model_config = ConfigDict(frozen=True)

    day: date
    messages: int = Field(ge=0)
    messages_a_day: int
    token_usage: TokenUsage
    tokens_a_day: int
