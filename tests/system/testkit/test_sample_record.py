"""The made-up record has two whole weeks whatever the hour of the day it is made in."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from backend.activity.tables import hours
from backend.storage.database import open_database
from testkit.sample_record import DAYS, remember

SEOUL = ZoneInfo("Asia/Seoul")


@pytest.mark.parametrize("hour", [0, 1, 12, 22, 23])
def test_whole_days_lie_before_today(tmp_path: Path, hour: int) -> None:
    now = datetime(2026, 11, 30, hour, 28, tzinfo=SEOUL)
    remember(tmp_path, "hall", now)
    database = open_database(None, tmp_path)
    with database.reading() as db:
        begun = [datetime.fromtimestamp(at, SEOUL) for at in db.scalars(select(hours.c.began_at))]
    database.close()
    of_day = {day: sum(it.date() == day for it in begun) for day in {it.date() for it in begun}}
    before = [now.date() - timedelta(days=n) for n in range(1, DAYS + 1)]
    assert [of_day.pop(day) for day in before] == [24] * DAYS
    assert set(of_day) <= {now.date()}
    assert max(begun) < now - timedelta(hours=1)
