"""The three providers over HTTP, against stand-ins that check what they are sent."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from backend.plain_words.question import question_of
from backend.providers import http
from backend.providers.anthropic import Anthropic
from backend.providers.base import Failure, Provider, ProviderFailed, Question
from backend.providers.gemini import Gemini
from backend.providers.openai import OpenAI
from contract.chat import TrainingSetup
from testkit.language_models.anthropic import AnthropicDialect
from testkit.language_models.base import BUSY, KEY, REFUSAL, SLOW, TOOL_CALL, Fault, LanguageModel
from testkit.language_models.gemini import GeminiDialect
from testkit.language_models.openai import OpenAIDialect
from testkit.training_forms import KNOWN, SUNDAY

QUESTION = question_of(["20 epochs", "에폭 30"], TrainingSetup(), KNOWN, SUNDAY)
Make = Callable[[str, str], Provider]
KINDS: dict[str, tuple[Any, Make]] = {
    "anthropic": (AnthropicDialect, lambda url, key: Anthropic(url, "claude", SecretStr(key))),
    "gemini": (GeminiDialect, lambda url, key: Gemini(url, "gemini-3.5", SecretStr(key))),
    "openai": (OpenAIDialect, lambda url, key: OpenAI(f"{url}/v1", "gpt", SecretStr(key))),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def model(kind: str) -> Iterator[LanguageModel]:
    standing_in = LanguageModel(KINDS[kind][0]())
    yield standing_in
    standing_in.close()


def ask(kind: str, model: LanguageModel, key: str = KEY, question: Question = QUESTION) -> Any:
    return asyncio.run(KINDS[kind][1](model.url, key).ask(question))


def failure(kind: str, model: LanguageModel, **more: Any) -> Failure:
    with pytest.raises(ProviderFailed) as failed:
        ask(kind, model, **more)
    return failed.value.failure


def test_what_is_sent_is_what_the_api_takes_and_the_answer_is_read(
    kind: str, model: LanguageModel
) -> None:
    model.script = [{"recipe": "fall-lstm", "people": ["김영희"]}]
    assert ask(kind, model) == {"recipe": "fall-lstm", "people": ["김영희"]}
    assert model.refused == []
    (request,) = model.server.requests
    assert KEY not in request.path
    assert KEY not in request.body.decode()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (BUSY, Failure.BUSY),
        (Fault(503), Failure.BUSY),
        (Fault(529), Failure.BUSY),
        (Fault(500), Failure.FAILED),
        (Fault(404), Failure.FAILED),
        (Fault(302), Failure.FAILED),
        (REFUSAL, Failure.REFUSED),
        (Fault(body=b"<html>"), Failure.GARBAGE),
        (Fault(body=b""), Failure.GARBAGE),
        (Fault(body=b"[]"), Failure.GARBAGE),
        (Fault(body=b'{"choices": 1, "candidates": 1}'), Failure.GARBAGE),
        (Fault(body=b" " * 300_000), Failure.GARBAGE),
    ],
)
def test_fault_has_a_name(kind: str, model: LanguageModel, fault: Fault, expected: Failure) -> None:
    model.script = [fault]
    assert failure(kind, model) is expected


def test_answer_that_is_cut_off_is_garbage(kind: str, model: LanguageModel) -> None:
    whole = KINDS[kind][0]().says('{"recipe": "fall-')
    model.script = [Fault(body=str(whole).replace("'", '"').encode()), Fault(body=b'{"a": 1')]
    assert failure(kind, model) is Failure.GARBAGE
    assert failure(kind, model) is Failure.GARBAGE


def test_tool_that_nobody_has_offered_is_not_called(kind: str, model: LanguageModel) -> None:
    model.script = [TOOL_CALL]
    assert failure(kind, model) in {Failure.GARBAGE, Failure.REFUSED}


def test_wrong_key_is_told_apart(kind: str, model: LanguageModel) -> None:
    assert failure(kind, model, key="another-key") is Failure.KEY


def test_slow_one_is_not_waited_for(
    kind: str, model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "ANSWER_SEC", 0.2)
    model.script = [SLOW]
    assert failure(kind, model) is Failure.TIMEOUT


def test_one_that_is_not_there_is_away(kind: str, model: LanguageModel) -> None:
    model.close()
    assert failure(kind, model) is Failure.AWAY


def test_error_says_nothing_of_what_was_sent(kind: str, model: LanguageModel) -> None:
    model.script = [Fault(500)]
    with pytest.raises(ProviderFailed) as failed:
        ask(kind, model)
    assert (str(failed.value), failed.value.__cause__) == ("failed", None)


@pytest.mark.parametrize("kind", ["anthropic", "openai"])  # Gemini takes any schema
def test_control_stand_in_refuses_a_lax_schema(kind: str, model: LanguageModel) -> None:
    lax = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert failure(kind, model, question=replace(QUESTION, schema=lax)) is Failure.FAILED
    assert model.refused == ["additionalProperties must be false"]
