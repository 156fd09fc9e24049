"""Anthropic's Messages API, as its reference has it."""

from typing import Any

from testkit.language_models.base import KEY, check_strict, expect, header, nodes, only
from testkit.scripted_server import Request

VERSIONS = {"2023-06-01"}
OPTIONAL = {"system", "output_config", "temperature", "tools", "tool_choice", "metadata"}
NOT_IN_A_SCHEMA = {"minimum", "maximum", "exclusiveMinimum", "multipleOf", "minLength", "maxLength"}
MAX_UNIONS = 16
ERRORS = {
    400: "invalid_request_error", 401: "authentication_error", 404: "not_found_error",
    429: "rate_limit_error", 500: "api_error", 529: "overloaded_error",
}  # fmt: skip


class AnthropicDialect:
    """POST /v1/messages."""

    def check(self, request: Request, body: dict[str, Any]) -> None:
        """Raise Wrong for what the real one would refuse."""
        expect(request.path == "/v1/messages", "no such path", 404)
        expect(header(request, "x-api-key") == KEY, "invalid x-api-key", 401)
        expect(header(request, "anthropic-version") in VERSIONS, "anthropic-version: required")
        only(body, {"model", "max_tokens", "messages"}, OPTIONAL)
        expect(isinstance(body["max_tokens"], int) and body["max_tokens"] > 0, "max_tokens")
        expect(bool(body["messages"]) and body["messages"][0]["role"] == "user", "messages")
        for message in body["messages"]:
            only(message, {"role", "content"}, set())
            expect(message["role"] in {"user", "assistant"}, "messages.role")
            expect(bool(message["content"].strip()), "messages: text must not be empty")
        self._check_format(body.get("output_config", {}).get("format"))

    def _check_format(self, form: dict[str, Any] | None) -> None:
        expect(form is not None, "nothing of a schema")
        assert form is not None  # noqa: S101 (for the types)
        only(form, {"type", "schema"}, set())
        expect(form["type"] == "json_schema", "output_config.format.type")
        check_strict(form["schema"])
        found = list(nodes(form["schema"]))
        expect(not any(NOT_IN_A_SCHEMA & node.keys() for node in found), "unsupported keyword")
        unions = [node for node in found if isinstance(node.get("type"), list) or "anyOf" in node]
        expect(len(unions) <= MAX_UNIONS, "too many union types")

    def says(self, text: str) -> dict[str, Any]:
        """An answer, with what was thought before it."""
        thought = {"type": "thinking", "thinking": "{no json here", "signature": "c2ln"}
        return self._message([thought, {"type": "text", "text": text}], "end_turn")

    def refuses(self) -> dict[str, Any]:
        """That it will not answer."""
        return self._message([], "refusal")

    def calls_a_tool(self) -> dict[str, Any]:
        """That it wants a tool to be called which nobody has offered."""
        tool = {"type": "tool_use", "id": "toolu_1", "name": "start_training", "input": {}}
        return self._message([tool], "tool_use")

    def error(self, status: int, reason: str) -> dict[str, Any]:
        """An error."""
        error = {"type": ERRORS.get(status, "api_error"), "message": reason}
        return {"type": "error", "error": error, "request_id": "req_1"}

    def _message(self, content: list[dict[str, Any]], stop_reason: str) -> dict[str, Any]:
        return {
            "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-5-5",
            "content": content, "stop_reason": stop_reason, "stop_sequence": None,
            "usage": {"input_tokens": 700, "output_tokens": 60},
        }  # fmt: skip
