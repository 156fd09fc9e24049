"""A quiet home in a table, and questions to it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import numpy as np
import pytest

from backend.tools.data import Data
from backend.tools.registry import TOOLS
from backend.tools.service import answer
from contract.tools import ColumnKind, ToolAnswer
from testkit.askable import column, data_of

FIRST = datetime.fromisoformat("2026-09-01T00:00")
DAYS = 60
Ask = Callable[..., ToolAnswer]
HOME = (
    column("언제", ColumnKind.TIME),
    column("방", ColumnKind.TEXT),
    column("걸음", unit="m"),
    column("밤", ColumnKind.YES_NO),
)


def rows() -> list[tuple[object, ...]]:
    """An hour each: more steps by day, in the last twenty days 40 fewer; of every tenth unknown."""
    chance = np.random.default_rng(5)
    made: list[tuple[object, ...]] = []
    for number in range(DAYS * 24):
        at = FIRST + timedelta(hours=number)
        is_night = at.hour < 6 or at.hour >= 22
        steps = (20 if is_night else 100) - (40 if number >= 40 * 24 else 0)
        walked = None if number % 10 == 9 else steps + float(chance.normal(0, 5))
        made.append((at, "침실" if is_night else "거실", walked, is_night))
    return made


@pytest.fixture(scope="session")
def home() -> Iterator[Data]:
    data = data_of(HOME, rows())
    yield data
    data.duck.close()


@pytest.fixture(scope="session")
def steps() -> np.ndarray:
    """All that are known."""
    return np.array([row[2] for row in rows() if row[2] is not None], dtype=float)


@pytest.fixture(scope="session")
def ask(home: Data) -> Ask:
    """Ask a tool about the home, or about other data."""

    def ask(tool: str, data: Data = home, **arguments: object) -> ToolAnswer:
        return answer(TOOLS[tool], data, arguments)  # type: ignore[arg-type]

    return ask


def facts(found: ToolAnswer) -> dict[str, object]:
    return {it.name: it.value for it in found.facts}


@pytest.fixture
def facts_of() -> Callable[[ToolAnswer], dict[str, object]]:
    """The facts of an answer by their names."""
    return facts
