"""Questions to a table by the name of a tool, for whoever may ask."""

import inspect
import json
import math
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from pydantic import BaseModel, JsonValue, ValidationError

from backend.access.keys import Caller
from backend.errors import InvalidInput, TooManyRequests, describe, shorten
from backend.record.asking import asked_again
from backend.tools.data import Data
from backend.tools.errors import UnknownTool, WrongTable
from backend.tools.registry import TOOLS
from backend.tools.tables import Tables, record_table
from backend.tools.tool import Tool
from contract.language import Language
from contract.tools import Basis, TableInfo, ToolAnswer, ToolAsked, ToolInfo

AT_ONCE, WAIT_SEC = 2, 10.0
"""Questions that are answered at the same time, since each takes memory; how long another waits."""
IN_LINE = 6
"""So many wait; more would take the server's threads from those who answer an alert."""


class ToolService:
    """Thread-safe. `language` says what somebody reads who does not say so."""

    def __init__(
        self,
        tables: Tables,
        language: Callable[[Caller], Language],
        wait_sec: float = WAIT_SEC,
    ) -> None:
        self._tables, self._language, self._wait_sec = tables, language, wait_sec
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._line = threading.BoundedSemaphore(AT_ONCE + IN_LINE)

    def tools(self, language: Language) -> list[ToolInfo]:
        """All tools, as somebody reads them, and as a language model may call them."""
        return [info_of(it, language) for it in TOOLS.values()]

    def tables(self, caller: Caller, language: Language | None = None) -> list[TableInfo]:
        """All tables that the caller may ask."""
        read_in = language or self._language(caller)
        with self._placed():
            return asked_again(lambda: self._tables.all(caller, read_in))

    def ask(self, caller: Caller, name: str, asked: ToolAsked) -> ToolAnswer:
        """The answer of the tool of this name.

        Raises UnknownTool, UnknownTable, WrongTable, UnknownColumn, InvalidInput, Forbidden,
        TooManyRequests, and what a question to DuckDB raises.
        """
        tool = _found(name)
        _check_table(tool, asked.table)
        language = asked.language or self._language(caller)

        def answered() -> ToolAnswer:
            with self._tables.opened(caller, asked.table, language) as data:
                return answer(tool, data, asked.arguments)

        with self._placed():
            return asked_again(answered)

    @contextmanager
    def _placed(self) -> Iterator[None]:
        with self._held(self._line, 0.0), self._held(self._places, self._wait_sec):
            yield

    @contextmanager
    def _held(self, places: threading.Semaphore, wait_sec: float) -> Iterator[None]:
        if not places.acquire(timeout=wait_sec):
            raise TooManyRequests(math.ceil(self._wait_sec), "questions to tables at a time")
        try:
            yield
        finally:
            places.release()


def answer(tool: Tool[Any], data: Data, arguments: Mapping[str, JsonValue]) -> ToolAnswer:
    """What a tool answers from a table, and what that stands on.

    Raises InvalidInput where the arguments are none of its, and what the tool raises.
    """
    wanted = _wanted(tool, arguments)
    with np.errstate(all="ignore"):  # what is no number is shown as missing
        said = tool.answer(data, wanted)
    basis = Basis(
        table=data.name,
        rows=said.rows,
        days=said.days,
        since=said.since,
        until=said.until,
        is_generated=data.is_generated,
        data_version=data.version,
    )
    return ToolAnswer(
        tool=tool.name,
        arguments=wanted.model_dump(mode="json", exclude_none=True),
        basis=basis,
        too_little=said.too_little,
        facts=said.facts,
        grid=said.grid,
        plot=said.plot,
    )


def info_of(tool: Tool[Any], language: Language) -> ToolInfo:
    """The tool as it is shown."""
    return ToolInfo(
        name=tool.name,
        title=tool.title[language],
        description=inspect.getdoc(tool.wanted) or "",
        arguments=tool.wanted.model_json_schema(),
        tables=tool.tables,
        takes_own=tool.takes_own,
    )


def _found(name: str) -> Tool[Any]:
    if name not in TOOLS:
        raise UnknownTool(f"no tool {shorten(name)!r}, expected one of {', '.join(TOOLS)}")
    return TOOLS[name]


def _check_table(tool: Tool[Any], name: str) -> None:
    table = record_table(name)
    if table not in tool.tables if table else not tool.takes_own:
        own = " or a table of one's own" if tool.takes_own else ""
        raise WrongTable(f"{tool.name}: expected one of {', '.join(tool.tables)}{own}")


def _wanted(tool: Tool[Any], arguments: Mapping[str, JsonValue]) -> BaseModel:
    """As JSON, in which a number is no day."""
    try:
        wanted: BaseModel = tool.wanted.model_validate_json(json.dumps(arguments))
    except ValidationError as error:
        raise InvalidInput(describe(error)) from error
    return wanted
