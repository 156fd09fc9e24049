"""Which rows are asked about."""

from datetime import datetime
from typing import Any

import pytest

from backend.errors import InvalidInput
from contract.tools import ColumnKind
from testkit.askable import column, data_of

COLUMNS = [
    column("at", ColumnKind.TIME),
    column("place", ColumnKind.TEXT),
    column("n"),
    column("told", ColumnKind.YES_NO),
    column("born", ColumnKind.DAY),
]
AT = datetime.fromisoformat("2026-11-28T23:30")
ROWS = [
    (AT, "Hall", 1.0, True, AT.date()),
    (AT.replace(day=29), "거실", 2.0, False, AT.date()),
    (AT.replace(day=30), None, None, None, None),
]


@pytest.fixture(scope="module")
def table() -> Any:
    data = data_of(COLUMNS, ROWS)
    yield data
    data.duck.close()


def found(ask: Any, table: Any, **scope: object) -> list[int]:
    """The days of the rows in it."""
    return [row[0].day for row in ask("filter", table, **scope).grid.rows]


def test_days_are_local_and_both_ends_belong_to_the_span(ask: Any, table: Any) -> None:
    assert found(ask, table, since="2026-11-29", until="2026-11-30") == [29, 30]
    assert found(ask, table, until="2026-11-28") == [28]


@pytest.mark.parametrize(
    ("condition", "days"),
    [
        (("place", "=", "거실"), [29]),
        (("place", "!=", "거실"), [28, 30]),
        (("place", "contains", "hA"), [28]),
        (("place", "one_of", ["Hall", "거실"]), [28, 29]),
        (("place", "missing", None), [30]),
        (("n", "known", None), [28, 29]),
        (("n", ">", 1), [29]),
        (("n", "<=", 1.0), [28]),
        (("told", "=", False), [29]),
        (("born", "=", "2026-11-28"), [28, 29]),
        (("at", ">=", "2026-11-29T23:30"), [29, 30]),
        (("at", "<", "2026-11-29T15:00Z"), [28, 29]),
        (("place", "=", "' OR 1=1 --"), []),
    ],
    ids=str,
)
def test_condition(ask: Any, table: Any, condition: Any, days: list[int]) -> None:
    where = [dict(zip(("column", "operator", "value"), condition, strict=True))]
    assert found(ask, table, where=where) == days


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"since": 20261101}, "since: Input should be a valid date"),
        ({"since": "2026-11-30", "until": "2026-11-01"}, "`since` or a later day"),
        ({"sql": "DROP TABLE asked"}, "sql: Extra inputs are not permitted"),
        ({"where": [{"column": "n", "operator": "LIKE", "value": 1}]}, "where.0.operator"),
        ({"where": [{"column": "n"}] * 11}, "at most 10 items"),
        ({"where": [{"column": "n", "value": "1"}]}, "expected a number as the value of 'n'"),
        ({"where": [{"column": "n", "value": True}]}, "expected a number"),
        ({"where": [{"column": "n", "value": 10**400}]}, "."),
        ({"where": [{"column": "place", "value": 1}]}, "expected a text"),
        ({"where": [{"column": "told", "value": 1}]}, "expected true or false"),
        ({"where": [{"column": "born", "value": "28.11.2026"}]}, "a day, such as 2026-11-30"),
        ({"where": [{"column": "at", "value": "morning"}]}, "a local time, such as"),
        ({"where": [{"column": "n", "operator": "one_of", "value": 1}]}, "a list of values"),
        ({"where": [{"column": "n", "operator": "one_of", "value": []}]}, "a list of values"),
        ({"where": [{"column": "place", "value": "\ud800"}]}, "."),
    ],
    ids=str,
)
def test_what_is_no_scope_is_refused(ask: Any, table: Any, scope: Any, expected: str) -> None:
    with pytest.raises(InvalidInput, match=expected):
        ask("filter", table, **scope)
