"""The questions asked of the whole server, with a stand-in that plays the model over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from contract.assistant import ChatAnswer
from contract.language import Language
from testkit.asked_home import AskedHome
from testkit.fifty_questions.english import english
from testkit.fifty_questions.known_record import KnownRecord
from testkit.fifty_questions.korean import korean
from testkit.fifty_questions.question import Question
from testkit.language_models.base import KEY, LanguageModel
from testkit.language_models.openai import OpenAIDialect
from testkit.sample_home import SampleHome, opened
from testkit.scripted_talk import scripted

KEPT_DAYS = 36_500
"""The log of a record is kept, however long ago it ended."""


@dataclass(frozen=True)
class AskedAssistant:
    """A server on a sample record, the stand-in that it asks, and who asks it."""

    home: AskedHome
    model: LanguageModel

    def ask(self, message: str, language: Language) -> ChatAnswer:
        """The answer to the caregiver."""
        said = {"message": message, "language": language}
        headers = {"X-OpenAI-API-Key": KEY}
        answer = self.home.ask("caregiver", "POST", "/api/chat/message", json=said, headers=headers)
        return ChatAnswer.model_validate_json(answer.raise_for_status().content)


def questions_to(record: KnownRecord) -> dict[Language, list[Question]]:
    """All fifty."""
    return {"en": english(record), "ko": korean(record)}


@contextmanager
def asked_assistant(sample: SampleHome) -> Iterator[AskedAssistant]:
    """One that knows the fifty questions to this record, while the context lasts."""
    questions = questions_to(KnownRecord(sample.truth))
    scripts = [it.script for of in questions.values() for it in of]
    model = LanguageModel(OpenAIDialect(), answers=scripted(scripts))
    settings = {"openai_base_url": f"{model.url}/v1", "event_log_days": KEPT_DAYS}
    try:
        with opened(sample, **settings) as home:
            yield AskedAssistant(home, model)
    finally:
        model.close()
