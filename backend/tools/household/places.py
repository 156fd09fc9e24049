"""Where somebody was."""

from dataclasses import replace

from backend.storage.duck import Cells
from backend.tools.answers import number, text
from backend.tools.data import Data
from backend.tools.household.basis.facts import PERCENT, count, fact, rounded, word
from backend.tools.household.basis.seen import (
    HOUR_SEC,
    LEAST_SEEN,
    NO_PLACE,
    SEEN_SQL,
    SHARED_HOURS_SQL,
    seen_in,
    share_by_day,
    well_seen,
)
from backend.tools.household.basis.sentences import too_few_days
from backend.tools.household.basis.span import OfSpan, span_of
from backend.tools.needed import Needed
from backend.tools.tool import Said, Tool
from contract.record import RecordTable
from contract.tools import Fact, Grid, Plot, Series

USUAL_DAYS = 28
LEAST_DAYS = 3
BY_PLACE = f"""
SELECT name, sum(share * present), sum(share * active_sec), sum(share * lying_sec), sum({SEEN_SQL})
FROM {SHARED_HOURS_SQL} WHERE list_contains(?::DATE[], day) GROUP BY name ORDER BY 2 DESC, name
"""
BY_HOUR = f"""
SELECT name, hour, sum(present), sum({SEEN_SQL}), count(*)
FROM {SHARED_HOURS_SQL} WHERE list_contains(?::DATE[], day) GROUP BY name, hour ORDER BY name, hour
"""


class Places(OfSpan):
    """Where somebody was: the share of the time at each place, and by hour of the day.

    `share_percent` is of the time in which somebody was seen anywhere; what several cameras saw at
    once is shared out, since it was one person. The plot's shares by hour are of what the place's
    cameras saw in that hour, and empty where that is less than half. When nobody was seen, somebody
    was elsewhere, or where no camera looks. Days of which less than half was seen do not count; it
    needs 3 that do. Usual are the last 28 days.
    """


def answer(data: Data, wanted: Places) -> Said:
    """The places of a span."""
    span = span_of(data, wanted, USUAL_DAYS)
    good = well_seen(share_by_day(data, span))
    values = [span.first, span.last, *NO_PLACE, good]
    found = data.duck.ask(BY_PLACE, values)
    by_hour = data.duck.ask(BY_HOUR, values)
    basis = Said(int(sum(row[-1] for row in by_hour)), len(good), span.first, span.last)
    if len(good) < LEAST_DAYS:
        return replace(basis, too_little=too_few_days(data.language, LEAST_DAYS, len(good)))
    facts = (*_facts(found, len(good)), *seen_in(data, span).facts())
    return replace(basis, facts=facts, grid=_grid(found, len(good)), plot=_plot(by_hour))


def _facts(found: list[Cells], days: int) -> tuple[Fact, ...]:
    present = sum(row[1] for row in found)
    facts = (
        count("days_counted", days),
        fact("present_hours_a_day", present / HOUR_SEC / days, "h"),
    )
    if not present:
        return facts
    most_at, longest, *_ = found[0]
    share = fact("most_at_percent", 100 * longest / present, PERCENT, 1)
    return (*facts, word("most_at", most_at), share)


def _grid(found: list[Cells], days: int) -> Grid:
    whole = sum(row[1] for row in found)
    return Grid(
        columns=(
            text("place"),
            number("share_percent", PERCENT),
            number("present_hours_a_day", "h"),
            number("active_percent", PERCENT),
            number("lying_percent", PERCENT),
            number("seen_hours_a_day", "h"),
        ),
        rows=tuple(
            (
                place,
                _percent(present, whole),
                rounded(present / HOUR_SEC / days),
                _percent(active, present),
                _percent(lying, present),
                rounded(seen / HOUR_SEC / days),
            )
            for place, present, active, lying, seen in found
        ),
    )


def _percent(part: float, whole: float) -> float | None:
    return rounded(100 * part / whole, 1) if whole else None


def _plot(by_hour: list[Cells]) -> Plot:
    """A row a place, a column an hour of the day."""
    names = tuple(dict.fromkeys(row[0] for row in by_hour))
    shares = {
        (name, int(hour)): _percent(present, seen)
        for name, hour, present, seen, hours in by_hour
        if seen >= LEAST_SEEN * hours * HOUR_SEC
    }
    rows = tuple(tuple(shares.get((name, hour)) for hour in range(24)) for name in names)
    heat = Series(name="present_percent", kind="heatmap", x=tuple(range(24)), y=names, z=rows)
    return Plot(x=number("hour"), y=text("place"), series=(heat,))


TOOL = Tool(
    "places",
    {"ko": "장소", "en": "Places"},
    Places,
    answer,
    (RecordTable.HOURS,),
    takes_own=False,
    needed=(Needed(LEAST_DAYS, "days"),),
)
