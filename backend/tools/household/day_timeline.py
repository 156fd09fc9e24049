"""What was when on one day."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from backend.storage.duck import Cells
from backend.tools.answers import MAX_ROWS, number, text
from backend.tools.data import Data
from backend.tools.household.basis.facts import count, fact, rounded, time
from backend.tools.household.basis.incidents import INCIDENTS_SQL, TOLD_SQL, values_of
from backend.tools.household.basis.seen import HOUR_SEC, Watch, at, seen_in, watches
from backend.tools.household.basis.sentences import nothing_seen
from backend.tools.household.basis.span import DAY, Place, Span, check_place, checked_day
from backend.tools.tool import Said, Tool
from contract.record import RecordTable
from contract.tools import Grid, Plot, Series

STATES = ("active", "still", "lying", "nobody", "blind")
SILENT = "silent"
HOURS = """
SELECT camera_id, began_at, sum(active_sec), sum(still_sec), sum(lying_sec), sum(nobody_sec),
    sum(blind_sec)
FROM hours WHERE day = ? GROUP BY camera_id, began_at ORDER BY camera_id, began_at
"""
INCIDENTS = f"""
SELECT began_at, began_at + to_microseconds(CAST(1e6 * coalesce(duration_sec, 0) AS BIGINT)),
    name, label, verdict, incident_id
FROM {INCIDENTS_SQL} WHERE {TOLD_SQL} ORDER BY began_at, incident_id
"""


class DayTimeline(BaseModel):
    """What was when on one day: for each camera stretches of hours in which most of the time
    somebody was active, still or lying, or nobody was there, or the camera was blind or silent;
    and the incidents that people were told of; who is still down after a fall counts with the fall.

    Blind and silent is not nobody: nothing is known of these hours. Usual is yesterday.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: Annotated[date | None, Field(description="The local day; left out: yesterday.")] = None
    place: Place = None


@dataclass(frozen=True)
class Slot:
    """A local hour of a camera, with the seconds of each state; `length` is two hours for one that
    comes twice."""

    watch: Watch
    began_at: datetime
    length: float
    seconds: Mapping[str, float]

    @property
    def state(self) -> str:
        """What was so for most of it."""
        silent = self.length - sum(self.seconds.values())
        return max((*STATES, SILENT), key=lambda it: {**self.seconds, SILENT: silent}.get(it, 0.0))

    @property
    def active_minutes(self) -> float:
        """In which somebody moved."""
        return self.seconds.get("active", 0.0) / 60


def answer(data: Data, wanted: DayTimeline) -> Said:
    """The day's stretches and incidents."""
    check_place(data, wanted.place)
    on = min(checked_day("day", wanted.day or data.today - DAY), data.today)
    span = Span(on, on)
    incidents = data.duck.ask(INCIDENTS, values_of(span, wanted.place))
    slots = list(_slots(data, span, wanted.place))
    seen = seen_in(data, span, wanted.place)
    basis = Said(len(slots) + len(incidents), 1, on, on)
    if not seen.seen_sec and not incidents:
        return replace(basis, too_little=nothing_seen(data.language))
    facts = (
        count("incidents", len(incidents)),
        fact("active_minutes", sum(it.active_minutes for it in slots), "min", 1),
        *seen.facts(),
    )
    return replace(basis, facts=facts, grid=_grid(slots, incidents), plot=_plot(slots))


def _slots(data: Data, span: Span, place: str | None) -> Iterator[Slot]:
    """Each hour of each camera that was to see then, camera by camera."""
    found: defaultdict[str, dict[datetime, dict[str, float]]] = defaultdict(dict)
    for camera_id, began_at, *seconds in data.duck.ask(HOURS, [span.first]):
        found[camera_id][began_at] = dict(zip(STATES, seconds, strict=True))
    hours = local_hours(*span.bounds(data.zone), data.zone)
    for watch in watches(data, place):
        for began_at, length in hours.items():
            begin = at(began_at, data.zone)
            if watch.within(begin, begin + length):
                yield Slot(watch, began_at, length, found[watch.camera_id].get(began_at, {}))


def local_hours(begin: float, end: float, zone: ZoneInfo) -> dict[datetime, float]:
    """The local hours from `begin` to `end` with their seconds: one that comes twice has two
    hours, one that is skipped is not there."""
    hours: defaultdict[datetime, float] = defaultdict(float)
    for step in range(round((end - begin) / HOUR_SEC)):
        local = datetime.fromtimestamp(begin + step * HOUR_SEC, zone)
        hours[local.replace(tzinfo=None)] += HOUR_SEC
    return hours


def _grid(slots: Sequence[Slot], incidents: Sequence[Cells]) -> Grid:
    rows = [*_stretches(slots), *((*row[:4], None, *row[4:]) for row in incidents)]
    rows.sort(key=lambda row: row[0])
    return Grid(
        columns=(
            time("from"),
            time("until"),
            text("place"),
            text("what"),
            number("active_minutes", "min"),
            text("verdict"),
            text("incident_id"),
        ),
        rows=tuple(rows[:MAX_ROWS]),
        is_cut=len(rows) > MAX_ROWS,
    )


def _stretches(slots: Sequence[Slot]) -> Iterator[Cells]:
    """Hours of one camera and state that follow each other, as one row."""
    for (place, _, state), group in groupby(
        slots, key=lambda it: (it.watch.place, it.watch.camera_id, it.state)
    ):
        of = list(group)
        until = of[-1].began_at + timedelta(hours=1)
        active = rounded(sum(it.active_minutes for it in of), 1)
        yield (of[0].began_at, until, place, state, active, None, None)


def _plot(slots: Sequence[Slot]) -> Plot:
    """A row per camera, a column per hour; empty where most of it was not seen."""
    hours = tuple(dict.fromkeys(sorted(it.began_at for it in slots)))
    cameras = tuple(dict.fromkeys(it.watch.camera_id for it in slots))
    minutes = {
        (it.watch.camera_id, it.began_at): rounded(it.active_minutes, 1)
        for it in slots
        if it.state not in ("blind", SILENT)
    }
    rows = tuple(tuple(minutes.get((name, hour)) for hour in hours) for name in cameras)
    heat = Series(name="active_minutes", kind="heatmap", x=hours, y=cameras, z=rows)
    return Plot(x=time("began_at"), y=text("camera_id"), series=(heat,))


TOOL = Tool(
    "day_timeline",
    {"ko": "하루", "en": "A day"},
    DayTimeline,
    answer,
    (RecordTable.HOURS,),
    takes_own=False,
)
