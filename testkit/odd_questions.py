"""Tables as nobody makes them on purpose, and questions to them, from a seed."""

import math
import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from backend.tools.data import Data
from backend.tools.scope import Operator
from backend.tools.tool import Tool
from contract.language import Language
from contract.tools import ColumnKind, TableColumn
from testkit.askable import data_of

SIZES = (0, 1, 2, 25, 60, 400, 400)
NAMES = (
    *("걸음 수", "rows", "value", "day", 'a "quoted" name', "'; DROP TABLE asked; --", "x" * 150),
    *("chosen", "select", "A.b", "=1+1", "밤에 일어난 횟수(회)", "\t", "?", "{0}", "%s"),
)
TEXTS = (
    "거실",
    "침실",
    "",
    "=HYPERLINK(1)",
    "💤",
    "x" * 5000,
    "'; DROP TABLE asked; --",
    "NaN",
    "0",
)
DAY = date(2026, 9, 1)
LANGUAGES: tuple[Language, ...] = ("ko", "en")
Random = random.Random
Draw = Callable[[Random, int], object]

NUMBERS: tuple[Draw, ...] = (
    lambda r, _: r.gauss(0, 1),
    lambda r, _: r.choice((1.7e308, -1.7e308, 0.0)),
    lambda r, _: r.choice((math.nan, math.inf, -math.inf, 1.0)),
    lambda r, _: 5e-324 * r.randrange(3),
    lambda r, _: 1e15 + r.random(),
    lambda _, __: 7.0,
    lambda _, index: float(index),
    lambda _, __: None,
    lambda r, _: r.choice((None, 1.0, 2.0)),
)
WORDS: tuple[Draw, ...] = (
    lambda r, _: r.choice(TEXTS),
    lambda r, _: r.choice(TEXTS[:2]),
    lambda _, index: f"{index}",
    lambda _, __: None,
)
ANSWERS: tuple[Draw, ...] = (lambda r, _: r.random() < 0.5, lambda r, _: r.choice((True, None)))
DAYS: tuple[Draw, ...] = (
    lambda _, index: DAY + timedelta(days=index),
    lambda r, _: DAY + timedelta(days=r.randrange(40)),
    lambda _, __: DAY,
    lambda r, _: r.choice((date.min, date.max, DAY)),
    lambda _, __: None,
)
TIMES: tuple[Draw, ...] = (
    lambda _, index: datetime(2026, 9, 1) + timedelta(hours=index),  # noqa: DTZ001 (local)
    lambda r, _: datetime(2026, 9, 1) + timedelta(minutes=r.randrange(80_000)),  # noqa: DTZ001
    lambda r, _: r.choice((datetime(1, 1, 1), datetime(9999, 12, 31))),  # noqa: DTZ001
    lambda _, __: None,
)
DRAWN: dict[ColumnKind, tuple[Draw, ...]] = {
    ColumnKind.NUMBER: NUMBERS,
    ColumnKind.TEXT: WORDS,
    ColumnKind.YES_NO: ANSWERS,
    ColumnKind.DAY: DAYS,
    ColumnKind.TIME: TIMES,
}
MOSTLY_NUMBERS = [*ColumnKind, ColumnKind.NUMBER, ColumnKind.NUMBER, ColumnKind.TEXT]


def odd_table(seed: int) -> Data:
    """A table of one to nine columns of any kind, with as many rows as one of SIZES."""
    chance = Random(seed)
    names = chance.sample(NAMES, chance.randint(1, 9))
    columns = [TableColumn(name=it, kind=chance.choice(MOSTLY_NUMBERS)) for it in names]
    draws = [chance.choice(DRAWN[it.kind]) for it in columns]
    size = chance.choice(SIZES)
    rows = ([draw(chance, index) for draw in draws] for index in range(size))
    return data_of(columns, rows, chance.choice(LANGUAGES))


def odd_arguments(tool: Tool[Any], data: Data, seed: int) -> dict[str, Any]:
    """Arguments for the tool, most of which the table has."""
    chance = Random(f"{seed} {tool.name}")
    wanted = {
        name: _argument(name, data, chance)
        for name, field in tool.wanted.model_fields.items()
        if field.is_required() or chance.random() < 0.15
    }
    return {name: value for name, value in wanted.items() if value is not None}


def _argument(name: str, data: Data, chance: Random) -> object:
    match name:
        case "column" | "other" | "by" | "across" | "order_by":
            return _name(data.columns, chance)
        case "columns":
            return [it.name for it in data.columns[:3]]
        case "since" | "until" | "against_since" | "against_until":
            return (DAY + timedelta(days=chance.randrange(60))).isoformat()
        case "where":
            return [_condition(data, chance) for _ in range(chance.randint(0, 2))]
        case "part" | "across_part":
            return chance.choice((None,) * 9 + ("hour", "weekday", "day", "week", "month"))
        case "statistic":
            return chance.choice(("mean", "sum", "mean", "sd", "median", "rows"))
        case "limit" | "bins" | "days":
            return chance.choice((2, 5, 30, 30, 30, 1000))
    return None


def _name(columns: Sequence[TableColumn], chance: Random) -> str:
    """Of a column, mostly of numbers; seldom of none."""
    numbers = [it.name for it in columns if it.kind is ColumnKind.NUMBER]
    if chance.random() < 0.03:
        return "no such column"
    return chance.choice(numbers or NAMES) if chance.random() < 0.7 else chance.choice(columns).name


def _condition(data: Data, chance: Random) -> dict[str, object]:
    column = chance.choice(data.columns)
    value = {
        ColumnKind.NUMBER: 0.5,
        ColumnKind.TEXT: "거실",
        ColumnKind.YES_NO: True,
        ColumnKind.DAY: "2026-09-12",
        ColumnKind.TIME: "2026-09-12T07:30+02:00",
    }[column.kind]
    operator = chance.choice(tuple(Operator))
    given = [value] if operator is Operator.ONE_OF else value
    return {"column": column.name, "operator": operator.value, "value": given}
