"""Google's Gemini API, as its reference has it."""

import json
import re
from typing import Any

from testkit.language_models.base import KEY, expect, header, only
from testkit.language_models.turns import Heard, Turn, pieces
from testkit.scripted_server import Request

TALK_PATH = re.compile(r"/v1beta/models/[\w.-]+:streamGenerateContent\?alt=sse")
SIGNATURE = "c2ln"
PATH = re.compile(r"/v1beta/models/[\w.-]+:generateContent")
CONFIG = {"responseMimeType", "responseJsonSchema", "temperature", "maxOutputTokens"}
STATUSES = {400: "INVALID_ARGUMENT", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL"}
WRONG_KEY = "API key not valid. Please pass a valid API key."


class GeminiDialect:
    """POST /v1beta/models/MODEL:generateContent."""

    def check(self, request: Request, body: dict[str, Any]) -> None:
        """Raise Wrong for what the real one would refuse."""
        expect(PATH.fullmatch(request.path) is not None, "no such path", 404)
        expect(header(request, "x-goog-api-key") == KEY, WRONG_KEY)
        only(body, {"contents"}, {"systemInstruction", "generationConfig", "safetySettings"})
        for content in body["contents"]:
            only(content, {"role", "parts"}, set())
            expect(content["role"] in {"user", "model"}, "contents.role")
        spoken = [*body["contents"], *filter(None, [body.get("systemInstruction")])]
        for content in spoken:
            expect(all(part.keys() == {"text"} for part in content["parts"]), "parts")
        config = body.get("generationConfig", {})
        only(config, {"responseMimeType", "responseJsonSchema"}, CONFIG)
        expect(config["responseMimeType"] == "application/json", "a schema needs JSON")

    def is_talk(self, request: Request, _body: dict[str, Any]) -> bool:
        """Whether a stream is wanted."""
        return "streamGenerateContent" in request.path

    def check_talk(self, request: Request, body: dict[str, Any]) -> None:
        """Raise Wrong for what the real one would refuse of a talk with tools."""
        expect(TALK_PATH.fullmatch(request.path) is not None, "no such path", 404)
        expect(header(request, "x-goog-api-key") == KEY, WRONG_KEY)
        only(body, {"contents", "tools"}, {"systemInstruction", "generationConfig", "toolConfig"})
        for tool in body["tools"]:
            only(tool, {"functionDeclarations"}, set())
            for function in tool["functionDeclarations"]:
                only(function, {"name", "description"}, {"parametersJsonSchema"})
        wanted: list[str] = []
        for content in body["contents"]:
            only(content, {"role", "parts"}, set())
            expect(content["role"] in {"user", "model"}, "contents.role")
            wanted = self._check_parts(content["parts"], wanted)

    def _check_parts(self, parts: list[dict[str, Any]], wanted: list[str]) -> list[str]:
        """Each `functionCall` has its response in the next content; the names that are wanted."""
        expect(bool(parts), "parts must not be empty")
        answered = [part["functionResponse"] for part in parts if "functionResponse" in part]
        expect([it["name"] for it in answered] == wanted, "number of function response parts")
        for response in answered:
            only(response, {"name", "response"}, {"id"})
        calls = [part for part in parts if "functionCall" in part]
        if calls:
            expect(calls[0].get("thoughtSignature") == SIGNATURE, "missing a thought_signature")
        return [part["functionCall"]["name"] for part in calls]

    def heard(self, body: dict[str, Any]) -> Heard:
        """What a talk has said so far."""
        said, results = list[str](), list[str]()
        for content in body["contents"]:
            texts = [part["text"] for part in content["parts"] if "text" in part]
            if content["role"] == "user" and texts:
                said, results = [*said, *texts], []
            given = [part["functionResponse"]["response"] for part in content["parts"]
                     if "functionResponse" in part]  # fmt: skip
            results += [text for response in given for text in response.values()]
        (tools,) = body["tools"]
        names = tuple(function["name"] for function in tools["functionDeclarations"])
        (system,) = body["systemInstruction"]["parts"]
        return Heard(system["text"], tuple(said), tuple(results), names)

    def stream(self, turn: Turn) -> list[str]:
        """A turn as its chunks, each a few words."""
        parts: list[dict[str, Any]] = [{"text": "[9] 999", "thought": True}]
        parts += [{"text": piece} for piece in pieces(turn.text)]
        for number, (name, arguments) in enumerate(turn.calls):
            part: dict[str, Any] = {"functionCall": {"name": name, "args": arguments}}
            parts.append(part | ({"thoughtSignature": SIGNATURE} if number == 0 else {}))
        chunks = [self._chunk([part], None, turn) for part in parts]
        chunks.append(self._chunk([{"text": ""}], "STOP", turn))
        return [f"data: {json.dumps(chunk)}\r\n\r\n" for chunk in chunks]

    def _chunk(self, parts: list[dict[str, Any]], reason: str | None, turn: Turn) -> dict[str, Any]:
        candidate: dict[str, Any] = {"content": {"parts": parts, "role": "model"}, "index": 0}
        used = {"promptTokenCount": turn.input_tokens, "candidatesTokenCount": turn.output_tokens}
        finished = {"finishReason": reason} if reason else {}
        return {"candidates": [candidate | finished], "usageMetadata": used, "modelVersion": "g"}

    def says(self, text: str) -> dict[str, Any]:
        """An answer, with what was thought before it."""
        return self._answer([{"text": "{no json here", "thought": True}, {"text": text}], "STOP")

    def refuses(self) -> dict[str, Any]:
        """That it will not answer."""
        return {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "modelVersion": "g"}

    def calls_a_tool(self) -> dict[str, Any]:
        """That it wants a tool to be called which nobody has offered."""
        call = {"functionCall": {"name": "start_training", "args": {}}}
        return self._answer([call], "UNEXPECTED_TOOL_CALL")

    def error(self, status: int, reason: str) -> dict[str, Any]:
        """An error."""
        error: dict[str, Any] = {"code": status, "message": reason}
        error["status"] = STATUSES.get(status, "UNAVAILABLE")
        if reason == WRONG_KEY:
            kind = "type.googleapis.com/google.rpc.ErrorInfo"
            error["details"] = [{"@type": kind, "reason": "API_KEY_INVALID"}]
        return {"error": error}

    def _answer(self, parts: list[dict[str, Any]], reason: str) -> dict[str, Any]:
        candidate = {
            "content": {"parts": parts, "role": "model"}, "finishReason": reason, "index": 0,
        }  # fmt: skip
        return {"candidates": [candidate], "usageMetadata": {"promptTokenCount": 700}}
