"""A talk with tools over OpenAI's chat completions, which many local servers speak too."""

from pydantic import BaseModel, JsonValue, TypeAdapter

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

LAST = "[DONE]"
JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


class _Function(BaseModel):
    name: str | None = None
    arguments: str | None = None


class _CallDelta(BaseModel):
    index: int = 0
    id: str | None = None
    function: _Function = _Function()


class _Delta(BaseModel):
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[_CallDelta] | None = None


class _Choice(BaseModel):
    delta: _Delta = _Delta()
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: TokenCount = 0
    completion_tokens: TokenCount = 0


class _Chunk(BaseModel):
    choices: list[_Choice] = []
    usage: _Usage | None = None
    error: JsonValue = None


class OpenAIStream:
    """Reads one turn."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._texts: list[str] = []
        self._calls: dict[int, list[str]] = {}
        """The id, the name and the arguments of each, by its index."""
        self._usage = _Usage()
        self._finish_reason: str | None = None
        self._is_refused = False

    def take(self, data: str) -> None:
        """One chunk; raises ProviderFailed."""
        if data.strip() == LAST:
            return
        chunk = taken_as(_Chunk, parsed(data))
        if chunk.error is not None:
            raise ProviderFailed(Failure.FAILED, 0.0)
        self._usage = chunk.usage or self._usage
        for choice in chunk.choices[:1]:
            self._extend(choice.delta)
            self._finish_reason = choice.finish_reason or self._finish_reason

    def turn(self) -> ModelTurn:
        """What all of it was; raises ProviderFailed where that is no answer."""
        if self._is_refused or self._finish_reason == "content_filter":
            raise ProviderFailed(Failure.REFUSED)
        if self._finish_reason is None:
            raise ProviderFailed(Failure.CUT, 0.0)
        found = [self._calls[index] for index in sorted(self._calls)]
        calls = tuple(
            WantedCall(call_id or f"call-{number}", name, arguments_of(arguments or "{}"))
            for number, (call_id, name, arguments) in enumerate(found)
        )
        used = self._usage
        usage = TokenUsage(input_tokens=used.prompt_tokens, output_tokens=used.completion_tokens)
        return ModelTurn("".join(self._texts), calls, None, usage)

    def _extend(self, delta: _Delta) -> None:
        self._is_refused |= bool(delta.refusal)
        if delta.content:
            self._texts.append(delta.content)
            self._hear(delta.content)
        for part in delta.tool_calls or []:
            call = self._calls.setdefault(part.index, ["", "", ""])
            call[0] = part.id or call[0]
            call[1] += part.function.name or ""
            call[2] += part.function.arguments or ""


def openai_body(model: str, talk: Talk) -> Json:
    """What is sent for the next turn."""
    said = [message for it in talk.messages for message in _messages(it)]
    return {
        "model": model,
        "messages": [{"role": "system", "content": talk.instructions}, *said],
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": tool.arguments,
                },
            }
            for tool in talk.tools
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def _messages(message: Message) -> list[Json]:
    if isinstance(message, Utterance):
        return [{"role": message.role, "content": message.text}]
    if isinstance(message, ModelTurn):
        return [_assistant(message)]
    return [
        {"role": "tool", "tool_call_id": result.call.id, "content": result.text}
        for result in message
    ]


def _assistant(turn: ModelTurn) -> Json:
    said: Json = {"role": "assistant", "content": turn.text or None}
    if turn.calls:
        said["tool_calls"] = [_call(call) for call in turn.calls]
    return said


def _call(call: WantedCall) -> Json:
    arguments = JSON.dump_json(call.arguments or {}).decode()
    function = {"name": call.name, "arguments": arguments}
    return {"id": call.id, "type": "function", "function": function}
