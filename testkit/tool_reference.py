"""docs/tools.md, written from what the tools say of themselves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backend.tools.needed import Needed
from backend.tools.registry import TOOLS
from backend.tools.scope import Scope
from backend.tools.service import info_of
from backend.tools.tool import ANY_TABLE, Tool

PAGE = Path(__file__).parents[1] / "docs" / "tools.md"
COMMAND = "uv run python -m testkit.tool_reference"
INTRODUCTION = """\
# Tools

Written by `{command}` from the tools' own schemas. Do not edit this page by hand.

A tool is a typed question to a table: of the record (`days`, `person_days`, `hours`, `incidents`,
`events`), or of a data set of one's own, by the id of its version. Everybody of the household asks
the record; owners ask their own tables too. `GET /tools/tables` says what there is.

    curl -H "Authorization: Bearer $API_KEY" -H "Content-Type: application/json" \\
      -d '{{"table": "days", "arguments": {{"by": "place", "column": "active_hours"}}}}' \\
      http://127.0.0.1:8000/tools/group_by

An answer says which rows and days it stands on (`basis`), and has facts, a table of at most 200
rows, and a plot of at most 2,000 points. Where there is too little to say anything, it says what
was needed and nothing else. With `Accept: text/csv` the table comes as a file, in which no text is
a formula. No question takes SQL, and none takes longer than ten seconds. A cell that is no finite
number, or a day that no calendar has, counts as missing.

**Days, not rows.** The rows of one day are not independent of each other: what somebody did at ten
is like what they did at eleven. So `compare_periods`, `trend`, `seasonality`, `moving_average` and
`correlation` (of days) count a day once. Today is left out, since it is not over, and so is a day
without a value; where rows are counted, a day without one is a day with none. They take at most
4,000 days. How well a day was seen they do not know: a day on which cameras were blind counts as it
is written. The record's own tools, from `day_timeline` on, leave such days out.

Of more than two million rows quantiles are estimated; of more than 200,000, the pairs of
rows of `correlation` are a sample, the same each time.

## Which rows

Every tool that any table can be asked by takes these, beside its own arguments:

| argument | is |
|---|---|
| `since`, `until` | the first and the last day, both included |
| `where` | up to ten conditions, which all hold: `{{"column", "operator", "value"}}` |

The operators are `=`, `!=`, `<`, `<=`, `>`, `>=`, `one_of` (a list), `contains` (a text, in any
case), `missing` and `known` (no value). Days and times are local: `2026-11-30`,
`2026-11-30T07:30`. What is missing is `!=` to everything.
"""


def tool_reference() -> str:
    """The page for today's tools."""
    parts = [INTRODUCTION.format(command=COMMAND), "## All tools\n"]
    parts += ["| tool | needs at least |", "|---|---|"]
    parts += [f"| [`{it.name}`](#{it.name}) | {_needed(it.needed)} |" for it in TOOLS.values()]
    for tool in TOOLS.values():
        parts += _section(tool)
    return "\n".join(parts) + "\n"


def _section(tool: Tool[Any]) -> Iterator[str]:
    info = info_of(tool, "en")
    yield f"\n## {info.name}\n"
    yield f"{info.title}. {info.description}\n"
    needs = f" Needs at least {_needed(tool.needed)}." if tool.needed else ""
    yield f"Asked of: {_asked_of(tool)}.{needs}"
    properties = info.arguments.get("properties", {})
    shared = Scope.model_fields if issubclass(tool.wanted, Scope) else ()
    own = {name: it for name, it in properties.items() if name not in shared}
    if own:
        yield "\n| argument | is |\n|---|---|"
        required = info.arguments.get("required", [])
        for name, schema in own.items():
            yield f"| `{name}` | {_argument(schema, name in required)} |"


def _asked_of(tool: Tool[Any]) -> str:
    if tool.tables == ANY_TABLE and tool.takes_own:
        return "any table"
    own = ["one's own tables"] if tool.takes_own else []
    return ", ".join([*(f"`{it}`" for it in tool.tables), *own])


def _needed(needed: tuple[Needed, ...]) -> str:
    return ", ".join(map(_counted, needed)) or "–"


def _counted(needed: Needed) -> str:
    return f"{needed.count} {needed.of if needed.count > 1 else needed.of.removesuffix('s')}"


def _argument(schema: dict[str, Any], is_required: bool) -> str:
    says = ["required" if is_required else "optional"]
    says += [" or ".join(f"`{it}`" for it in choices) for choices in _choices(schema)]
    if (default := schema.get("default")) not in (None, [], ""):
        says.append(f"else `{str(default).lower() if isinstance(default, bool) else default}`")
    says += [f"{it} {schema[it]}" for it in ("minimum", "maximum") if it in schema]
    described = schema.get("description", "")
    return ", ".join(says) + (f". {described}" if described else "")


def _choices(schema: dict[str, Any]) -> Iterator[list[str]]:
    for part in (schema, *schema.get("anyOf", [])):
        if "enum" in part:
            yield part["enum"]


if __name__ == "__main__":
    PAGE.write_text(tool_reference(), encoding="utf-8")
