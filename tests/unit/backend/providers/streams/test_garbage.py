"""Events that no provider should send: each is garbage to the stream, and no error of its own."""

import json
from collections.abc import Callable
from typing import Any, Protocol

import pytest

from backend.providers.base import Failure, ProviderFailed
from backend.providers.streams.anthropic import AnthropicStream
from backend.providers.streams.gemini import GeminiStream
from backend.providers.streams.openai import OpenAIStream
from backend.providers.talk import Hear, ModelTurn


class Stream(Protocol):
    """What reads the events of a provider."""

    def take(self, data: str, /) -> None:
        """One event."""

    def turn(self) -> ModelTurn:
        """All of them."""


def begun(block: Any) -> list[Any]:
    """A block of Anthropic's that begins so, and goes on with text and a thought."""
    deltas = ({"type": "text_delta", "text": "a"}, {"type": "thinking_delta", "thinking": "b"})
    return [
        {"type": "content_block_start", "index": 0, "content_block": block},
        *({"type": "content_block_delta", "index": 0, "delta": it} for it in deltas),
        {"type": "message_stop"},
    ]


def take(stream: Stream, events: list[Any]) -> None:
    for event in events:
        stream.take(json.dumps(event))


@pytest.mark.parametrize("count", [-1, 10**30, 1.5, "many"])
@pytest.mark.parametrize(
    ("stream", "event"),
    [
        (AnthropicStream, lambda it: {"type": "message_delta", "usage": {"output_tokens": it}}),
        (
            AnthropicStream,
            lambda it: {"type": "message_start", "message": {"usage": {"input_tokens": it}}},
        ),
        (GeminiStream, lambda it: {"usageMetadata": {"promptTokenCount": it}}),
        (OpenAIStream, lambda it: {"usage": {"prompt_tokens": it}}),
    ],
)
def test_tokens_that_nobody_can_have_counted_are_garbage(
    stream: Callable[[Hear], Stream], event: Callable[[Any], Any], count: Any
) -> None:
    with pytest.raises(ProviderFailed) as raised:
        stream(list[str]().append).take(json.dumps(event(count)))
    assert raised.value.failure is Failure.GARBAGE


@pytest.mark.parametrize(
    "block", [{"type": "text", "text": 5}, {"type": "thinking", "thinking": {}}, {"text": None}]
)
def test_block_that_is_no_text_is_garbage(block: Any) -> None:
    stream = AnthropicStream(list[str]().append)
    with pytest.raises(ProviderFailed) as raised:
        take(stream, begun(block))
    assert raised.value.failure is Failure.GARBAGE


def test_block_that_begins_without_a_text_has_what_follows() -> None:
    heard: list[str] = []
    stream = AnthropicStream(heard.append)
    take(stream, begun({"type": "text"}))
    assert (stream.turn().text, heard) == ("a", ["a"])
