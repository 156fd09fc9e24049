"""Weeks by what people said, and how soon somebody answered."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from backend.activity.service import ActivityService
from backend.activity.summary import Week
from backend.alerts.channels.base import Alert
from backend.alerts.ledger.tables import alerts
from backend.escalation.tables import answers, verdicts
from backend.incidents.store import take
from backend.storage.database import SqliteDatabase
from testkit.alone import incident_event
from testkit.clock import Clock
from testkit.households import HOME

SEOUL = ZoneInfo("Asia/Seoul")
SUNDAY = datetime(2026, 11, 29, 12, tzinfo=SEOUL).timestamp()
DAY = 86_400.0


class Book:
    """The incidents of one house and what people said of them."""

    def __init__(self, database: SqliteDatabase) -> None:
        self.database = database
        self.activity = ActivityService(Path("none"), database, lambda _: SEOUL, Clock(SUNDAY))

    def incident(
        self,
        at: float,
        *said: str,
        answered_after: float | None = None,
        is_told: bool = True,
        **fields: object,
    ) -> None:
        event = {"event_type": "START", "event_id": f"{at}", "camera_id": "hall", "event": "fall"}
        with self.database.writing() as db:
            taken = take(db, incident_event(event | {"ts": at} | fields), at + 1.0)
            if is_told:
                of = taken.incident
                alert = Alert(f"{at}", of.id, "e", of.label, "hall", at, HOME)
                rest = {"urgent": True, "state": "queued", "created_at": at, "due_at": at}
                db.execute(insert(alerts).values(asdict(alert) | rest))
            of = {"household_id": 1, "incident_id": taken.incident.id, "person_id": 1}
            for verdict in said:
                db.execute(insert(verdicts).values(of | {"verdict": verdict, "at": at + 60}))
            if answered_after is not None:
                for after in (answered_after + 50, answered_after):
                    answer = {"answer": "going", "way": "page", "at": at + 1 + after}
                    db.execute(insert(answers).values(of | answer))


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with closing(SqliteDatabase(tmp_path / "database" / "dolbom.sqlite3")) as database:
        yield Book(database)


def week(monday: date, **counts: float) -> Week:
    none = dict.fromkeys(("falls", "false_alarms", "tests", "not_sure", "unjudged", "answered"), 0)
    times = {"median_answer_sec": None, "longest_answer_sec": None}
    return Week.model_validate({"monday": monday} | none | times | counts)


def test_what_was_said_last_counts(book: Book) -> None:
    book.incident(SUNDAY - DAY, "fall", "false_alarm")
    book.incident(SUNDAY - 2 * DAY, "fall")
    book.incident(SUNDAY - 3 * DAY, "not_sure")
    book.incident(SUNDAY - 4 * DAY)
    assert book.activity.weeks(1, 1) == [
        week(date(2026, 11, 23), falls=1, false_alarms=1, not_sure=1, unjudged=1)
    ]


def test_self_tests_and_troubles_are_no_falls(book: Book) -> None:
    book.incident(SUNDAY - DAY, "fall", test=True)
    book.incident(SUNDAY - 2 * DAY, "fall", event="camera_silent")
    assert book.activity.weeks(1, 1) == [week(date(2026, 11, 23))]


def test_incident_that_nobody_was_to_hear_of_counts_once_it_is_judged(book: Book) -> None:
    book.incident(SUNDAY - DAY, is_told=False, event="lying")
    book.incident(SUNDAY - 2 * DAY, "fall", is_told=False)
    assert book.activity.weeks(1, 1) == [week(date(2026, 11, 23), falls=1)]


def test_week_begins_on_the_households_monday(book: Book) -> None:
    monday = datetime(2026, 11, 23, tzinfo=SEOUL).timestamp()
    book.incident(monday - 1, "fall")
    book.incident(monday, "fall")
    assert [(it.monday, it.falls) for it in book.activity.weeks(1, 2)] == [
        (date(2026, 11, 16), 1),
        (date(2026, 11, 23), 1),
    ]


def test_answer_counts_from_the_arrival_to_the_first_one(book: Book) -> None:
    for after in (10.0, 20.0, 90.0):
        book.incident(SUNDAY - DAY - after, answered_after=after)
    (found,) = book.activity.weeks(1, 1)
    assert (found.answered, found.median_answer_sec, found.longest_answer_sec) == (3, 20.0, 90.0)


def test_other_household_has_weeks_of_its_own(book: Book) -> None:
    book.incident(SUNDAY - DAY, "fall")
    assert book.activity.weeks(2, 1) == [week(date(2026, 11, 23))]
