"""All tools, by name."""

from typing import Any

from backend.tools.general import (
    columns,
    compare_periods,
    correlation,
    count_by,
    cross_table,
    describe,
    distribution,
    filter,  # noqa: A004 (a tool is named as people call it)
    group_by,
    histogram,
    missing,
    moving_average,
    outliers,
    pivot,
    seasonality,
    top,
    trend,
)
from backend.tools.household import HOUSEHOLD
from backend.tools.tool import Tool

_MODULES = (
    columns,
    describe,
    missing,
    distribution,
    histogram,
    outliers,
    count_by,
    group_by,
    pivot,
    cross_table,
    correlation,
    compare_periods,
    trend,
    seasonality,
    moving_average,
    top,
    filter,
)
GENERAL: tuple[Tool[Any], ...] = tuple(it.TOOL for it in _MODULES)

TOOLS: dict[str, Tool[Any]] = {it.name: it for it in (*GENERAL, *HOUSEHOLD)}
