"""What each camera saw, and its outages."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from backend.tools.household.camera_availability import TOOL
from contract.record import RecordTable
from contract.tools import Cell
from testkit.asked_tools import ask, facts_of, rows_of
from testkit.record_rows import days_from, hours_of
from testkit.record_tables import Row, Rows

DAYS = days_from(date(2026, 11, 2), 28)
DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")


def record(*rows: Row) -> Rows:
    return {RecordTable.HOURS: list(rows)}


def moment(day: int, hour: int) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day:02}T{hour:02}:00")


def test_silent_and_blind_are_told_apart_and_the_longest_outage_has_its_times() -> None:
    away = [it for it in hours_of(DAYS) if not moment(10, 3) <= _began_at(it) < moment(12, 3)]
    dark = hours_of(DAYS[:7], "cam2", "침실", blind_sec=3600.0)

    said = ask(TOOL, record(*away, *dark, *hours_of(DAYS[7:], "cam2", "침실")))

    assert rows_of(said) == [
        ("cam1", "거실", 92.9, 0.0, 48.0, 48.0, moment(10, 3), moment(12, 3), moment(29, 23)),
        ("cam2", "침실", 75.0, 168.0, 0.0, 168.0, moment(2, 0), moment(9, 0), moment(29, 23)),
    ]
    found = facts_of(said)
    assert (found["least_seen"], found["least_seen_percent"]) == ("침실", 75.0)
    assert (found["longest_outage_hours"], found["longest_outage_at"]) == (168.0, "침실")
    assert (found["seen_percent"], found["silent_hours"], found["blind_hours"]) == (83.9, 48, 168)


def _began_at(row: Row) -> datetime:
    began_at = row["began_at"]
    assert isinstance(began_at, datetime)
    return began_at


def test_a_camera_counts_from_its_first_hour_and_not_for_ever() -> None:
    late = hours_of(DAYS[20:], "late")
    gone = hours_of(DAYS[:7], "gone")

    rows = {row[0]: row for row in rows_of(ask(TOOL, record(*hours_of(DAYS), *late, *gone)))}

    assert rows["late"][2] == 100.0
    assert rows["gone"][4] == 14 * 24  # two weeks of silence, then it is taken to be gone


def test_days_on_which_the_clock_changes_have_no_outage_and_no_silence() -> None:
    for first in (date(2026, 3, 27), date(2026, 10, 23)):
        days = days_from(first, 4)
        rows = [it for it in hours_of(days) if (it["day"], it["hour"]) != (date(2026, 3, 29), 2)]
        twice = [it for it in rows if (it["day"], it["hour"]) == (date(2026, 10, 25), 2)]

        (row,) = rows_of(ask(TOOL, record(*rows, *twice), today=days[-1] + DAY, zone=BERLIN))

        assert row[2:6] == (100.0, 0.0, 0.0, 0.0), first


def test_the_plot_is_empty_where_nothing_was_heard() -> None:
    said = ask(TOOL, record(*hours_of(DAYS[:5]), *hours_of(DAYS[6:])))

    assert said.plot
    (heat,) = said.plot.series
    assert heat.z
    by_day: dict[Cell, float | None] = dict(zip(heat.x, heat.z[0], strict=True))
    assert (by_day[DAYS[4]], by_day[DAYS[5]]) == (100.0, None)


def test_only_blind_hours_are_an_answer_and_no_camera_is_too_little() -> None:
    (row,) = rows_of(ask(TOOL, record(*hours_of(DAYS, blind_sec=3600.0))))

    assert row[2:6] == (0.0, 672.0, 0.0, 672.0)
    assert ask(TOOL, {}).too_little
