"""A talk with tools over Anthropic's Messages API: `tool_use`, `tool_result`, `stream`."""

from typing import Any

from pydantic import BaseModel, JsonValue

from backend.providers.base import Failure, ProviderFailed
from backend.providers.http import parsed, taken_as
from backend.providers.streams.arguments import arguments_of
from backend.providers.talk import (
    Hear,
    Json,
    Message,
    ModelTurn,
    Talk,
    TokenCount,
    Utterance,
    WantedCall,
)
from contract.assistant import TokenUsage

CACHED = {"type": "ephemeral"}
"""Tools and rules, which are the same in each turn, cost a tenth from its cache."""
PASSING = {"overloaded_error", "rate_limit_error", "api_error", "timeout_error"}


class _Usage(BaseModel):
    input_tokens: TokenCount = 0
    cache_creation_input_tokens: TokenCount | None = None
    cache_read_input_tokens: TokenCount | None = None
    output_tokens: TokenCount = 0


class _Start(BaseModel):
    usage: _Usage = _Usage()


class _Delta(BaseModel):
    type: str = ""
    text: str = ""
    thinking: str = ""
    signature: str = ""
    partial_json: str = ""
    stop_reason: str | None = None


class _Block(BaseModel):
    """What is gone on with here; a block goes back with all that it has."""

    text: str = ""
    thinking: str = ""
    signature: str = ""


class _Error(BaseModel):
    type: str = ""


class _Event(BaseModel):
    type: str
    index: int = 0
    message: _Start = _Start()
    content_block: dict[str, Any] = {}
    delta: _Delta = _Delta()
    usage: _Usage = _Usage()
    error: _Error = _Error()


class AnthropicStream:
    """Reads one turn."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._blocks: dict[int, Json] = {}
        self._inputs: dict[int, str] = {}
        self._input_tokens = self._output_tokens = 0
        self._stop_reason: str | None = None
        self._is_whole = False

    def take(self, data: str) -> None:
        """One event; raises ProviderFailed."""
        event = taken_as(_Event, parsed(data))
        if event.type == "error":
            raise _failed(event.error)
        if event.type == "message_start":
            self._input_tokens = _input_tokens(event.message.usage)
        elif event.type == "content_block_start":
            begun = taken_as(_Block, event.content_block)
            self._blocks[event.index] = dict(event.content_block)
            self._say(begun.text)
        elif event.type == "content_block_delta":
            self._extend(event.index, event.delta)
        elif event.type == "message_delta":
            self._stop_reason = event.delta.stop_reason
            self._output_tokens = event.usage.output_tokens
        self._is_whole |= event.type == "message_stop"

    def turn(self) -> ModelTurn:
        """What all of it was; raises ProviderFailed where that is no answer."""
        if not self._is_whole:
            raise ProviderFailed(Failure.CUT, 0.0)
        if self._stop_reason == "refusal":
            raise ProviderFailed(Failure.REFUSED)
        calls = tuple(self._call(index) for index in self._of_type("tool_use"))
        text = "".join(self._blocks[index].get("text", "") for index in self._of_type("text"))
        blocks = [self._blocks[index] for index in sorted(self._blocks)]
        native: list[JsonValue] = [it for it in blocks if it != {"type": "text", "text": ""}]
        usage = TokenUsage(input_tokens=self._input_tokens, output_tokens=self._output_tokens)
        return ModelTurn(text, calls, native, usage)

    def _extend(self, index: int, delta: _Delta) -> None:
        block = self._blocks.setdefault(index, {"type": "text", "text": ""})
        if delta.type == "input_json_delta":
            self._inputs[index] = self._inputs.get(index, "") + delta.partial_json
        elif delta.type == "text_delta":
            block["text"] = block.get("text", "") + delta.text
            self._say(delta.text)
        elif delta.type == "thinking_delta":
            block["thinking"] = block.get("thinking", "") + delta.thinking
        elif delta.type == "signature_delta":
            block["signature"] = block.get("signature", "") + delta.signature

    def _say(self, text: str) -> None:
        if text:
            self._hear(text)

    def _of_type(self, kind: str) -> list[int]:
        return [index for index in sorted(self._blocks) if self._blocks[index].get("type") == kind]

    def _call(self, index: int) -> WantedCall:
        block = self._blocks[index]
        arguments = arguments_of(self._inputs.get(index) or "{}")
        block["input"] = arguments or {}
        return WantedCall(str(block.get("id")), str(block.get("name")), arguments)


def _failed(error: _Error) -> ProviderFailed:
    """What an error in the middle of a stream is."""
    if error.type in PASSING:
        return ProviderFailed(Failure.BUSY, 0.0)
    return ProviderFailed(Failure.FAILED)


def anthropic_body(model: str, max_tokens: int, talk: Talk) -> Json:
    """What is sent for the next turn."""
    tools = [
        {"name": tool.name, "description": tool.description, "input_schema": tool.arguments}
        for tool in talk.tools
    ]
    return {
        "model": model,
        "max_tokens": max_tokens,
        "system": [{"type": "text", "text": talk.instructions, "cache_control": CACHED}],
        "messages": [_message(it) for it in talk.messages],
        "tools": tools,
        "stream": True,
    }


def _message(message: Message) -> Json:
    if isinstance(message, Utterance):
        return {"role": message.role, "content": message.text}
    if isinstance(message, ModelTurn):
        return {"role": "assistant", "content": message.native}
    results = [
        {
            "type": "tool_result",
            "tool_use_id": result.call.id,
            "content": result.text,
            "is_error": result.is_error,
        }
        for result in message
    ]
    return {"role": "user", "content": results}


def _input_tokens(usage: _Usage) -> int:
    """With those that were written to its cache or read from there."""
    cached = (usage.cache_creation_input_tokens or 0) + (usage.cache_read_input_tokens or 0)
    return usage.input_tokens + cached
