"""Anthropic's Messages API. Its structured output is `output_config.format`."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, JsonValue, SecretStr

from backend.providers.base import Failure, ProviderFailed, Question
from backend.providers.http import parsed, post_json, stream_json, taken_as
from backend.providers.streams.anthropic import AnthropicStream, anthropic_body
from backend.providers.talk import Hear, ModelTurn, Talk
from contract.chat import ReadBy

VERSION = "2023-06-01"
MAX_TOKENS = 8192
"""Of the answer, with what the model thinks before it."""


class _Block(BaseModel):
    type: str
    text: str = ""


class _Message(BaseModel):
    type: Literal["message"]
    content: list[_Block]
    stop_reason: str | None = None


@dataclass(frozen=True)
class Anthropic:
    """A model behind `url`."""

    url: str
    model: str
    key: SecretStr
    read_by: ReadBy = ReadBy.ANTHROPIC
    title: str = "Anthropic"

    async def ask(self, question: Question) -> JsonValue:
        """Its answer, unchecked; raises ProviderFailed."""
        answer = await post_json(self._address, self._headers, self._body(question))
        message = taken_as(_Message, answer)
        if message.stop_reason == "refusal":
            raise ProviderFailed(Failure.REFUSED)
        return parsed("".join(it.text for it in message.content if it.type == "text"))

    async def talk(self, talk: Talk, hear: Hear) -> ModelTurn:
        """Its next turn of a talk; `hear` is given the text as it comes. Raises ProviderFailed."""
        stream = AnthropicStream(hear)
        body = anthropic_body(self.model, MAX_TOKENS, talk)
        await stream_json(self._address, self._headers, body, stream.take)
        return stream.turn()

    @property
    def _address(self) -> str:
        return f"{self.url}/v1/messages"

    @property
    def _headers(self) -> dict[str, str]:
        return {"x-api-key": self.key.get_secret_value(), "anthropic-version": VERSION}

    def _body(self, question: Question) -> dict[str, Any]:
        return {
            "model": self.model,
            "max_tokens": MAX_TOKENS,
            "system": question.instructions,
            "messages": [{"role": it.role, "content": it.text} for it in question.utterances],
            "output_config": {"format": {"type": "json_schema", "schema": question.schema}},
        }
