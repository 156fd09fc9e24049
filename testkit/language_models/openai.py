"""OpenAI's chat completions, as its reference has it."""

import re
from typing import Any

from testkit.language_models.base import KEY, check_strict, expect, header, only
from testkit.scripted_server import Request

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
OPTIONAL = {"response_format", "temperature", "max_completion_tokens", "tools", "tool_choice"}
ERRORS = {429: "rate_limit_exceeded", 500: "server_error"}


class OpenAIDialect:
    """POST /v1/chat/completions."""

    def check(self, request: Request, body: dict[str, Any]) -> None:
        """Raise Wrong for what the real one would refuse."""
        expect(request.path == "/v1/chat/completions", "no such path", 404)
        expect(header(request, "authorization") == f"Bearer {KEY}", "incorrect API key", 401)
        only(body, {"model", "messages"}, OPTIONAL)
        for message in body["messages"]:
            only(message, {"role", "content"}, {"name"})
            expect(message["role"] in {"system", "developer", "user", "assistant"}, "role")
        form = body.get("response_format", {})
        expect(form.get("type") == "json_schema", "nothing of a schema")
        described = form["json_schema"]
        only(described, {"name", "schema"}, {"strict", "description"})
        expect(NAME.fullmatch(described["name"]) is not None, "json_schema.name")
        expect(described.get("strict") is True, "not strict")
        check_strict(described["schema"])

    def says(self, text: str) -> dict[str, Any]:
        """An answer."""
        return self._completion({"content": text, "refusal": None}, "stop")

    def refuses(self) -> dict[str, Any]:
        """That it will not answer."""
        return self._completion({"content": None, "refusal": "I can't help with that."}, "stop")

    def calls_a_tool(self) -> dict[str, Any]:
        """That it wants a tool to be called which nobody has offered."""
        function = {"name": "start_training", "arguments": "{}"}
        call = {"id": "call_1", "type": "function", "function": function}
        return self._completion({"content": None, "tool_calls": [call]}, "tool_calls")

    def error(self, status: int, reason: str) -> dict[str, Any]:
        """An error."""
        kind = ERRORS.get(status, "invalid_request_error")
        return {"error": {"message": reason, "type": kind, "param": None, "code": None}}

    def _completion(self, message: dict[str, Any], reason: str) -> dict[str, Any]:
        choice = {
            "index": 0, "message": {"role": "assistant", **message}, "finish_reason": reason,
        }  # fmt: skip
        return {
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1_795_921_200,
            "model": "gpt", "choices": [choice], "usage": {"total_tokens": 760},
        }  # fmt: skip
