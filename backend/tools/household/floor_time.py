"""How long somebody was on the floor."""

from dataclasses import replace

from backend.storage.duck import Cells
from backend.tools.answers import MAX_ROWS, number, text
from backend.tools.data import Data
from backend.tools.household.basis.estimates import median
from backend.tools.household.basis.facts import count, estimated, fact, rounded, time
from backend.tools.household.basis.incidents import INCIDENTS_SQL, TOLD_SQL, unknowable, values_of
from backend.tools.household.basis.seen import Seen, seen_in
from backend.tools.household.basis.span import OfPlaceAndSpan, check_place, span_of
from backend.tools.tool import Said, Tool
from contract.events import FALL, ON_FLOOR, STILL_DOWN
from contract.record import RecordTable
from contract.tools import Fact, Grid, Plot, Series

USUAL_DAYS = 90
LEAST_FOR_MEDIAN = 3
QUESTION = f"""
SELECT began_at, name, label, verdict, floor_sec, answered_after_sec
FROM {INCIDENTS_SQL}
WHERE {TOLD_SQL} AND label IN ('{FALL}', '{STILL_DOWN}', '{ON_FLOOR}')
    AND coalesce(verdict, '') NOT IN ('false_alarm', 'test')
ORDER BY began_at DESC
"""


class FloorTime(OfPlaceAndSpan):
    """How long somebody lay or sat on the floor, and how long it took until somebody answered:
    median with interval, the longest, and how many were never answered.

    Of the incidents that people were told of as a fall or as somebody on the floor, false alarms
    and tests apart, those that nobody judged included; who is still down after a fall counts once,
    with the fall. A median needs 3 times that are known; its interval 6. Usual are the last 90 days
    and today.
    """


def answer(data: Data, wanted: FloorTime) -> Said:
    """The times of a span."""
    check_place(data, wanted.place)
    span = span_of(data, wanted, USUAL_DAYS, with_today=True)
    found = data.duck.ask(QUESTION, values_of(span, wanted.place))
    seen = seen_in(data, span, wanted.place)
    basis = Said(len(found), span.days, span.first, span.last)
    if too_little := unknowable(data, seen, len(found)):
        return replace(basis, too_little=too_little)
    return replace(basis, facts=_facts(found, seen), grid=_grid(found), plot=_plot(found))


def _facts(found: list[Cells], seen: Seen) -> tuple[Fact, ...]:
    floor = [row[4] for row in found if row[4] is not None]
    answered = [row[5] for row in found if row[5] is not None]
    return (
        count("incidents", len(found)),
        count("judged_falls", sum(row[3] == "fall" for row in found)),
        count("floor_time_known", len(floor)),
        *_times("floor", floor),
        count("answered", len(answered)),
        count("unanswered", len(found) - len(answered)),
        *_times("answer", answered),
        *seen.facts(),
    )


def _times(name: str, seconds: list[float]) -> tuple[Fact, ...]:
    if not seconds:
        return ()
    longest = fact(f"{name}_longest_sec", max(seconds), "s", 1)
    if len(seconds) < LEAST_FOR_MEDIAN:
        return (longest,)
    return (*estimated(f"{name}_median_sec", median(seconds), "s", 1), longest)


def _grid(found: list[Cells]) -> Grid:
    return Grid(
        columns=(
            time("began_at"),
            text("place"),
            text("label"),
            text("verdict"),
            number("floor_sec", "s"),
            number("answered_after_sec", "s"),
        ),
        rows=tuple(
            (*words, rounded(floor, 1), rounded(answered, 1))
            for *words, floor, answered in found[:MAX_ROWS]
        ),
        is_cut=len(found) > MAX_ROWS,
    )


def _plot(found: list[Cells]) -> Plot:
    known = [row for row in found if row[4] is not None][:MAX_ROWS]
    points = Series(
        name="floor_sec",
        kind="scatter",
        x=tuple(row[0] for row in known),
        y=tuple(rounded(row[4], 1) for row in known),
    )
    return Plot(x=time("began_at"), y=number("floor_sec", "s"), series=(points,))


TOOL = Tool(
    "floor_time",
    {"ko": "바닥에 있던 시간", "en": "Time on the floor"},
    FloorTime,
    answer,
    (RecordTable.INCIDENTS,),
    takes_own=False,
)
