"""A talk with tools over Google's Gemini API: `functionCall`, `functionResponse`, `alt=sse`."""

from typing import Any

from pydantic import BaseModel, JsonValue

from backend.providers.base import Failure, ProviderFailed
from backend.providers.http import BUSY, parsed, taken_as
from backend.providers.talk import (
    CallResult,
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

ROLES = {"user": "user", "assistant": "model"}
DONE = {"STOP", "MAX_TOKENS"}
CONFUSED = {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL"}
"""It may say something better when it is asked again; every other reason is a refusal."""
OWN_ID = "own-"
"""Begins the id of a call to which the model gave none: it is not sent back."""


class _Function(BaseModel):
    id: str | None = None
    name: str = ""
    args: dict[str, JsonValue] = {}


class _Part(BaseModel):
    text: str = ""
    thought: bool = False
    functionCall: _Function | None = None  # noqa: N815 (named by the API)


class _Content(BaseModel):
    parts: list[dict[str, Any]] = []


class _Candidate(BaseModel):
    content: _Content = _Content()
    finishReason: str | None = None  # noqa: N815


class _Usage(BaseModel):
    promptTokenCount: TokenCount = 0  # noqa: N815
    candidatesTokenCount: TokenCount = 0  # noqa: N815
    thoughtsTokenCount: TokenCount = 0  # noqa: N815


class _Error(BaseModel):
    code: int = 0


class _Chunk(BaseModel):
    candidates: list[_Candidate] = []
    promptFeedback: JsonValue = None  # noqa: N815
    usageMetadata: _Usage | None = None  # noqa: N815
    error: _Error | None = None


class GeminiStream:
    """Reads one turn."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._native: list[JsonValue] = []
        self._texts: list[str] = []
        self._calls: list[WantedCall] = []
        self._usage = _Usage()
        self._finish_reason: str | None = None
        self._is_blocked = False

    def take(self, data: str) -> None:
        """One chunk; raises ProviderFailed."""
        chunk = taken_as(_Chunk, parsed(data))
        if chunk.error is not None:
            is_busy = chunk.error.code in BUSY
            raise ProviderFailed(Failure.BUSY if is_busy else Failure.FAILED, 0.0)
        self._usage = chunk.usageMetadata or self._usage
        self._is_blocked |= not chunk.candidates and chunk.promptFeedback is not None
        for candidate in chunk.candidates[:1]:
            for part in candidate.content.parts:
                self._take_part(part)
            self._finish_reason = candidate.finishReason or self._finish_reason

    def turn(self) -> ModelTurn:
        """What all of it was; raises ProviderFailed where that is no answer."""
        if self._is_blocked:
            raise ProviderFailed(Failure.REFUSED)
        if self._finish_reason is None:
            raise ProviderFailed(Failure.CUT, 0.0)
        if self._finish_reason in CONFUSED:
            raise ProviderFailed(Failure.GARBAGE, 0.0)
        if self._finish_reason not in DONE:
            raise ProviderFailed(Failure.REFUSED)
        used = self._usage
        written = used.candidatesTokenCount + used.thoughtsTokenCount
        usage = TokenUsage(input_tokens=used.promptTokenCount, output_tokens=written)
        return ModelTurn("".join(self._texts), tuple(self._calls), self._native, usage)

    def _take_part(self, native: Json) -> None:
        """Its signature of a thought goes back with it, or the next turn is refused."""
        self._native.append(native)
        part = taken_as(_Part, native)
        if part.functionCall is not None:
            call = part.functionCall
            call_id = call.id or f"{OWN_ID}{len(self._calls)}"
            self._calls.append(WantedCall(call_id, call.name, call.args))
        elif part.text and not part.thought:
            self._texts.append(part.text)
            self._hear(part.text)


def gemini_body(talk: Talk) -> Json:
    """What is sent for the next turn."""
    declared = [
        {
            "name": tool.name,
            "description": tool.description,
            "parametersJsonSchema": tool.arguments,
        }
        for tool in talk.tools
    ]
    return {
        "systemInstruction": {"parts": [{"text": talk.instructions}]},
        "contents": [_content(it) for it in talk.messages],
        "tools": [{"functionDeclarations": declared}],
    }


def _content(message: Message) -> Json:
    if isinstance(message, Utterance):
        return {"role": ROLES[message.role], "parts": [{"text": message.text}]}
    if isinstance(message, ModelTurn):
        return {"role": "model", "parts": message.native}
    return {"role": "user", "parts": [{"functionResponse": _response(it)} for it in message]}


def _response(result: CallResult) -> Json:
    said = {"error" if result.is_error else "result": result.text}
    response: Json = {"name": result.call.name, "response": said}
    if not result.call.id.startswith(OWN_ID):
        response["id"] = result.call.id
    return response
