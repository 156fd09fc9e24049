"""What the people of the sample household have typed."""

from dataclasses import fields
from typing import get_args

import pytest

from backend.sample.cameras import IDS
from backend.sample.words import PASSWORD, WORDS, Words
from contract.language import Language


@pytest.mark.parametrize("language", get_args(Language))
def test_each_camera_has_its_place_and_each_word_is_said(language: Language) -> None:
    words = WORDS[language]
    assert words.places.keys() == IDS.keys()
    assert all(getattr(words, field.name) for field in fields(Words))


def test_password_is_one_that_a_person_could_choose() -> None:
    assert len(PASSWORD) >= 10
