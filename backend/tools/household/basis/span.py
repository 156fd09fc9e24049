"""Which days, and which place, a tool of the record is asked about."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from backend.errors import InvalidInput
from backend.incidents.days import bounds_of
from backend.tools.data import Data

DAY = timedelta(days=1)
MAX_DAYS = 1830
"""Five years."""
EARLIEST = date(2000, 1, 1)
"""No camera box had been built then."""
PLACE_SQL = "coalesce(nullif(place, ''), camera_id)"
"""A camera without a place goes by its name."""

Place = Annotated[
    str | None,
    Field(max_length=100, description="Only this place, or the camera of this name; else all."),
]


class OfSpan(BaseModel):
    """Arguments of a tool that is asked about days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: Annotated[
        date | None,
        Field(description="First day (local). Left out: as many days as are usual before `until`."),
    ] = None
    until: Annotated[
        date | None,
        Field(description="Last day, included. Left out: the last one that is over."),
    ] = None


class OfPlaceAndSpan(OfSpan):
    """Arguments of a tool that can be asked about one place as well."""

    place: Place = None


@dataclass(frozen=True)
class Span:
    """The local days `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1

    def each(self) -> list[date]:
        """Every one of them, oldest first."""
        return [self.first + number * DAY for number in range(self.days)]

    def before(self) -> "Span":
        """As many days before them."""
        return Span(self.first - self.days * DAY, self.first - DAY)

    def bounds(self, zone: ZoneInfo) -> tuple[float, float]:
        """When they begin, and when they are over (seconds since 1970)."""
        return bounds_of(self.first, zone)[0], bounds_of(self.last, zone)[1]


def span_of(data: Data, wanted: OfSpan, usual_days: int, *, with_today: bool = False) -> Span:
    """The days that are meant; raises InvalidInput.

    Today is not over: it counts only `with_today`, whatever is asked for.
    """
    newest = data.today if with_today else data.today - DAY
    last = min(checked_day("until", wanted.until or newest), newest)
    first = checked_day("since", wanted.since or last - (usual_days - 1) * DAY)
    if not 0 <= (last - first).days < MAX_DAYS:
        raise InvalidInput(
            f"since: expected a day up to {last}, and at most {MAX_DAYS} days in all"
        )
    return Span(first, last)


def checked_day(name: str, day: date) -> date:
    """The day; raises InvalidInput where no calendar need reach so far back."""
    if day < EARLIEST:
        raise InvalidInput(f"{name}: expected {EARLIEST} or a later day")
    return day


def check_place(data: Data, place: str | None) -> None:
    """Raises InvalidInput where no camera has this place or name."""
    if place is None:
        return
    found = data.duck.ask(
        f"SELECT DISTINCT {PLACE_SQL} AS name FROM hours"
        " UNION SELECT DISTINCT camera_id FROM hours"
        f" UNION SELECT DISTINCT {PLACE_SQL} FROM incidents"
        " UNION SELECT DISTINCT camera_id FROM incidents"
    )
    known = sorted(str(name) for (name,) in found if name is not None)
    if place not in known:
        raise InvalidInput(
            f"place: expected one of {', '.join(known) or 'none: there is none yet'}"
        )
