"""Google's Gemini API, as its reference has it."""

import re
from typing import Any

from testkit.language_models.base import KEY, expect, header, only
from testkit.scripted_server import Request

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
