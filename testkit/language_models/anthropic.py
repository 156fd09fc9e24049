"""Anthropic's Messages API, as its reference has it."""

import json
import re
from collections.abc import Iterator
from itertools import cycle
from typing import Any

from testkit.language_models.base import KEY, check_strict, expect, header, nodes, only
from testkit.language_models.turns import Heard, Turn, pieces
from testkit.scripted_server import Request

SIGNATURE = "c2ln"
TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}")
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

    def is_talk(self, _request: Request, body: dict[str, Any]) -> bool:
        """Whether a stream is wanted."""
        return bool(body.get("stream"))

    def check_talk(self, request: Request, body: dict[str, Any]) -> None:
        """Raise Wrong for what the real one would refuse of a talk with tools."""
        expect(request.path == "/v1/messages", "no such path", 404)
        expect(header(request, "x-api-key") == KEY, "invalid x-api-key", 401)
        expect(header(request, "anthropic-version") in VERSIONS, "anthropic-version: required")
        only(body, {"model", "max_tokens", "messages", "tools", "stream"}, OPTIONAL)
        for block in body["system"]:
            only(block, {"type", "text"}, {"cache_control"})
        for tool in body["tools"]:
            only(tool, {"name", "input_schema"}, {"description"})
            expect(TOOL_NAME.fullmatch(tool["name"]) is not None, "tools.name")
            expect(tool["input_schema"].get("type") == "object", "tools.input_schema.type")
        wanted: set[str] = set()
        for message, role in zip(body["messages"], cycle(("user", "assistant")), strict=False):
            only(message, {"role", "content"}, set())
            expect(message["role"] == role, "messages: roles must alternate")
            wanted = self._check_blocks(_blocks(message), wanted)
        expect(body["messages"][-1]["role"] == "user", "messages: the last must be the user's")

    def _check_blocks(self, blocks: list[dict[str, Any]], wanted: set[str]) -> set[str]:
        """Each `tool_use` has its `tool_result` in the next message; the ids that are wanted."""
        results = {block["tool_use_id"] for block in blocks if block["type"] == "tool_result"}
        expect(results == wanted, "tool_use without tool_result, or the other way round")
        expect(bool(blocks), "messages: content must not be empty")
        for block in blocks:
            if block["type"] == "text":
                expect(bool(block["text"].strip()), "messages: text must not be empty")
            if block["type"] == "thinking":
                expect(block.get("signature") == SIGNATURE, "thinking: signature is missing")
        return {block["id"] for block in blocks if block["type"] == "tool_use"}

    def heard(self, body: dict[str, Any]) -> Heard:
        """What a talk has said so far."""
        said, results = list[str](), list[str]()
        for message in body["messages"]:
            if message["role"] == "user":
                blocks = _blocks(message)
                texts = [block["text"] for block in blocks if block["type"] == "text"]
                results = [] if texts else results
                results += [it["content"] for it in blocks if it["type"] == "tool_result"]
                said += texts
        tools = tuple(tool["name"] for tool in body["tools"])
        (system,) = body["system"]
        return Heard(system["text"], tuple(said), tuple(results), tools)

    def stream(self, turn: Turn) -> list[str]:
        """A turn as its events, each a few words."""
        usage = {"input_tokens": turn.input_tokens, "output_tokens": 1}
        start = {**self._message([], ""), "stop_reason": None, "usage": usage}
        events: list[dict[str, Any]] = [{"type": "message_start", "message": start}]
        events.append({"type": "ping"})
        for index, (block, deltas) in enumerate(self._streamed(turn)):
            events.append({"type": "content_block_start", "index": index, "content_block": block})
            delta = {"type": "content_block_delta", "index": index}
            events += [{**delta, "delta": it} for it in deltas]
            events.append({"type": "content_block_stop", "index": index})
        reason = {"stop_reason": "tool_use" if turn.calls else "end_turn", "stop_sequence": None}
        usage = {"output_tokens": turn.output_tokens}
        events.append({"type": "message_delta", "delta": reason, "usage": usage})
        events.append({"type": "message_stop"})
        return [f"event: {it['type']}\ndata: {json.dumps(it)}\n\n" for it in events]

    def _streamed(self, turn: Turn) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
        """The blocks of a turn, as they begin, with what is added to each."""
        thought = [{"type": "thinking_delta", "thinking": "[9] 999"}]
        signature = {"type": "signature_delta", "signature": SIGNATURE}
        yield {"type": "thinking", "thinking": "", "signature": ""}, [*thought, signature]
        if turn.text:
            texts = [{"type": "text_delta", "text": it} for it in pieces(turn.text)]
            yield {"type": "text", "text": ""}, texts
        for number, (name, arguments) in enumerate(turn.calls):
            tool = {"type": "tool_use", "id": f"toolu_{number}", "name": name, "input": {}}
            written = pieces(json.dumps(arguments))
            yield tool, [{"type": "input_json_delta", "partial_json": it} for it in written]

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


def _blocks(message: dict[str, Any]) -> list[dict[str, Any]]:
    content = message["content"]
    return [{"type": "text", "text": content}] if isinstance(content, str) else content
