"""What the next days may be like."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from backend.record.columns import COLUMNS
from backend.tools.answers import number
from backend.tools.data import Data
from backend.tools.household.basis.daily import of_days
from backend.tools.household.basis.facts import PERCENT, count, day, fact, rounded, word
from backend.tools.household.basis.forecasting import INTERVAL_PERCENT, Forecast, Numbers, forecast
from backend.tools.household.basis.seen import seen_in, share_by_day, well_seen
from backend.tools.household.basis.sentences import too_few_days
from backend.tools.household.basis.span import DAY, Span
from backend.tools.needed import Needed
from backend.tools.tool import Said, Tool
from contract.record import RecordTable
from contract.tools import Fact, Grid, Plot, Series, TableColumn

HISTORY_DAYS = 365
LEAST_DAYS = 28
SHOWN_DAYS = 56
DIGITS = 3
Figure = Literal[
    "active_hours",
    "lying_hours",
    "times_up_at_night",
    "walked_minutes",
    "walking_speed",
    "rises",
    "incidents",
    "false_alarms",
]


class NextDays(BaseModel):
    """What a daily figure may be in the next days, each with an interval in which 80 of 100 days
    came before, and how far off this and the naive forecast (the same weekday a week before) were.

    It goes on from today's level with what is usual on each weekday, of at most the last 365 days;
    it knows nothing of illness, visits or holidays, and lets no trend go on. Days of which less
    than half was seen count as not known. It needs 28 days that are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    figure: Annotated[Figure, Field(description="The daily figure.")] = "active_hours"
    days: Annotated[int, Field(ge=1, le=28, description="How many days ahead.")] = 7


def answer(data: Data, wanted: NextDays) -> Said:
    """The forecast from today on."""
    span = Span(data.today - HISTORY_DAYS * DAY, data.today - DAY)
    history = _history(data, span, wanted.figure)
    basis = Said(len(history), len(history), min(history, default=None), max(history, default=None))
    if len(history) < LEAST_DAYS:
        return replace(basis, too_little=too_few_days(data.language, LEAST_DAYS, len(history)))
    found = forecast(_series(history, span.last), wanted.days)
    ahead = [data.today + step * DAY for step in range(wanted.days)]
    column = next(it for it in COLUMNS[RecordTable.PERSON_DAYS] if it.name == wanted.figure)
    return replace(
        basis,
        facts=(*_facts(found, column), *seen_in(data, span).facts()),
        grid=_grid(found, ahead, column),
        plot=_plot(found, history, ahead, column),
    )


def _history(data: Data, span: Span, figure: Figure) -> dict[date, float]:
    """The days of a span that are known."""
    good = well_seen(share_by_day(data, span))
    return {on: float(value) for on, value in of_days(data, good, figure) if value is not None}


def _series(history: dict[date, float], last: date) -> Numbers:
    """From the first day that is known to `last`; NaN where none is."""
    first = min(history)
    days = (last - first).days + 1
    return np.array([history.get(first + step * DAY, np.nan) for step in range(days)])


def _facts(found: Forecast, column: TableColumn) -> tuple[Fact, ...]:
    better = 100 * (1 - found.error / found.naive_error) if found.naive_error else 0.0
    return (
        word("figure", column.name),
        fact("mean_of_the_days", float(found.values.mean()), column.unit, DIGITS),
        fact("interval_percent", INTERVAL_PERCENT, PERCENT, 0),
        fact("mean_absolute_error", found.error, column.unit, DIGITS),
        fact("naive_mean_absolute_error", found.naive_error, column.unit, DIGITS),
        fact("better_than_naive_percent", better, PERCENT, 1),
        count("forecasts_tried", found.tried),
    )


def _grid(found: Forecast, ahead: Sequence[date], column: TableColumn) -> Grid:
    lines = zip(ahead, found.values, found.low, found.high, strict=True)
    return Grid(
        columns=(
            day("day"),
            number(column.name, column.unit),
            number("low", column.unit),
            number("high", column.unit),
        ),
        rows=tuple((on, *(rounded(it, DIGITS) for it in values)) for on, *values in lines),
    )


def _plot(
    found: Forecast, history: dict[date, float], ahead: Sequence[date], column: TableColumn
) -> Plot:
    shown = sorted(history)[-SHOWN_DAYS:]
    past = Series(
        name=column.name,
        kind="line",
        x=tuple(shown),
        y=tuple(rounded(history[on], DIGITS) for on in shown),
    )
    future = Series(
        name="forecast",
        kind="line",
        x=tuple(ahead),
        y=tuple(rounded(it, DIGITS) for it in found.values),
        low=tuple(rounded(it, DIGITS) for it in found.low),
        high=tuple(rounded(it, DIGITS) for it in found.high),
    )
    return Plot(x=day("day"), y=column, series=(past, future))


TOOL = Tool(
    "forecast",
    {"ko": "다음 며칠", "en": "The next days"},
    NextDays,
    answer,
    (RecordTable.PERSON_DAYS,),
    takes_own=False,
    needed=(Needed(LEAST_DAYS, "days"),),
)
