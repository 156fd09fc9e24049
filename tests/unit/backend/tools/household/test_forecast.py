"""The next days, from the record."""

from datetime import date

import pytest
from pydantic import ValidationError

from backend.tools.household.forecast import TOOL
from contract.record import RecordTable
from testkit.askable import TODAY
from testkit.asked_tools import ask, facts_of, rows_of
from testkit.record_rows import days_from, hours_of
from testkit.record_tables import Rows

DAYS = days_from(date(2026, 9, 21), 70)


def record(blind: int = 0) -> Rows:
    return {
        RecordTable.HOURS: [
            *hours_of(DAYS[:blind], blind_sec=3600.0),
            *hours_of(DAYS[blind:]),
        ],
        RecordTable.PERSON_DAYS: [
            {"day": day, "active_hours": 2.0 if day.isoweekday() == 3 else 5.0} for day in DAYS
        ],
    }


def test_wednesdays_are_as_wednesdays_were() -> None:
    said = ask(TOOL, record(), days=7)

    rows = {row[0]: row[1] for row in rows_of(said)}
    assert list(rows) == days_from(TODAY, 7)
    assert float(str(rows[date(2026, 12, 2)])) == pytest.approx(2.3, abs=0.4)
    assert float(str(rows[date(2026, 12, 3)])) == pytest.approx(5.0, abs=0.5)
    found = facts_of(said)
    assert found["interval_percent"] == 80
    assert found["naive_mean_absolute_error"] == 0.0  # they never differ from week to week
    assert said.rows == 70


def test_days_that_were_not_seen_do_not_count() -> None:
    said = ask(TOOL, record(blind=43))

    assert said.too_little
    assert "28일" in said.too_little
    assert "27일" in said.too_little
    assert ask(TOOL, record(blind=42)).too_little is None
    assert ask(TOOL, {}).too_little


def test_a_figure_that_is_never_known_is_too_little() -> None:
    assert ask(TOOL, record(), figure="walking_speed").too_little


def test_what_cannot_be_forecast_is_refused() -> None:
    with pytest.raises(ValidationError):
        ask(TOOL, record(), figure="mood")
    with pytest.raises(ValidationError):
        ask(TOOL, record(), days=29)
