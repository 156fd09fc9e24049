"""Numbers in a message."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

NUMBER = re.compile(
    r"(?<![\w.])(?P<digits>[+-]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d{1,3})?)"
    r"(?P<unit> ?%| ?percent\b| ?퍼센트|[천만억]|[km]\b)?"
)
MAX_DIGITS = 15
LARGE = ("천", "만", "억", "k", "m")


@dataclass(frozen=True)
class Number:
    """Where it stands in the message; without a value it could be several."""

    start: int
    end: int
    value: int | float | None


def numbers_in(text: str) -> Iterator[Number]:
    """All numbers of `text`, which is in small letters; a percentage is a share of 1."""
    for match in NUMBER.finditer(text):
        unit = (match["unit"] or "").strip()
        yield Number(*match.span(), None if unit in LARGE else _value(match["digits"], bool(unit)))


def _value(digits: str, is_percentage: bool) -> int | float | None:
    plain = digits.replace(",", "")
    if len(plain) > MAX_DIGITS:
        return None
    if plain.lstrip("+-").isdecimal() and not is_percentage:
        return int(plain)
    value = float(plain) / (100 if is_percentage else 1)
    return value if math.isfinite(value) else None
