"""How much and how fast somebody walked, beside the time before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from backend.tools.answers import MAX_POINTS, MAX_ROWS, number
from backend.tools.data import Data
from backend.tools.household.basis.daily import of_days
from backend.tools.household.basis.estimates import difference, excludes_zero, ratio
from backend.tools.household.basis.facts import count, day, estimated, rounded, word
from backend.tools.household.basis.seen import seen_in, share_by_day, well_seen
from backend.tools.household.basis.sentences import nothing_walked, too_few_days
from backend.tools.household.basis.span import OfSpan, Span, span_of
from backend.tools.needed import Needed
from backend.tools.tool import Said, Tool
from contract.record import RecordTable
from contract.tools import Fact, Grid, Plot, Series

USUAL_DAYS = 14
LEAST_DAYS = 5
SPEED = "body lengths/s"
MINUTES = "min"
DIGITS = 3


class Walking(OfSpan):
    """Walking minutes a day and walking speed, compared with as many days just before.

    Speed is in body lengths a second, weighted by the minutes walked. A difference is clear where
    its 95 % interval does not have 0. Days of which less than half was seen do not count; it needs
    5 days that do in each of the two spans, and some walking in one of them. Usual are the last 14
    days.
    """


@dataclass(frozen=True)
class Walk:
    """What somebody walked on a day; a day without walking has no speed."""

    day: date
    minutes: float
    speed: float | None

    @property
    def way(self) -> float:
        """Body lengths, by minutes instead of seconds."""
        return self.minutes * (self.speed or 0.0)

    @property
    def timed(self) -> float:
        """The minutes whose speed is known."""
        return self.minutes if self.speed is not None else 0.0


def answer(data: Data, wanted: Walking) -> Said:
    """The walking of a span, and of the one before it."""
    span = span_of(data, wanted, USUAL_DAYS)
    now, before = _walks(data, span), _walks(data, span.before())
    basis = Said(len(now) + len(before), len(now), span.before().first, span.last)
    if (found := min(len(now), len(before))) < LEAST_DAYS:
        return replace(basis, too_little=too_few_days(data.language, LEAST_DAYS, found))
    if not any(it.timed for it in (*before, *now)):
        return replace(basis, too_little=nothing_walked(data.language))
    facts = (*_facts(before, now), *seen_in(data, span).facts())
    return replace(basis, facts=facts, grid=_grid(now), plot=_plot([*before, *now]))


def _walks(data: Data, span: Span) -> list[Walk]:
    good = well_seen(share_by_day(data, span))
    rows = of_days(data, good, "walked_minutes", "walking_speed")
    return [Walk(on, minutes, speed) for on, minutes, speed in rows if minutes is not None]


def _facts(before: Sequence[Walk], now: Sequence[Walk]) -> tuple[Fact, ...]:
    return (
        count("days_counted", len(now)),
        count("days_counted_before", len(before)),
        *_compared("walked_minutes_a_day", MINUTES, before, now, lambda it: (it.minutes, 1.0)),
        *_compared("walking_speed", SPEED, before, now, lambda it: (it.way, it.timed)),
    )


def _compared(
    name: str,
    unit: str,
    before: Sequence[Walk],
    now: Sequence[Walk],
    of: Callable[[Walk], tuple[float, float]],
) -> tuple[Fact, ...]:
    """A ratio of both spans, whose parts are `of` a day, and by how much it has changed."""
    early = ratio([it.day for it in before], [of(it) for it in before])
    late = ratio([it.day for it in now], [of(it) for it in now])
    both = [*before, *now]
    change = difference([it.day for it in before], [it.day for it in both], [of(it) for it in both])
    if early is None or late is None or change is None:
        return ()
    return (
        *estimated(name, late, unit, DIGITS),
        *estimated(f"{name}_before", early, unit, DIGITS),
        *estimated(f"{name}_change", change, unit, DIGITS),
        word(f"{name}_change_is_clear", excludes_zero(change)),
    )


def _grid(walks: Sequence[Walk]) -> Grid:
    newest = walks[-MAX_ROWS:]
    return Grid(
        columns=(day("day"), number("walked_minutes", MINUTES), number("walking_speed", SPEED)),
        rows=tuple(
            (it.day, rounded(it.minutes, DIGITS), rounded(it.speed, DIGITS)) for it in newest
        ),
        is_cut=len(newest) < len(walks),
    )


def _plot(walks: Sequence[Walk]) -> Plot:
    timed = [it for it in walks if it.speed is not None][-MAX_POINTS:]
    speed = Series(
        name="walking_speed",
        kind="line",
        x=tuple(it.day for it in timed),
        y=tuple(rounded(it.speed, DIGITS) for it in timed),
    )
    return Plot(x=day("day"), y=number("walking_speed", SPEED), series=(speed,))


TOOL = Tool(
    "walking",
    {"ko": "걷기", "en": "Walking"},
    Walking,
    answer,
    (RecordTable.PERSON_DAYS,),
    takes_own=False,
    needed=(Needed(LEAST_DAYS, "days"),),
)
