"""Fifty questions to a generated record, asked of the whole server: each number against the truth.

A stand-in over HTTP plays the model: what it says has the numbers of the tools, which are real.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from backend.sample.plan import SampleWanted
from backend.sample.service import make_sample
from testkit.asked_home import AskedHome
from testkit.fifty_questions.english import english
from testkit.fifty_questions.known_record import KnownRecord
from testkit.fifty_questions.korean import korean
from testkit.fifty_questions.question import Question
from testkit.language_models.base import KEY, LanguageModel
from testkit.language_models.openai import OpenAIDialect
from testkit.language_models.turns import Turn
from testkit.sample_home import SampleHome, opened
from testkit.scripted_talk import on, scripted

Json = dict[str, Any]
WANTED = SampleWanted(last=date(2026, 11, 22), days=16, cameras=3, seed=1)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleHome:
    folder = tmp_path_factory.mktemp("fifty") / "data"
    return SampleHome(folder, make_sample(folder, WANTED))


@pytest.fixture(scope="module")
def questions(sample: SampleHome) -> dict[str, list[Question]]:
    record = KnownRecord(sample.truth)
    return {"en": english(record), "ko": korean(record)}


@pytest.fixture(scope="module")
def model(questions: dict[str, list[Question]]) -> Iterator[LanguageModel]:
    scripts = [it.script for of in questions.values() for it in of]
    model = LanguageModel(OpenAIDialect(), answers=scripted(scripts))
    yield model
    model.close()


@pytest.fixture(scope="module")
def home(sample: SampleHome, model: LanguageModel) -> Iterator[AskedHome]:
    with opened(sample, openai_base_url=f"{model.url}/v1", event_log_days=36_500) as home:
        yield home


def ask(home: AskedHome, message: str, language: str) -> Json:
    said = {"message": message, "language": language}
    headers = {"X-OpenAI-API-Key": KEY}
    answer = home.ask("caregiver", "POST", "/api/chat/message", json=said, headers=headers)
    found: Json = answer.raise_for_status().json()
    return found


def test_number_that_no_call_has_is_marked(home: AskedHome, model: LanguageModel) -> None:
    calls = (("incidents_list", on("incidents", verdict="fall", since="2026-11-07")),)
    model.script = [Turn("", calls), Turn("She fell 97 times [1]."), Turn("Yes, 97 [1].")]
    answer = ask(home, "How often did she fall, all in all?", "en")
    assert (answer["response"], answer["unproved"]) == ("Yes, 97 [1].", ["97"])


def test_number_of_something_else_is_wrong(questions: dict[str, list[Question]]) -> None:
    """A number that a call has, and that is not what was asked for, is for the truth to find."""
    question = next(it for it in questions["en"] if it.text == "How often did she fall?")
    assert question.misses("People said of 2 incidents that she fell [1].") == []
    assert question.misses("People said of 16 incidents that she fell [1].")
    assert question.misses("She fell [1].")


def test_there_are_fifty(questions: dict[str, list[Question]]) -> None:
    assert [len(of) for of in questions.values()] == [25, 25]
    assert len({it.text for of in questions.values() for it in of}) == 50


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("number", range(25))
def test_each_number_is_true_and_has_its_call(
    home: AskedHome, questions: dict[str, list[Question]], language: str, number: int
) -> None:
    question = questions[language][number]
    answer = ask(home, question.text, language)
    assert question.misses(answer["response"]) == [], (answer["response"], question.calls)
    assert answer["unproved"] == []
    assert [it["error"] for it in answer["tool_calls"]] == [None] * len(question.calls)
    assert all(it["answer"]["basis"]["is_generated"] for it in answer["tool_calls"])
    assert not answer["cache_hit"]
    again = ask(home, question.text, language)
    assert again["cache_hit"]
    assert again["response"] == answer["response"]
    assert again["token_usage"] == {"input_tokens": 0, "output_tokens": 0}
