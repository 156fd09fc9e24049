"""Ten figures of a week or month, beside those of the one before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import mean

from backend.storage.duck import Cells
from backend.tools.answers import number, text
from backend.tools.data import Data
from backend.tools.household.basis.daily import of_days
from backend.tools.household.basis.facts import PERCENT, count, fact, rounded
from backend.tools.household.basis.incidents import INCIDENTS_SQL, TOLD_SQL, values_of
from backend.tools.household.basis.seen import seen_in, share_by_day, well_seen
from backend.tools.household.basis.sentences import too_few_days
from backend.tools.household.basis.span import OfSpan, Span, span_of
from backend.tools.needed import Needed
from backend.tools.tool import Said, Tool
from contract.record import RecordTable
from contract.tools import Fact, Grid

USUAL_DAYS = 7
LEAST_DAYS = 3
DIGITS = 3
DAILY: dict[str, str | None] = {
    "active_hours": "h",
    "lying_hours": "h",
    "times_up_at_night": None,
    "walked_minutes": "min",
    "rises": None,
}
"""Means a day, and their units."""
WALKING = frozenset({"walked_minutes", "rises"})
"""Not known where nobody was seen walking at all: some camera boxes do not measure it."""
UNITS = DAILY | {
    "walking_speed": "body lengths/s",
    "falls": None,
    "false_alarms": None,
    "answer_median_sec": "s",
    "seen_percent": PERCENT,
}
INCIDENTS = f"""
SELECT count(*) FILTER (verdict = 'fall'), count(*) FILTER (verdict = 'false_alarm'),
    median(answered_after_sec)
FROM {INCIDENTS_SQL} WHERE {TOLD_SQL}
"""


class WeekSummary(OfSpan):
    """A week, or another span, in ten figures beside those of as many days before: hours active and
    lying, times up at night, minutes and speed of walking and rises as means a day; falls and false
    alarms by what people said; the median time to an answer; and which share the cameras saw.

    Days of which less than half was seen do not count in the means; it needs 3 that do, and a
    figure of the days before needs so many as well. Usual are the last 7 days.
    """


@dataclass(frozen=True)
class Figure:
    """One of the ten: now, and in the span before."""

    name: str
    unit: str | None
    value: float | None
    before: float | None

    @property
    def change(self) -> float | None:
        """By how much it has risen."""
        return None if self.value is None or self.before is None else self.value - self.before


def answer(data: Data, wanted: WeekSummary) -> Said:
    """The figures of a span."""
    span = span_of(data, wanted, USUAL_DAYS)
    good = well_seen(share_by_day(data, span))
    rows = of_days(data, good, *DAILY, "walking_speed")
    basis = Said(len(rows), len(good), span.first, span.last)
    if len(rows) < LEAST_DAYS:
        return replace(basis, too_little=too_few_days(data.language, LEAST_DAYS, len(rows)))
    before = dict(_figures(data, span.before()))
    figures = [
        Figure(name, UNITS[name], value, before[name]) for name, value in _figures(data, span)
    ]
    facts = (count("days_counted", len(rows)), *_facts(figures))
    return replace(basis, facts=facts, grid=_grid(figures))


def _figures(data: Data, span: Span) -> Iterator[tuple[str, float | None]]:
    """The ten by their names; None what is not known."""
    good = well_seen(share_by_day(data, span))
    days = of_days(data, good, *DAILY, "walking_speed")
    speed = _speed(days)
    for place, name in enumerate(DAILY, start=1):
        is_known = speed is not None or name not in WALKING
        yield name, _mean([row[place] for row in days]) if is_known else None
    yield "walking_speed", speed
    ((falls, false_alarms, answer_sec),) = data.duck.ask(INCIDENTS, values_of(span, None))
    seen = seen_in(data, span)
    yield "falls", falls if seen.seen_sec else None
    yield "false_alarms", false_alarms if seen.seen_sec else None
    yield "answer_median_sec", answer_sec
    yield "seen_percent", round(100 * seen.share, 1)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [it for it in values if it is not None]
    return mean(known) if len(known) >= LEAST_DAYS else None


def _speed(days: Sequence[Cells]) -> float | None:
    """Weighted by the minutes walked."""
    column = 1 + list(DAILY).index("walked_minutes")
    timed = [
        (float(row[column]), float(row[-1])) for row in days if row[column] and row[-1] is not None
    ]
    minutes = sum(it for it, _ in timed)
    if len(days) < LEAST_DAYS or not minutes:
        return None
    return sum(it * speed for it, speed in timed) / minutes


def _facts(figures: Sequence[Figure]) -> Iterator[Fact]:
    for it in figures:
        if it.value is not None:
            yield fact(it.name, it.value, it.unit, DIGITS)
        if it.before is not None:
            yield fact(f"{it.name}_before", it.before, it.unit, DIGITS)


def _grid(figures: Sequence[Figure]) -> Grid:
    return Grid(
        columns=(text("figure"), text("unit"), number("value"), number("before"), number("change")),
        rows=tuple(
            (it.name, it.unit, *(rounded(of, DIGITS) for of in (it.value, it.before, it.change)))
            for it in figures
        ),
    )


TOOL = Tool(
    "week_summary",
    {"ko": "한눈에 보기", "en": "At a glance"},
    WeekSummary,
    answer,
    (RecordTable.PERSON_DAYS,),
    takes_own=False,
    needed=(Needed(LEAST_DAYS, "days"),),
)
