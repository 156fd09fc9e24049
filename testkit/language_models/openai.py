"""OpenAI's chat completions, as its reference has it."""

import json
import re
from typing import Any

from testkit.language_models.base import KEY, check_strict, expect, header, only
from testkit.language_models.turns import Heard, Turn, pieces
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

    def is_talk(self, _request: Request, body: dict[str, Any]) -> bool:
        """Whether a stream is wanted."""
        return bool(body.get("stream"))

    def check_talk(self, request: Request, body: dict[str, Any]) -> None:
        """Raise Wrong for what the real one would refuse of a talk with tools."""
        expect(request.path == "/v1/chat/completions", "no such path", 404)
        expect(header(request, "authorization") == f"Bearer {KEY}", "incorrect API key", 401)
        only(body, {"model", "messages", "stream"}, OPTIONAL | {"stream_options"})
        for tool in body["tools"]:
            only(tool, {"type", "function"}, set())
            only(tool["function"], {"name", "parameters"}, {"description", "strict"})
            expect(NAME.fullmatch(tool["function"]["name"]) is not None, "tools.function.name")
        waiting: set[str] = set()
        for message in body["messages"]:
            only(message, {"role"}, {"content", "tool_calls", "tool_call_id"})
            if message["role"] == "tool":
                expect(message["tool_call_id"] in waiting, "a tool message without its call")
                waiting.discard(message["tool_call_id"])
                continue
            expect(not waiting, "tool_calls must be followed by tool messages")
            expect(message["role"] in {"system", "developer", "user", "assistant"}, "role")
            waiting = {call["id"] for call in message.get("tool_calls", ())}
        expect(not waiting, "tool_calls must be followed by tool messages")

    def heard(self, body: dict[str, Any]) -> Heard:
        """What a talk has said so far."""
        messages = body["messages"]
        said = [at for at, message in enumerate(messages) if message["role"] == "user"]
        results = [it["content"] for it in messages[said[-1] :] if it["role"] == "tool"]
        tools = tuple(tool["function"]["name"] for tool in body["tools"])
        texts = tuple(messages[at]["content"] for at in said)
        return Heard(messages[0]["content"], texts, tuple(results), tools)

    def stream(self, turn: Turn) -> list[str]:
        """A turn as its chunks, each a few words."""
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        deltas += [{"content": piece} for piece in pieces(turn.text)]
        for index, (name, arguments) in enumerate(turn.calls):
            function = {"name": name, "arguments": ""}
            call = {"index": index, "id": f"call_{index}", "type": "function", "function": function}
            deltas.append({"tool_calls": [call]})
            for piece in pieces(json.dumps(arguments)):
                part = {"index": index, "function": {"arguments": piece}}
                deltas.append({"tool_calls": [part]})
        chunks = [self._chunk([{"index": 0, "delta": it, "finish_reason": None}]) for it in deltas]
        reason = "tool_calls" if turn.calls else "stop"
        chunks.append(self._chunk([{"index": 0, "delta": {}, "finish_reason": reason}]))
        used = {"prompt_tokens": turn.input_tokens, "completion_tokens": turn.output_tokens}
        chunks.append(self._chunk([]) | {"usage": used})
        return [*(f"data: {json.dumps(it)}\n\n" for it in chunks), "data: [DONE]\n\n"]

    def _chunk(self, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_795_921_200,
            "model": "gpt", "choices": choices, "usage": None,
        }  # fmt: skip

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
