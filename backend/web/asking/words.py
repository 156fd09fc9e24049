"""Names, cells and units of answers, as a page says them."""

import re
from datetime import date, datetime
from gettext import NullTranslations

from backend.alerts.message.wording import WORDS
from backend.web.asking.record_names import RECORD_NAMES
from backend.web.asking.result_names import RESULT_NAMES
from backend.web.asking.value_names import UNITS, VALUE_NAMES
from backend.web.marks import N_
from contract.language import Language
from contract.tools import Cell, TableColumn

NAMES = {**RECORD_NAMES, **RESULT_NAMES}
WORDED = frozenset(
    {"verdict", "label", "answer", "what", "seen", "kind", "column", "time_column", "figure"}
    | {"unit", "across"}
)
"""Columns of the tools whose texts are words of ours; all other texts are shown as they are."""
CLOCKS = frozenset({"first_moved_hour", "last_moved_hour"})
"""Hours that are times of day: 7.5 is half past seven."""
SUFFIXES = {
    "_is_clear": N_("{name}: clear"),
    "_p_value": N_("{name}: p-value"),
    "_change": N_("{name}: change"),
    "_before": N_("{name}: before"),
    "_low": N_("{name}: lower end"),
    "_high": N_("{name}: upper end"),
}
OF_WHAT = re.compile(r"(.+) \((\w+)\)")
"""Such as `active_hours (mean)`."""


class AnswerWords:
    """The words of one page."""

    def __init__(self, language: Language, texts: NullTranslations) -> None:
        self._weekdays = WORDS[language].weekdays
        self.text = texts.gettext

    def name(self, name: str) -> str:
        """What a fact, column or line is called; a name of somebody's own as it is."""
        if known := NAMES.get(name):
            return self.text(known)
        if of := OF_WHAT.fullmatch(name):
            return f"{self.name(of[1])} ({self.name(of[2])})"
        for suffix, said in SUFFIXES.items():
            base = name.removesuffix(suffix)
            if base != name and (known := self.name(base)) != base:
                return self.text(said).format(name=known)
        return name

    def unit(self, unit: str | None) -> str:
        """The unit; nothing where there is none, one of somebody's own as it is."""
        return self.text(UNITS[unit]) if unit and unit in UNITS else unit or ""

    def column(self, column: TableColumn) -> str:
        """The name of a column, with its unit."""
        name, unit = self.name(column.name), self.unit(column.unit)
        is_told = not unit or column.name in CLOCKS
        return name if is_told else f"{name} ({unit})"

    def cell(self, column: str, value: Cell) -> str:
        """A cell of a column of this name; a dash where it is not known."""
        match value:
            case None:
                return "–"
            case bool():
                return self.text("yes") if value else self.text("no")
            case datetime():
                return f"{value:%Y-%m-%d %H:%M}"
            case date():
                return value.isoformat()
            case str():
                return self._word(column, value)
        return self._number(column, value)

    def _word(self, column: str, value: str) -> str:
        if column not in WORDED:
            return value
        if column in ("column", "time_column", "figure", "across"):
            return self.name(value)
        if column == "unit" and value in UNITS:
            return self.unit(value)
        return self.text(VALUE_NAMES[value]) if value in VALUE_NAMES else value

    def _number(self, column: str, value: float) -> str:
        if (column == "weekday" or column.endswith("(weekday)")) and value in range(1, 8):
            return self._weekdays[int(value) - 1]
        if column in CLOCKS:
            minutes = round(60 * value)
            return f"{minutes // 60:02}:{minutes % 60:02}"
        return number(value)


def number(value: float) -> str:
    """As few digits as say it: two after the point, three that count where it is small."""
    if isinstance(value, int) or abs(value) >= 1000 or value == 0:
        return f"{value or 0:,.0f}"
    if abs(value) < 0.1:
        return f"{value:.3g}"
    return f"{value:.2f}".rstrip("0").rstrip(".")
