"""What the assistant says by itself, in each language."""

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from backend.providers.base import Failure
from contract.language import Language


class Words(BaseModel):
    """One language; braces have the name of what fills them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    no_key: str
    too_many_messages: str
    too_many_tokens: str
    going: str
    no_answer: str
    unproved: str
    failures: dict[Failure, str]


@cache
def words_of(language: Language) -> Words:
    """Raises ValueError for a file that is none."""
    text = Path(__file__).with_name(f"{language}.toml").read_text(encoding="utf-8")
    return Words.model_validate(tomllib.loads(text))
