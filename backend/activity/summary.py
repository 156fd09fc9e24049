"""Falls and false alarms a week, as people have judged them, and how soon somebody answered."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy import Connection, exists, or_, select

from backend.alerts.ledger.states import AlertState
from backend.alerts.ledger.tables import alerts
from backend.escalation.said import first_answers, last_verdicts
from backend.incidents.store import incidents
from backend.troubles.table import TROUBLES

WEEK = timedelta(days=7)


class Week(BaseModel):
    """The incidents that somebody was to be notified of, or has judged, and that began in the week
    from `monday` on; troubles and self-tests apart.

    What they were is what people said of each last; of those that are `unjudged` nobody has said
    anything, so that they may be falls or not. The times are from an alert's arrival at the server
    to the first answer, of those that were `answered`.
    """

    monday: date
    falls: int
    false_alarms: int
    tests: int
    not_sure: int
    unjudged: int
    answered: int
    median_answer_sec: float | None
    longest_answer_sec: float | None


@dataclass(frozen=True)
class Judged:
    """An incident that began then, what it was by the last verdict, and after how long somebody
    answered."""

    began_at: float
    verdict: str | None
    answer_sec: float | None


def judged(db: Connection, household_id: int, begin: float, end: float) -> list[Judged]:
    """The incidents that count, which began from `begin` to before `end` (since 1970)."""
    last, first = last_verdicts(), first_answers()
    of = incidents.c
    is_told = exists().where(alerts.c.incident == of.id, alerts.c.state != AlertState.MUTED)
    joined = incidents.outerjoin(last, last.c.incident_id == of.id).outerjoin(
        first, first.c.incident_id == of.id
    )
    query = (
        select(of.began_at, last.c.verdict, first.c.at - of.received_at)
        .select_from(joined)
        .where(
            of.household_id == household_id,
            of.began_at >= begin,
            of.began_at < end,
            of.label.not_in(TROUBLES),
            of.is_test.is_(False),
            or_(is_told, last.c.verdict.is_not(None)),
        )
    )
    return [Judged(*row) for row in db.execute(query)]


def weeks(found: Sequence[Judged], first: date, count: int, zone: ZoneInfo) -> list[Week]:
    """The `count` weeks from the Monday `first` on, oldest first."""
    by_week: dict[date, list[Judged]] = {}
    for one in found:
        by_week.setdefault(monday_of(one.began_at, zone), []).append(one)
    return [_week(monday, by_week.get(monday, [])) for monday in _mondays(first, count)]


def monday_of(at: float, zone: ZoneInfo) -> date:
    """The Monday of the local week of `at`."""
    day = datetime.fromtimestamp(at, zone).date()
    return day - timedelta(days=day.weekday())


def _mondays(first: date, count: int) -> Iterator[date]:
    return (first + number * WEEK for number in range(count))


def _week(monday: date, found: Sequence[Judged]) -> Week:
    verdict = Counter(one.verdict for one in found)
    times = [max(0.0, one.answer_sec) for one in found if one.answer_sec is not None]
    return Week(
        monday=monday,
        falls=verdict["fall"],
        false_alarms=verdict["false_alarm"],
        tests=verdict["test"],
        not_sure=verdict["not_sure"],
        unjudged=verdict[None],
        answered=len(times),
        median_answer_sec=median(times) if times else None,
        longest_answer_sec=max(times, default=None),
    )
