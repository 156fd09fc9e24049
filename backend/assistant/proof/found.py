"""What an answer of a tool has that a text may say."""

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite

from pydantic import JsonValue

from backend.assistant.proof.mentions import mentions
from backend.assistant.proof.readings import Amount, Clock, Day, Reading
from contract.tools import Cell, Grid, Plot, ToolAnswer

UNITS = {"s": "s", "sec": "s", "min": "min", "h": "h", "hours": "h", "d": "d", "days": "d"}
NAME = re.compile(r"(?<![A-Za-z_-])[A-Za-z_-]+\d[\w-]*")
"""A number in it is no number: hall2, camera-3."""
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")


class Values:
    """Numbers, of which many are looked for."""

    def __init__(self) -> None:
        self._known: set[float] = set()
        self._sorted: list[float] = []

    def add(self, value: float) -> None:
        """One more."""
        self._known.add(value)

    def has_within(self, low: float, high: float) -> bool:
        """Whether one of them lies from `low` to `high`."""
        if len(self._sorted) < len(self._known):
            self._sorted = sorted(self._known)
        place = bisect_left(self._sorted, low)
        return place < len(self._sorted) and self._sorted[place] <= high


@dataclass
class Found:
    """The numbers, days and times of answers, and the names among their texts."""

    amounts: dict[str | None, Values] = field(default_factory=lambda: defaultdict(Values))
    """By their units, without their signs."""
    days: set[Day] = field(default_factory=set)
    """By all that they may be written as."""
    minutes: Values = field(default_factory=Values)
    names: set[str] = field(default_factory=set)

    def has(self, reading: Reading) -> bool:
        """Whether one of them is written so."""
        if isinstance(reading, Day):
            return reading in self.days
        if isinstance(reading, Clock):
            return any(self.minutes.has_within(*span) for span in reading.spans)
        return any(
            values.has_within(*span)
            for unit, values in self.amounts.items()
            for span in reading.spans(unit)
        )

    def has_name(self, name: str) -> bool:
        """Whether a text of a cell, or what a column or fact is called, has this word."""
        return name.casefold() in self.names

    def take(self, answer: ToolAnswer) -> None:
        """Take what this one has."""
        basis = answer.basis
        self._take_amount(float(basis.rows), None)
        for cell, unit in ((basis.days, "d"), (basis.since, None), (basis.until, None)):
            self._take_cell(cell, unit, "")
        for fact in answer.facts:
            self._take_cell(fact.value, fact.unit, fact.name)
        if answer.grid:
            self._take_grid(answer.grid)
        if answer.plot:
            self._take_plot(answer.plot)
        self._take_span(basis.since, basis.until)
        self._take_asked(answer.arguments)
        for mention in mentions(answer.too_little or ""):
            for reading in mention.readings:
                if isinstance(reading, Amount):
                    self._take_amount(reading.value, reading.unit)

    def _take_asked(self, asked: JsonValue) -> None:
        """The days that were asked for: nothing else counts of what the model wrote."""
        if isinstance(asked, str):
            self._take_cell(_moment(asked), None, "")
        elif isinstance(asked, list):
            for value in asked:
                self._take_asked(value)
        elif isinstance(asked, dict):
            self._take_asked(list(asked.values()))
            self._take_span(_moment(asked.get("since")), _moment(asked.get("until")))

    def _take_span(self, since: date | None, until: date | None) -> None:
        """So many days it is from the one to the other."""
        if since and until:
            self._take_amount(until.toordinal() - since.toordinal() + 1.0, "d")

    def _take_grid(self, grid: Grid) -> None:
        if not grid.is_cut:
            self._take_amount(float(len(grid.rows)), None)
        for row in grid.rows:
            for column, cell in zip(grid.columns, row, strict=False):
                self._take_cell(cell, column.unit, column.name)

    def _take_plot(self, plot: Plot) -> None:
        for series in plot.series:
            for cell in series.x:
                self._take_cell(cell, plot.x.unit, plot.x.name)
            ys = (*series.y, *(series.low or ()), *(series.high or ()))
            for cell in (*ys, *(it for row in series.z or () for it in row)):
                self._take_cell(cell, plot.y.unit, plot.y.name)

    def _take_cell(self, cell: Cell, unit: str | None, name: str) -> None:
        self._take_names(name)
        if isinstance(cell, datetime):
            self.minutes.add(cell.hour * 60 + cell.minute + cell.second / 60)
            self.days.update(Day.names(cell))
        elif isinstance(cell, date):
            self.days.update(Day.names(cell))
        elif isinstance(cell, str):
            self._take_text(cell)
        elif isinstance(cell, int | float) and not isinstance(cell, bool) and isfinite(cell):
            self._take_number(float(cell), UNITS.get(unit or "", unit), name)

    def _take_number(self, value: float, unit: str | None, name: str) -> None:
        self._take_amount(value, unit)
        if unit == "h" or "hour" in name:  # 7.5 is half past seven
            self.minutes.add(value * 60)

    def _take_amount(self, value: float, unit: str | None) -> None:
        self.amounts[unit].add(abs(value))

    def _take_names(self, text: str) -> None:
        self.names.update(map(str.casefold, NAME.findall(text)))

    def _take_text(self, text: str) -> None:
        """One that is a number, a time or a day as a whole counts as that too."""
        self._take_names(text)
        if _NUMBER.fullmatch(text):
            self._take_amount(float(text), None)
        elif time := _TIME.fullmatch(text):
            self.minutes.add(int(time[1]) * 60 + int(time[2]))
        elif (moment := _moment(text)) is not None:
            self._take_cell(moment, None, "")


def found_in(answer: ToolAnswer) -> Found:
    """What this answer has."""
    found = Found()
    found.take(answer)
    return found


def _moment(text: JsonValue) -> date | None:
    """A day, or a day with a time; None where it is neither."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    is_day = isinstance(text, str) and _DAY.fullmatch(text)
    return moment.date() if moment and is_day else moment
