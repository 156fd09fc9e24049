"""What is known of a sample record, as questions need it: spans of its days, means, incidents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean
from typing import Any

from backend.escalation.answer import Verdict
from backend.sample.story import Days
from backend.sample.truth import DayTruth, IncidentTruth, Truth
from testkit.scripted_talk import on

DAY = timedelta(days=1)


@dataclass(frozen=True)
class KnownRecord:
    """The truth of a record of at least 14 days and three cameras."""

    truth: Truth

    @property
    def whole(self) -> Days:
        """All of its days."""
        return self.truth.story.days

    @property
    def calm(self) -> Days:
        """Those before the person was up more often at night."""
        return Days(first=self.whole.first, last=self.truth.story.restless_from - DAY)

    @property
    def restless(self) -> Days:
        """Those from then on."""
        return Days(first=self.truth.story.restless_from, last=self.whole.last)

    @property
    def pills(self) -> Days:
        """Those with the pills."""
        return Days(first=self.truth.story.pills_from, last=self.whole.last)

    def newest(self, count: int) -> Days:
        """The last so many days."""
        return Days(first=self.whole.last - (count - 1) * DAY, last=self.whole.last)

    def on(self, day: date) -> Days:
        """One day."""
        return Days(first=day, last=day)

    def place(self, camera_id: str) -> str:
        """Where a camera hangs."""
        return next(it.place for it in self.truth.cameras if it.camera_id == camera_id)

    def days(self, span: Days) -> list[DayTruth]:
        """What is true of each day of a span."""
        return [it for it in self.truth.days if it.day in span]

    def values(self, name: str, span: Days) -> list[float]:
        """A figure of each day of a span."""
        return [float(getattr(it, name)) for it in self.days(span)]

    def mean(self, name: str, span: Days) -> float:
        """Its mean."""
        return mean(self.values(name, span))

    def speed(self, span: Days) -> float:
        """How fast somebody walked in a span."""
        days = self.days(span)
        lengths = sum(it.walked_minutes * it.walking_speed for it in days)
        return lengths / sum(it.walked_minutes for it in days)

    def alarms(self, span: Days | None = None, **like: object) -> list[IncidentTruth]:
        """The incidents of a span that are no part of another one, with these fields."""
        return [
            it
            for it in self.truth.incidents
            if it.part_of is None
            and it.day in (span or self.whole)
            and all(getattr(it, name) == value for name, value in like.items())
        ]

    def answer_secs(self, **like: object) -> list[float]:
        """After how long such incidents were answered."""
        times = [it.answered_after_sec for it in self.alarms(**like)]  # type: ignore[arg-type]
        return [it for it in times if it is not None]

    @property
    def falls(self) -> list[IncidentTruth]:
        """What was judged a fall, oldest first."""
        return self.alarms(verdict=Verdict.FALL)

    @property
    def false_alarms(self) -> list[IncidentTruth]:
        """What was judged none."""
        return self.alarms(verdict=Verdict.FALSE_ALARM)

    @property
    def seen_share(self) -> float:
        """Of all hours of all cameras."""
        hours = 24.0 * len(self.truth.days) * len(self.truth.cameras)
        return 1.0 - sum(it.blind_hours for it in self.truth.days) / hours


def before(span: Days) -> Days:
    """As many days right before a span."""
    count = (span.last - span.first).days + 1
    return Days(first=span.first - count * DAY, last=span.first - DAY)


def of(table: str, span: Days, **arguments: Any) -> dict[str, Any]:
    """The arguments of a call about a span."""
    return on(table, since=f"{span.first}", until=f"{span.last}", **arguments)


def compared(column: str, now: Days, then: Days) -> dict[str, Any]:
    """The arguments of a comparison of two spans."""
    against = {"against_since": f"{then.first}", "against_until": f"{then.last}"}
    return of("person_days", now, column=column, **against)


def where(column: str, value: object, operator: str = "=") -> dict[str, object]:
    """A condition."""
    return {"column": column, "operator": operator, "value": value}


def busiest(days: Sequence[DayTruth], figure: Callable[[DayTruth], float]) -> DayTruth:
    """The day with the most of something."""
    return max(days, key=figure)
