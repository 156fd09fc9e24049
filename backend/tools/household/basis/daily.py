"""Figures of days that were seen well enough to count."""

from collections.abc import Collection
from datetime import date

from backend.storage.duck import Cells, quoted
from backend.tools.data import Data


def of_days(data: Data, days: Collection[date], *columns: str) -> list[Cells]:
    """Rows of these days with the columns of the day's figures, oldest first; a day that has no
    figures is left out."""
    listed = ", ".join(quoted(name) for name in columns)
    return data.duck.ask(
        f"SELECT day, {listed} FROM person_days WHERE list_contains(?::DATE[], day) ORDER BY day",
        [list(days)],
    )
