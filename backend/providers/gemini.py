"""Google's Gemini API. Its structured output is `responseJsonSchema`."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, JsonValue, SecretStr

from backend.providers.base import Failure, ProviderFailed, Question
from backend.providers.http import has_key_status, parsed, post_json, stream_json, taken_as
from backend.providers.streams.gemini import GeminiStream, gemini_body
from backend.providers.talk import Hear, ModelTurn, Talk, Utterance
from contract.chat import ReadBy

ROLES = {"user": "user", "assistant": "model"}
DONE = {None, "STOP", "MAX_TOKENS"}
"""Every other reason to finish is a refusal."""


class _Part(BaseModel):
    text: str = ""
    thought: bool = False


class _Content(BaseModel):
    parts: list[_Part] = []


class _Candidate(BaseModel):
    content: _Content = _Content()
    finishReason: str | None = None  # noqa: N815 (named by the API)


class _Answer(BaseModel):
    candidates: list[_Candidate] = []


@dataclass(frozen=True)
class Gemini:
    """A model behind `url`."""

    url: str
    model: str
    key: SecretStr
    read_by: ReadBy = ReadBy.GEMINI
    title: str = "Gemini"

    async def ask(self, question: Question) -> JsonValue:
        """Its answer, unchecked; raises ProviderFailed."""
        url = f"{self.url}/v1beta/models/{self.model}:generateContent"
        answer = await post_json(url, self._headers, _body(question), is_wrong_key=_is_wrong_key)
        candidates = taken_as(_Answer, answer).candidates
        # Without a candidate the question itself was blocked.
        if not candidates or candidates[0].finishReason not in DONE:
            raise ProviderFailed(Failure.REFUSED)
        parts = candidates[0].content.parts
        return parsed("".join(part.text for part in parts if not part.thought))

    async def talk(self, talk: Talk, hear: Hear) -> ModelTurn:
        """Its next turn of a talk; `hear` is given the text as it comes. Raises ProviderFailed."""
        url = f"{self.url}/v1beta/models/{self.model}:streamGenerateContent?alt=sse"
        stream, body = GeminiStream(hear), gemini_body(talk)
        await stream_json(url, self._headers, body, stream.take, is_wrong_key=_is_wrong_key)
        return stream.turn()

    @property
    def _headers(self) -> dict[str, str]:
        return {"x-goog-api-key": self.key.get_secret_value()}


def _body(question: Question) -> dict[str, Any]:
    return {
        "systemInstruction": {"parts": [{"text": question.instructions}]},
        "contents": [_content(it) for it in question.utterances],
        "generationConfig": {
            "responseMimeType": "application/json",
            "responseJsonSchema": question.schema,
        },
    }


def _content(said: Utterance) -> dict[str, Any]:
    return {"role": ROLES[said.role], "parts": [{"text": said.text}]}


def _is_wrong_key(status: int, body: bytes) -> bool:
    """A key that is none is answered with 400 there."""
    return has_key_status(status, body) or (status == 400 and b"API_KEY_INVALID" in body)
