"""OpenAI's chat completions, which many local servers speak too.

Its structured output is `response_format`.
"""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field, JsonValue, SecretStr

from backend.providers.base import Failure, ProviderFailed, Question
from backend.providers.http import parsed, post_json, stream_json, taken_as
from backend.providers.streams.openai import OpenAIStream, openai_body
from backend.providers.talk import Hear, ModelTurn, Talk
from contract.chat import ReadBy


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)


@dataclass(frozen=True)
class OpenAI:
    """A model behind `url`, which ends in `/v1` as a rule."""

    url: str
    model: str
    key: SecretStr
    title: str = "OpenAI"
    read_by: ReadBy = ReadBy.OPENAI

    async def ask(self, question: Question) -> JsonValue:
        """Its answer, unchecked; raises ProviderFailed."""
        answer = await post_json(self._address, self._headers, self._body(question))
        choice = taken_as(_Completion, answer).choices[0]
        if choice.message.refusal or choice.finish_reason == "content_filter":
            raise ProviderFailed(Failure.REFUSED)
        return parsed(choice.message.content or "")

    async def talk(self, talk: Talk, hear: Hear) -> ModelTurn:
        """Its next turn of a talk; `hear` is given the text as it comes. Raises ProviderFailed."""
        stream = OpenAIStream(hear)
        body = openai_body(self.model, talk)
        await stream_json(self._address, self._headers, body, stream.take)
        return stream.turn()

    @property
    def _address(self) -> str:
        return f"{self.url}/chat/completions"

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key.get_secret_value()}"}

    def _body(self, question: Question) -> dict[str, Any]:
        said = [{"role": it.role, "content": it.text} for it in question.utterances]
        schema = {"name": question.schema_name, "strict": True, "schema": question.schema}
        return {
            "model": self.model,
            "messages": [{"role": "system", "content": question.instructions}, *said],
            "response_format": {"type": "json_schema", "json_schema": schema},
        }
