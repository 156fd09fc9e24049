"""Days of people as what is known of them on an evening: means of the last week, and of four.

A row of the record's table `person_days` is one day of one person; what comes of it is a row for
every seventh evening, with whether a fall came within the week after it.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from modeling.training.tabular.settings import FELL, MEASURED, MONTH, WEEK
from modeling.training.tabular.table import Table, TableError, number, text, time

PERSON, DAY, FALLS = "person", "day", "falls"
LEAST_DAYS = 4
"""So many of the days have to be known; else a mean is missing."""

Numbers = NDArray[np.float64]


def weeks_of(days: Table) -> Table:
    """Evenings with EVENING_FEATURES and FELL, of a table without `person` as those of one person.

    Raises TableError.
    """
    parts = [part for rows in _people(days) if (part := _evenings(days.taken(rows))) is not None]
    if not parts:
        raise TableError(f"expected {MONTH + WEEK} days of a person in a row at least")
    names = parts[0].columns
    joined = {name: np.concatenate([part.columns[name].cells for part in parts]) for name in names}
    make = {PERSON: text, DAY: time}
    return Table({name: make.get(name, number)(cells) for name, cells in joined.items()})


def mean_of_last(cells: Numbers, days: int) -> Numbers:
    """(D,) daily values to (D - days + 1,) means of so many days; NaN where too few are known."""
    windows = sliding_window_view(cells, days)
    known = np.isfinite(windows)
    count = known.sum(axis=1)
    total = np.where(known, windows, 0.0).sum(axis=1)
    return np.where(count >= LEAST_DAYS, total / np.maximum(count, 1), np.nan)


def _people(days: Table) -> Iterator[NDArray[Any]]:
    """The rows of each person."""
    if PERSON not in days.columns:
        yield np.arange(len(days))
        return
    names, who = np.unique(days.column(PERSON).cells.astype(str), return_inverse=True)
    order = np.argsort(who, kind="stable")
    yield from np.split(order, np.searchsorted(who[order], np.arange(1, len(names))))


def _evenings(days: Table) -> Table | None:
    """The evenings of one person; None where there are too few days."""
    at = days.column(DAY).cells.astype(int)
    length = int(at.max() - at.min()) + 1
    if length < MONTH + WEEK:
        return None
    evenings = np.arange(MONTH - 1, length - WEEK, WEEK)
    columns = {}
    for name in MEASURED:
        daily = _daily(days, name, at, length)
        for window in (WEEK, MONTH):
            means = mean_of_last(daily, window)
            columns[f"{name}_{window}d"] = number(means[evenings - window + 1])
    falls = np.nan_to_num(_daily(days, FALLS, at, length))
    before, after = (sliding_window_view(falls, window).sum(axis=1) for window in (MONTH, WEEK))
    columns[f"{FALLS}_{MONTH}d"] = number(before[evenings - MONTH + 1])
    columns[FELL] = number(after[evenings + 1] > 0.0)
    who = days.columns[PERSON].cells[:1] if PERSON in days.columns else np.array(["one"], object)
    return Table(
        {PERSON: text(np.repeat(who, len(evenings))), DAY: time(at.min() + evenings), **columns}
    )


def _daily(days: Table, name: str, at: NDArray[np.int_], length: int) -> Numbers:
    """(D,) a value for each day from the first to the last; NaN where it is not known."""
    daily = np.full(length, np.nan)
    daily[at - at.min()] = days.column(name).cells
    return daily
