"""One quiet message a day, at the hour of the household's choosing."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from backend.activity.service import ActivityService
from backend.alerts.ledger.tables import alerts as alerts_table
from backend.alerts.ledger.tables import deliveries
from backend.alerts.service import AlertService
from backend.alerts.settings import AlertSettings
from backend.bus import Bus
from backend.daily_word.service import DailyWordService
from backend.people.service import PeopleService
from backend.storage.database import SqliteDatabase
from testkit.clock import Clock
from testkit.quiet_channel import QuietChannel
from testkit.residents import move_in

SEOUL = ZoneInfo("Asia/Seoul")
EIGHT = datetime(2026, 11, 29, 20, tzinfo=SEOUL).timestamp()
HOUR, DAY = 3600.0, 86_400.0


class House:
    """The parts that the daily word needs, without their threads."""

    def __init__(self, path: Path, hour: int | None) -> None:
        self.clock, self.path = Clock(EIGHT - HOUR), path
        self.database = SqliteDatabase(path)
        move_in(self.database, 0.0, 1, daily_word_hour=hour)
        self.begin()

    def begin(self) -> None:
        """As after a start of the server."""
        bus = Bus()
        channel = QuietChannel("contact-1")
        settings = AlertSettings(lambda _: SEOUL, frozenset({"fall"}))
        alerts = AlertService(settings, [channel], self.database, bus, self.clock, self.clock)
        folder = self.path.parent / "events"
        activity = ActivityService(folder, self.database, lambda _: SEOUL, self.clock)
        people = PeopleService(self.database, bus)
        self.word = DailyWordService(
            self.database, alerts, activity, people, lambda _: ["contact-1"], self.clock
        )

    def at(self, now: float) -> int:
        """How many words there are after a round at `now`."""
        self.clock.now = now
        self.word.round()
        with self.database.reading() as db:
            rows = db.execute(select(deliveries.c.channel, deliveries.c.urgent)).all()
            labels = db.scalars(select(alerts_table.c.label)).all()
        assert set(rows) <= {("contact-1", False)}
        assert set(labels) <= {"daily_word"}
        return len(rows)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "database" / "dolbom.sqlite3", 20)
    with closing(house.database):
        yield house


def test_word_comes_at_its_hour_and_once_a_day(house: House) -> None:
    times = (-1.0, 0.0, 60.0, HOUR, DAY - 1, DAY, DAY + HOUR)
    assert [house.at(EIGHT + after) for after in times] == [0, 1, 1, 1, 1, 2, 2]


def test_killed_server_tells_no_second_time(house: House) -> None:
    assert house.at(EIGHT) == 1
    house.begin()
    assert house.at(EIGHT + 60) == 1


def test_server_that_was_away_makes_up_for_three_hours(house: House) -> None:
    assert house.at(EIGHT + 3 * HOUR) == 0
    assert house.at(EIGHT + 3 * HOUR - 1) == 1


def test_without_an_hour_there_is_none(tmp_path: Path) -> None:
    house = House(tmp_path / "database" / "dolbom.sqlite3", None)
    with closing(house.database):
        assert house.at(EIGHT) == 0
