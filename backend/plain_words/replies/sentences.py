"""The sentences of each language."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from contract.language import Language

Sentences = Mapping[str, str]


class Replies(BaseModel):
    """One language. `remarks` are named as in `remarks.py`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    remarks: Sentences
    setup: Sentences
    questions: Sentences
    outcomes: Sentences
    lists: Sentences
    reasons: Sentences


@cache
def replies(language: Language) -> Replies:
    """Raises ValueError for a file that is none."""
    text = Path(__file__).with_name(f"{language}.toml").read_text(encoding="utf-8")
    return Replies.model_validate(tomllib.loads(text))
