"""The tools that a model may want for one answer, asked as the caller and of nothing else."""

import hashlib
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import to_json

from backend.access.keys import Caller
from backend.assistant.cache import GivenCall, digest_of
from backend.assistant.seams import Tools
from backend.errors import ApiError, InvalidInput, describe
from backend.providers.talk import OfferedTool, WantedCall
from contract.assistant import ToolCall
from contract.language import Language
from contract.record import RecordTable
from contract.tools import ToolAnswer, ToolAsked, ToolInfo

NO_SUCH_TOOL = "expected one of the tools that were offered"
NO_OBJECT = "expected the arguments as a JSON object"
RECORD = frozenset(it.value for it in RecordTable)


class Toolbox:
    """For one caller. Without a `table` the model chooses one of the record's.

    Who asks, and of which household, comes from the request and from nothing else.
    """

    def __init__(
        self, tools: Tools, caller: Caller, language: Language, table: str | None = None
    ) -> None:
        self._tools, self._caller = tools, caller
        self._language: Language = language
        self._table = table
        fitting = [it for it in tools.tools(language) if _fits(it, table)]
        self.offered = tuple(_offered(it, table) for it in fitting)
        self._names = frozenset(it.name for it in self.offered)

    @property
    def digest(self) -> str:
        """Changes whenever one of the tools does."""
        described = [(it.name, it.description, it.arguments) for it in self.offered]
        return hashlib.sha256(to_json(described)).hexdigest()

    def ask(self, wanted: WantedCall) -> ToolAnswer:
        """What the tool answers; raises ApiError."""
        if wanted.name not in self._names:
            raise InvalidInput(NO_SUCH_TOOL)
        if wanted.arguments is None:
            raise InvalidInput(NO_OBJECT)
        given = wanted.arguments
        table = given.get("table") if self._table is None else self._table
        if self._table is None and table not in RECORD:
            raise InvalidInput(f"table: expected one of {', '.join(sorted(RECORD))}")
        asked = _asked(table, given.get("arguments", {}), self._language)
        return self._tools.ask(self._caller, wanted.name, asked)

    def ask_again(self, given: GivenCall) -> ToolCall | None:
        """The call asked by this caller now; None where it has another answer than it had."""
        if given.tool not in self._names:
            return None
        asked = _asked(self._table or given.table, given.arguments, self._language)
        try:
            answer = self._tools.ask(self._caller, given.tool, asked)
        except ApiError:
            return None
        return ToolCall(id=given.id, answer=answer) if digest_of(answer) == given.digest else None


def _asked(table: object, arguments: object, language: Language) -> ToolAsked:
    try:
        return ToolAsked.model_validate(
            {"table": table, "arguments": arguments, "language": language}
        )
    except ValidationError as error:
        raise InvalidInput(describe(error)) from None


def _fits(tool: ToolInfo, table: str | None) -> bool:
    if table is None:
        return bool(tool.tables)
    return table in tool.tables if table in RECORD else tool.takes_own


def _offered(tool: ToolInfo, table: str | None) -> OfferedTool:
    """With its arguments below `arguments`, and the tables that it can be asked of beside them."""
    arguments = _untitled(tool.arguments)
    definitions: dict[str, Any] = arguments.pop("$defs", {})
    properties: dict[str, Any] = {"arguments": arguments}
    if table is None:
        properties = {"table": {"type": "string", "enum": _names(tool.tables)}, **properties}
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    if definitions:
        schema["$defs"] = definitions
    return OfferedTool(tool.name, tool.description, schema)


def _untitled(schema: Any) -> Any:
    """Without the titles, which say what the names of fields do; each costs tokens in each turn."""
    if isinstance(schema, list):
        return [_untitled(it) for it in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _untitled(value)
        for name, value in schema.items()
        if not (name == "title" and isinstance(value, str))
    }


def _names(tables: Sequence[RecordTable]) -> list[str]:
    return [table.value for table in tables]
