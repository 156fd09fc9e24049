"""Talks with tools over the three providers, against stand-ins that check what they are sent."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from backend.providers import http
from backend.providers.anthropic import Anthropic
from backend.providers.base import Failure, Provider, ProviderFailed
from backend.providers.gemini import Gemini
from backend.providers.openai import OpenAI
from backend.providers.patience import Patience
from backend.providers.talk import CallResult, ModelTurn, OfferedTool, Talk, Utterance
from contract.assistant import TokenUsage
from testkit.language_models.anthropic import AnthropicDialect
from testkit.language_models.base import BUSY, KEY, SLOW, Fault, LanguageModel
from testkit.language_models.gemini import GeminiDialect
from testkit.language_models.openai import OpenAIDialect
from testkit.language_models.turns import Turn

Make = Callable[[str, str], Provider]
KINDS: dict[str, tuple[Any, Make]] = {
    "anthropic": (AnthropicDialect, lambda url, key: Anthropic(url, "claude", SecretStr(key))),
    "gemini": (GeminiDialect, lambda url, key: Gemini(url, "gemini-3.5", SecretStr(key))),
    "openai": (OpenAIDialect, lambda url, key: OpenAI(f"{url}/v1", "gpt", SecretStr(key))),
}
SCHEMA = {"type": "object", "properties": {"table": {"type": "string"}}, "required": ["table"]}
TOOLS = (OfferedTool("count_by", "How many rows of each.", SCHEMA),)
ASKED = Utterance("user", "지난주에 몇 번 넘어지셨어요?")
TALK = Talk("You answer.", (ASKED,), TOOLS)
WRONG = b'data: {"type": 1, "choices": 1, "candidates": 1}\n\n'
CALLS = (("count_by", {"table": "incidents"}), ("count_by", {"table": "days"}))


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def model(kind: str) -> Iterator[LanguageModel]:
    standing_in = LanguageModel(KINDS[kind][0]())
    yield standing_in
    standing_in.close()


def provider(kind: str, model: LanguageModel, key: str = KEY) -> Provider:
    return KINDS[kind][1](model.url, key)


def turn(kind: str, model: LanguageModel, talk: Talk = TALK, **more: str) -> tuple[ModelTurn, str]:
    heard: list[str] = []
    said = asyncio.run(provider(kind, model, **more).talk(talk, heard.append))
    return said, "".join(heard)


def failed(kind: str, model: LanguageModel, **more: Any) -> ProviderFailed:
    with pytest.raises(ProviderFailed) as failure:
        turn(kind, model, **more)
    return failure.value


def test_text_comes_in_pieces_and_with_its_usage(kind: str, model: LanguageModel) -> None:
    model.script = [Turn("지난주에는 두 번이에요 [1].", input_tokens=900, output_tokens=20)]
    said, heard = turn(kind, model)
    assert (said.text, heard, said.calls) == ("지난주에는 두 번이에요 [1].", said.text, ())
    assert said.usage == TokenUsage(input_tokens=900, output_tokens=20)
    (request,) = model.server.requests
    assert (model.refused, KEY in request.path + request.body.decode()) == ([], False)


def test_calls_and_what_came_of_them_go_back_as_the_api_wants(
    kind: str, model: LanguageModel
) -> None:
    model.script = [Turn("I look.", CALLS), Turn("Twice [1].")]
    first, _ = turn(kind, model)
    assert [(call.name, call.arguments) for call in first.calls] == list(CALLS)
    results = (CallResult(first.calls[0], '{"n":2}'), CallResult(first.calls[1], "no", True))
    second, _ = turn(kind, model, Talk("You answer.", (ASKED, first, results), TOOLS))
    assert (second.text, model.refused) == ("Twice [1].", [])
    heard = model.heard[-1]
    assert (heard.results, heard.tools) == (('{"n":2}', "no"), ("count_by",))
    assert (heard.said, heard.instructions) == ((ASKED.text,), "You answer.")


def test_talk_goes_on_after_an_answer(kind: str, model: LanguageModel) -> None:
    model.script = [Turn("Twice."), Turn("Once.")]
    first, _ = turn(kind, model)
    again = Utterance("user", "And before?")
    turn(kind, model, Talk("You answer.", (ASKED, first, again), TOOLS))
    said = Utterance("assistant", "Twice.")
    model.script = [Turn("Once.")]
    turn(kind, model, Talk("You answer.", (ASKED, said, again), TOOLS))
    assert model.refused == []


@pytest.mark.parametrize(
    ("fault", "expected", "wait"),
    [
        (BUSY, Failure.BUSY, 30.0),
        (Fault(529), Failure.BUSY, 0.0),
        (Fault(503), Failure.BUSY, 0.0),
        (Fault(500), Failure.FAILED, 0.0),
        (Fault(404), Failure.FAILED, None),
        (Fault(body=b"data: <html>\n\n"), Failure.GARBAGE, None),
        (
            Fault(body=b'data: {"type": 1, "choices": 1, "candidates": 1}\n\n'),
            Failure.GARBAGE,
            None,
        ),
        (Fault(body=b"data:" + b" " * 300_000), Failure.GARBAGE, None),
        (Fault(body=b""), Failure.CUT, 0.0),
        (Turn("half of it", is_cut=True), Failure.CUT, 0.0),
    ],
)
def test_fault_has_a_name_and_says_whether_to_ask_again(
    kind: str, model: LanguageModel, fault: Fault, expected: Failure, wait: float | None
) -> None:
    model.script = [fault]
    found = failed(kind, model)
    assert (found.failure, found.retry_after, found.__cause__) == (expected, wait, None)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("anthropic", '{"type":"error","error":{"type":"overloaded_error","message":"x"}}'),
        ("gemini", '{"error":{"code":503,"message":"x","status":"UNAVAILABLE"}}'),
    ],
)
def test_error_in_the_middle_of_a_stream_is_one(kind: str, model: LanguageModel, data: str) -> None:
    model.script = [Fault(body=f"data: {data}\n\n".encode())]
    assert failed(kind, model).failure is Failure.BUSY


def test_one_that_is_not_there_is_not_waited_for(kind: str, model: LanguageModel) -> None:
    model.close()
    found = failed(kind, model)
    assert (found.failure, found.retry_after) == (Failure.AWAY, None)


def test_refusal_is_none_of_the_failures_that_pass(kind: str, model: LanguageModel) -> None:
    reasons = {
        "anthropic": '{"type":"message_delta","delta":{"stop_reason":"refusal"}}\n\n'
        'data: {"type":"message_stop"}',
        "gemini": '{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}',
        "openai": '{"choices":[{"delta":{"refusal":"no"},"finish_reason":"stop"}]}',
    }
    model.script = [Fault(body=f"data: {reasons[kind]}\n\n".encode())]
    found = failed(kind, model)
    assert (found.failure, found.retry_after) == (Failure.REFUSED, None)


def test_wrong_key_is_told_apart(kind: str, model: LanguageModel) -> None:
    assert failed(kind, model, key="another-key").failure is Failure.KEY


def test_silent_one_is_not_waited_for(
    kind: str, model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "SILENCE_SEC", 0.2)
    model.script = [SLOW]
    assert failed(kind, model).failure is Failure.TIMEOUT


@pytest.mark.parametrize("kind", ["openai"])
def test_who_leaves_is_noticed_by_the_provider(kind: str, model: LanguageModel) -> None:
    model.script = [Turn("word " * 40, hangs=True)]

    async def leave() -> None:
        heard = asyncio.Event()
        work = asyncio.create_task(provider(kind, model).talk(TALK, lambda _: heard.set()))
        await heard.wait()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    asyncio.run(leave())
    assert model.left.wait(5)


@pytest.mark.parametrize("kind", ["anthropic", "openai"])  # of Gemini they are JSON already
def test_arguments_that_are_no_json_are_no_arguments(kind: str, model: LanguageModel) -> None:
    bodies = {
        "anthropic": [
            '{"type":"content_block_start","content_block":{"type":"tool_use","id":"a","name":"n"}}',
            '{"type":"content_block_delta","delta":{"type":"input_json_delta","partial_json":"{"}}',
            '{"type":"message_stop"}',
        ],
        "openai": [
            '{"choices":[{"delta":{"tool_calls":[{"function":{"name":"n","arguments":"{"}}]},'
            '"finish_reason":"tool_calls"}]}',
        ],
    }
    model.script = [Fault(body="".join(f"data: {it}\n\n" for it in bodies[kind]).encode())]
    said, _ = turn(kind, model)
    assert [(call.name, call.arguments) for call in said.calls] == [("n", None)]


class Waits:
    """Time that passes only where somebody waits."""

    def __init__(self) -> None:
        self.now, self.again = 0.0, 0
        self.waited: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds

    def note_again(self) -> None:
        self.again += 1

    def ask(self, kind: str, model: LanguageModel, **bounds: Any) -> ModelTurn:
        patience = Patience(sleep=self.sleep, clock=lambda: self.now, **bounds)
        asked = patience.turn(provider(kind, model), TALK, lambda _: None, self.note_again)
        return asyncio.run(asked)


def test_half_a_stream_and_an_overload_are_tried_again(kind: str, model: LanguageModel) -> None:
    waits = Waits()
    model.script = [Turn("half of it", is_cut=True), Fault(529), Turn("whole")]
    assert waits.ask(kind, model).text == "whole"
    assert (waits.waited, waits.again) == ([1.0, 2.0], 2)


def test_as_long_as_the_provider_says_but_not_longer_than_there_is_time(
    kind: str, model: LanguageModel
) -> None:
    waits = Waits()
    model.script = [BUSY, Turn("whole")]
    assert (waits.ask(kind, model).text, waits.waited) == ("whole", [30.0])
    model.script = [BUSY]
    with pytest.raises(ProviderFailed, match="busy"):
        Waits().ask(kind, model, total_sec=20.0)


def test_not_for_ever_and_not_what_will_not_change(kind: str, model: LanguageModel) -> None:
    waits = Waits()
    model.script = [Fault(500)] * 4
    with pytest.raises(ProviderFailed, match="failed"):
        waits.ask(kind, model)
    model.script = [Fault(400)]
    with pytest.raises(ProviderFailed, match="failed"):
        waits.ask(kind, model)
    assert (waits.waited, model.script) == ([1.0, 2.0, 4.0], [])
