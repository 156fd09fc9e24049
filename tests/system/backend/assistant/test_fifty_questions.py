"""Fifty questions to a generated record, asked of the whole server: each number against the truth.

A stand-in over HTTP plays the model: what it says has the numbers of the tools, which are real.
"""

from collections.abc import Iterator
from datetime import date

import pytest

from backend.sample.plan import SampleWanted
from backend.sample.service import make_sample
from contract.assistant import TokenUsage
from contract.language import Language
from testkit.fifty_questions.asking import AskedAssistant, asked_assistant, questions_to
from testkit.fifty_questions.known_record import KnownRecord
from testkit.fifty_questions.question import Question
from testkit.language_models.turns import Turn
from testkit.sample_home import SampleHome
from testkit.scripted_talk import on

WANTED = SampleWanted(last=date(2026, 11, 22), days=14, cameras=3, seed=1)
Questions = dict[Language, list[Question]]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleHome:
    folder = tmp_path_factory.mktemp("fifty") / "data"
    return SampleHome(folder, make_sample(folder, WANTED))


@pytest.fixture(scope="module")
def questions(sample: SampleHome) -> Questions:
    return questions_to(KnownRecord(sample.truth))


@pytest.fixture(scope="module")
def assistant(sample: SampleHome) -> Iterator[AskedAssistant]:
    with asked_assistant(sample) as assistant:
        yield assistant


def test_number_that_no_call_has_is_marked(assistant: AskedAssistant) -> None:
    calls = (("incidents_list", on("incidents", verdict="fall", since="2026-11-09")),)
    assistant.model.script = [
        Turn("", calls),
        Turn("She fell 97 times [1]."),
        Turn("Yes, 97 times [1]."),
    ]
    answer = assistant.ask("How often did she fall, all in all?", "en")
    assert (answer.response, answer.unproved) == ("Yes, 97 times [1].", ("97",))


def test_number_of_something_else_is_wrong(questions: Questions) -> None:
    """A number that a call has, and that is not what was asked for, is for the truth to find."""
    question = next(it for it in questions["en"] if it.text == "How often did she fall?")
    assert question.misses("People said of 2 incidents that she fell [1].") == []
    assert question.misses("People said of 16 incidents that she fell [1].")
    assert question.misses("She fell [1].")


def test_there_are_fifty(questions: Questions) -> None:
    assert [len(of) for of in questions.values()] == [25, 25]
    assert len({it.text for of in questions.values() for it in of}) == 50


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("number", range(25))
def test_each_number_is_true_and_has_its_call(
    assistant: AskedAssistant, questions: Questions, language: Language, number: int
) -> None:
    question = questions[language][number]
    answer = assistant.ask(question.text, language)
    assert question.misses(answer.response) == [], (answer.response, question.calls)
    assert (answer.unproved, answer.cache_hit) == ((), False)
    bases = [it.answer and it.answer.basis.is_generated for it in answer.tool_calls]
    assert bases == [True] * len(question.calls)
    again = assistant.ask(question.text, language)
    assert (again.response, again.cache_hit) == (answer.response, True)
    assert again.token_usage == TokenUsage()
