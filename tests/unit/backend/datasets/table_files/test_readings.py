"""What a cell is read as, in each way that fits it."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from backend.datasets.table_files.readings import READINGS
from backend.storage.duck import Duck


@pytest.fixture(scope="module")
def duck() -> Iterator[Duck]:
    duck = Duck()
    yield duck
    duck.close()


DAY = date(2026, 11, 8)
AT, IN_UTC = map(datetime.fromisoformat, ("2026-11-08T09:05:07.25", "2026-11-08T00:05"))


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("12", {"1234": 12, "1,234": 12, "1.234": 12, "1,234.5": 12.0, "1.234,5": 12.0}),
        ("1,234", {"1,234": 1234, "1,234.5": 1234.0, "1.234,5": 1.234}),
        ("1 234,5", {"1.234,5": 1234.5}),
        ("1'234.5", {"1,234.5": 1234.5}),
        ("1,23,456", {}),
        ("-.5e-3", {"1,234.5": -0.0005}),
        ("1e999", {}),
        ("007", {}),
        ("+82", {}),
        ("1234567890123456789", {}),
        ("2026. 11. 8.", {"2026-11-28": DAY}),
        ("2026년 11월 8일", {"2026-11-28": DAY}),
        ("8.11.2026", {"28.11.2026": DAY}),
        ("8/11/2026", {"28/11/2026": DAY, "11/28/2026": date(2026, 8, 11)}),
        ("11/28/2026", {"11/28/2026": date(2026, 11, 28)}),
        ("2026-02-30", {}),
        ("0000-01-01", {}),
        ("2026-11-08T09:05:07.25", {"2026-11-28 13:45": AT}),
        ("2026-11-08 09:05+09:00", {"2026-11-28 13:45Z": IN_UTC}),
        ("YES", {"true/false": True}),
        ("없음", {"있음/없음": False}),
        ("\u3000아니오 ", {"예/아니오": False}),
        ("NaN", {}),
    ],
)
def test_a_cell_is_read_in_each_way_that_fits(
    duck: Duck, cell: str, values: dict[str, object]
) -> None:
    asked = ", ".join(it.sql for it in READINGS)
    (row,) = duck.ask(f"SELECT {asked} FROM (SELECT ? AS cell)", [cell])  # noqa: S608 (our own)
    found = zip(READINGS, row, strict=True)
    assert {it.shown: value for it, value in found if value is not None} == values
