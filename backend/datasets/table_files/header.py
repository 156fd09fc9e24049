"""What the columns of a table are called, and whether its first row says so."""

import re
import unicodedata
from collections.abc import Sequence

MAX_NAME = 100
VALUE = re.compile(
    r"-?[\d.,'\s]*\d\s*%?"  # a number
    r"|\d{1,4}\s*[-./년]\s*\d{1,2}\s*[-./월]\s*\d{1,4}.*"  # a day
    r"|\d{1,2}:\d{2}.*"
)
YEAR = re.compile(r"(19|20)\d\d")


def is_header(first: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: it holds no numbers, days or times.

    A year is a name where there are words beside it, and no years below.
    """
    cells = [cell.strip() for cell in first]
    values = [at for at, cell in enumerate(cells) if _is_value(cell)]
    has_words = any(cell and not _is_value(cell) for cell in cells)
    return has_words and all(_is_year_above_others(cells, at, others) for at in values)


def column_names(given: Sequence[str]) -> list[str]:
    """A name for each, all different, whatever the file calls them: it may leave some empty."""
    names: list[str] = []
    taken: set[str] = set()
    for number, text in enumerate(given, start=1):
        name = base = _plain(text) or f"column_{number}"
        again = 1
        while name.casefold() in taken:
            again += 1
            name = f"{base}_{again}"
        taken.add(name.casefold())
        names.append(name)
    return names


def _is_value(cell: str) -> bool:
    return VALUE.fullmatch(cell) is not None


def _is_year_above_others(cells: list[str], at: int, others: Sequence[Sequence[str]]) -> bool:
    below = [row[at].strip() for row in others if at < len(row) and row[at].strip()]
    return bool(YEAR.fullmatch(cells[at])) and not all(map(YEAR.fullmatch, below))


def _plain(text: str) -> str:
    shown = "".join(it if it.isprintable() else " " for it in unicodedata.normalize("NFC", text))
    return " ".join(shown.split())[:MAX_NAME].strip()
