"""What went wrong, as people read it."""

import pytest

from backend.errors import InvalidInput
from backend.people.errors import WrongLogin
from backend.web.language import LANGUAGES, read_catalogues
from backend.web.sentences import SENTENCES, said_of
from contract.language import Language

TEXTS = read_catalogues()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ko", "아이디나 비밀번호가 맞지 않습니다."),
        ("en", "The name or the password is not right."),
    ],
)
def test_error_that_people_meet_is_said_in_their_words(language: Language, sentence: str) -> None:
    assert said_of(WrongLogin("expected …"), TEXTS[language]) == sentence


def test_any_other_says_what_programs_are_told() -> None:
    assert said_of(InvalidInput("name: expected one {x}"), TEXTS["en"]) == (
        "The server says: name: expected one {x}."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_in_the_catalogue(language: Language) -> None:
    known = TEXTS[language]._catalog  # type: ignore[attr-defined]
    assert [text for text in SENTENCES.values() if text not in known] == []
