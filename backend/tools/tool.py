"""A tool: a typed question with a name, asked of a table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from pydantic import BaseModel

from backend.tools.data import Data
from backend.tools.needed import Needed
from contract.language import Language
from contract.record import RecordTable
from contract.tools import Fact, Grid, Plot

ANY_TABLE = tuple(RecordTable)

W = TypeVar("W", bound=BaseModel)
Title = dict[Language, str]


@dataclass(frozen=True)
class Said:
    """What a tool found in so many `rows`, of so many `days` from `since` to `until`.

    Where that is `too_little` to say anything, it says in one sentence what was needed and what
    there is, in the language of the Data, and nothing else is given.
    """

    rows: int
    days: int | None = None
    since: date | None = None
    until: date | None = None
    too_little: str | None = None
    facts: tuple[Fact, ...] = ()
    grid: Grid | None = None
    plot: Plot | None = None


@dataclass(frozen=True)
class Tool(Generic[W]):
    """`wanted` is the schema of its arguments, whose docstring says what the tool is for.

    It can be asked of `tables` of the record, and of one's own data if it `takes_own`. `answer`
    raises UnknownColumn, InvalidInput, and what a question to DuckDB raises. With less than is
    `needed` it says nothing.
    """

    name: str
    title: Title
    wanted: type[W]
    answer: Callable[[Data, W], Said]
    tables: tuple[RecordTable, ...] = ANY_TABLE
    takes_own: bool = True
    needed: tuple[Needed, ...] = ()
