"""Whether a message is a yes or a no, and nothing else."""

import re
from functools import cache
from typing import Literal

from backend.plain_words.rules.vocabulary import languages

LONGEST = 80
"""Characters of a mere yes or no."""


def is_yes(text: str) -> bool:
    """Whether `text`, which is plain, is made only of words of consent; a question is none."""
    return _is_only(text, "yes")


def is_no(text: str) -> bool:
    """Whether `text`, which is plain, is made only of words of refusal; a question is none."""
    return _is_only(text, "no")


def without_no(text: str) -> str:
    """`text`, which is plain, without the "no," that it begins with."""
    return _leading_no().sub("", text)


def _is_only(text: str, answer: Literal["yes", "no"]) -> bool:
    return len(text) <= LONGEST and "?" not in text and _only(answer).fullmatch(text) is not None


@cache
def _only(answer: Literal["yes", "no"]) -> re.Pattern[str]:
    """One such word or more, with polite words and punctuation around them."""
    words = [word for it in languages().values() for word in (it.yes if answer == "yes" else it.no)]
    polite = [word for it in languages().values() for word in it.polite]
    between = r"[\s,.!~]*+"
    around = rf"(?:{_any(polite)}{between})*"
    return re.compile(
        rf"{between}{around}{_any(words)}{between}(?:{_any(words + polite)}{between})*"
    )


@cache
def _leading_no() -> re.Pattern[str]:
    return re.compile(
        rf"^\s*{_any([word for it in languages().values() for word in it.no])}\s*[,.!]"
    )


def _any(words: list[str]) -> str:
    """The longest that fits, for good; as a whole word where it is of Latin letters."""
    longest_first = sorted(set(words), key=len, reverse=True)
    return "(?>" + "|".join(rf"(?<![a-z]){re.escape(it)}(?![a-z])" for it in longest_first) + ")"
