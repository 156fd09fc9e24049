"""What the three have in common: a script of answers and faults, and a record of refusals."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event
from typing import Any, Protocol

from pydantic import JsonValue

from testkit.language_models.turns import Answering, Heard, Turn
from testkit.scripted_server import Request, ScriptedServer

KEY = "a-key-of-the-persons-own"


@dataclass(frozen=True)
class Fault:
    """What it does instead of answering."""

    status: int = 200
    body: bytes | None = None
    """Instead of the provider's own error."""
    retry_after: int | None = None
    hangs: bool = False
    refuses: bool = False
    calls_a_tool: bool = False


SLOW, REFUSAL, TOOL_CALL = Fault(hangs=True), Fault(refuses=True), Fault(calls_a_tool=True)
BUSY = Fault(429, retry_after=30)


class Wrong(Exception):
    """What the real one would not take, and its status."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class Dialect(Protocol):
    """How one of them is spoken to, and speaks."""

    def check(self, request: Request, body: dict[str, Any]) -> None:
        """Raise Wrong for what the real one would refuse."""

    def says(self, text: str) -> dict[str, Any]:
        """An answer."""

    def refuses(self) -> dict[str, Any]:
        """That it will not answer."""

    def calls_a_tool(self) -> dict[str, Any]:
        """That it wants a tool to be called which nobody has offered."""

    def error(self, status: int, reason: str) -> dict[str, Any]:
        """An error."""

    def is_talk(self, request: Request, body: dict[str, Any]) -> bool:
        """Whether a stream is wanted."""

    def check_talk(self, request: Request, body: dict[str, Any]) -> None:
        """Raise Wrong for what the real one would refuse of a talk with tools."""

    def heard(self, body: dict[str, Any]) -> Heard:
        """What a talk has said so far."""

    def stream(self, turn: Turn) -> list[str]:
        """A turn as its events, each a few words."""


class LanguageModel:
    """Answers with its script, one entry a request; `refused` says what was wrong with requests.

    Without a script left, `answers` says what comes of what was heard. `left` is set once somebody
    did not wait for the end of a stream.
    """

    def __init__(
        self, dialect: Dialect, *script: JsonValue | Fault | Turn, answers: Answering | None = None
    ) -> None:
        self._dialect = dialect
        self.script: list[JsonValue | Fault | Turn] = list(script)
        self.answers = answers
        self.refused: list[str] = []
        self.left = Event()
        self.server = ScriptedServer(script=self._answer)
        self.url = self.server.url

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """What it was sent, oldest first."""
        return [json.loads(request.body) for request in self.server.requests]

    def close(self) -> None:
        """Refuse connections from now on."""
        self.server.close()

    @property
    def heard(self) -> list[Heard]:
        """What the talks that it was sent said, oldest first."""
        return [self._dialect.heard(body) for body in self.bodies]

    def _answer(self, request: Request) -> tuple[int, bytes | Iterator[bytes]]:
        body = json.loads(request.body)
        is_talk = self._dialect.is_talk(request, body)
        try:
            (self._dialect.check_talk if is_talk else self._dialect.check)(request, body)
        except Wrong as wrong:
            self.refused.append(wrong.reason)
            return wrong.status, _written(self._dialect.error(wrong.status, wrong.reason))
        said = self.script.pop(0) if self.script else self._answered(body)
        if isinstance(said, Fault):
            return self._fault(request, said)
        if isinstance(said, Turn):
            return 200, self._stream(said)
        return 200, _written(self._dialect.says(json.dumps(said, ensure_ascii=False)))

    def _answered(self, body: dict[str, Any]) -> Turn:
        assert self.answers is not None, "nothing is left of the script"  # noqa: S101
        return self.answers(self._dialect.heard(body))

    def _stream(self, turn: Turn) -> Iterator[bytes]:
        """Its events: half of them where it is `cut`, and then nothing where it `hangs`."""
        events = self._dialect.stream(turn)
        if turn.is_cut or turn.hangs:
            events = events[: len(events) // 2]
        try:
            for event in events:
                yield event.encode()
            while turn.hangs and not self.server.released.wait(0.02):
                yield b": still there\n\n"
        except GeneratorExit:
            self.left.set()
            raise
        finally:
            self.server.headers.pop("Retry-After", None)

    def _fault(self, request: Request, fault: Fault) -> tuple[int, bytes]:
        if fault.hangs:
            return self.server.hang(request)
        if fault.retry_after is not None:
            self.server.headers["Retry-After"] = str(fault.retry_after)
        if fault.body is not None:
            return fault.status, fault.body
        if fault.refuses:
            return 200, _written(self._dialect.refuses())
        if fault.calls_a_tool:
            return 200, _written(self._dialect.calls_a_tool())
        return fault.status, _written(self._dialect.error(fault.status, "scripted"))


def header(request: Request, name: str) -> str:
    """A header, whatever its case; empty if there is none."""
    return next((it for key, it in request.headers.items() if key.lower() == name), "")


def expect(condition: bool, reason: str, status: int = 400) -> None:
    """Raise Wrong unless it holds."""
    if not condition:
        raise Wrong(status, reason)


def only(body: dict[str, Any], required: set[str], optional: set[str]) -> None:
    """Raise Wrong for fields that are missing or unknown."""
    expect(required <= body.keys(), f"missing: {sorted(required - body.keys())}")
    unknown = body.keys() - required - optional
    expect(not unknown, f"unknown: {sorted(unknown)}")


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object of a JSON document."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from nodes(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from nodes(value)


def check_strict(schema: dict[str, Any]) -> None:
    """Raise Wrong where an object of the schema takes other fields, or leaves one out."""
    for node in nodes(schema):
        if node.get("type") == "object":
            expect(node.get("additionalProperties") is False, "additionalProperties must be false")
            names = set(node.get("properties", ()))
            expect(set(node.get("required", ())) == names, "every property must be required")


def _written(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
