"""A form made of a tool's JSON schema, and what somebody filled in as the tool's arguments."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import JsonValue, TypeAdapter

from backend.tools.scope import ColumnName, Operator
from backend.web.asking.form_names import ARGUMENTS, CHOICES
from backend.web.asking.value_names import VALUE_NAMES
from backend.web.asking.words import AnswerWords
from contract.tools import ColumnKind, TableColumn, TableInfo, ToolInfo

COLUMN_SCHEMA = TypeAdapter(ColumnName).json_schema()
WHERE = "where"
CONDITION = ("where_column", "where_operator", "where_value")
WITHOUT_VALUE = frozenset({Operator.MISSING, Operator.KNOWN})
Options = tuple[tuple[str, str], ...]


class FieldKind(StrEnum):
    """How a field is filled in."""

    CHOICE = "choice"
    SEVERAL = "several"
    DAY = "day"
    NUMBER = "number"
    YES_NO = "yes_no"
    TEXT = "text"


@dataclass(frozen=True)
class Field:
    """One argument; `options` are the values that can be chosen, with their words."""

    name: str
    title: str
    kind: FieldKind
    is_required: bool
    options: Options = ()
    usual: str = ""
    least: float | None = None
    most: float | None = None
    is_whole: bool = False


def fields_of(
    tool: ToolInfo, table: TableInfo, places: Sequence[str], words: AnswerWords
) -> list[Field]:
    """The fields of a tool that is asked of a table, but for the condition on its rows."""
    columns = tuple((it.name, words.name(it.name)) for it in table.columns)
    required = tool.arguments.get("required", ())
    return [
        _field(name, schema, name in required, columns, places, words)
        for name, schema in tool.arguments["properties"].items()
        if name != WHERE
    ]


def takes_condition(tool: ToolInfo) -> bool:
    """Whether the rows can be narrowed down."""
    return WHERE in tool.arguments["properties"]


def arguments_of(
    fields: Sequence[Field], table: TableInfo, pairs: Sequence[tuple[str, str]]
) -> dict[str, JsonValue]:
    """What was filled in, as the tool takes it; what was left empty is left out."""
    given = {it.name: [text for name, text in pairs if name == it.name and text] for it in fields}
    arguments = {it.name: _READ[it.kind](given[it.name]) for it in fields if given[it.name]}
    condition = _condition(table.columns, dict(pairs))
    return arguments | ({WHERE: [condition]} if condition else {})


def _field(
    name: str,
    schema: Mapping[str, Any],
    is_required: bool,
    columns: Options,
    places: Sequence[str],
    words: AnswerWords,
) -> Field:
    """One argument, by what its schema allows."""
    kind, options = _kind(name, _allowed(schema), columns, places, words)
    allowed, usual = _allowed(schema), schema.get("default")
    title = words.text(ARGUMENTS[name]) if name in ARGUMENTS else name
    return Field(
        name=name,
        title=title,
        kind=kind,
        is_required=is_required,
        options=options,
        usual="" if usual is None or isinstance(usual, list) else str(usual),
        least=allowed.get("minimum"),
        most=allowed.get("maximum"),
        is_whole=allowed.get("type") == "integer",
    )


def _kind(
    name: str,
    allowed: Mapping[str, Any],
    columns: Options,
    places: Sequence[str],
    words: AnswerWords,
) -> tuple[FieldKind, Options]:
    if "enum" in allowed:
        return FieldKind.CHOICE, tuple((it, _choice(it, words)) for it in allowed["enum"])
    if _is_column(allowed):
        return FieldKind.CHOICE, columns
    if allowed.get("type") == "array":
        return FieldKind.SEVERAL, columns
    if name == "place":
        return FieldKind.CHOICE, tuple((it, it) for it in places)
    return _plain(allowed), ()


def _plain(allowed: Mapping[str, Any]) -> FieldKind:
    kinds = {
        "integer": FieldKind.NUMBER,
        "number": FieldKind.NUMBER,
        "boolean": FieldKind.YES_NO,
    }
    usual = FieldKind.DAY if allowed.get("format") == "date" else FieldKind.TEXT
    return kinds.get(allowed.get("type", ""), usual)


def _allowed(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of what may stand there, if something does."""
    several = schema.get("anyOf", (schema,))
    return next(it for it in several if it.get("type") != "null")


def _is_column(allowed: Mapping[str, Any]) -> bool:
    return all(allowed.get(key) == value for key, value in COLUMN_SCHEMA.items())


def _choice(value: str, words: AnswerWords) -> str:
    known = CHOICES.get(value) or VALUE_NAMES.get(value)
    return words.text(known) if known else words.name(value)


def _number(text: str) -> JsonValue:
    """What is no number goes to the tool as it is, which says what it expected."""
    try:
        value: JsonValue = json.loads(text)
    except ValueError:
        return text
    return value


_READ: Mapping[FieldKind, Callable[[list[str]], JsonValue]] = {
    FieldKind.CHOICE: lambda given: given[0],
    FieldKind.SEVERAL: lambda given: [*given],
    FieldKind.DAY: lambda given: given[0],
    FieldKind.NUMBER: lambda given: _number(given[0]),
    FieldKind.YES_NO: lambda given: given[0] == "true",
    FieldKind.TEXT: lambda given: given[0],
}


def _condition(
    columns: Sequence[TableColumn], given: Mapping[str, str]
) -> dict[str, JsonValue] | None:
    """The condition, where a column was chosen for it."""
    name, operator, text = (given.get(it, "") for it in CONDITION)
    column = next((it for it in columns if it.name == name), None)
    if column is None:
        return None
    said: dict[str, JsonValue] = {"column": name, "operator": operator or Operator.EQUAL.value}
    if operator in WITHOUT_VALUE:
        return said
    if operator == Operator.ONE_OF:
        return said | {"value": [*_values(column, text)]}
    return said | {"value": _value(column, text.strip())}


def _values(column: TableColumn, text: str) -> Iterator[JsonValue]:
    return (_value(column, it.strip()) for it in text.split(",") if it.strip())


def _value(column: TableColumn, text: str) -> JsonValue:
    if column.kind is ColumnKind.NUMBER:
        return _number(text)
    if column.kind is ColumnKind.YES_NO:
        return {"yes": True, "true": True, "no": False, "false": False}.get(text.lower(), text)
    return text
