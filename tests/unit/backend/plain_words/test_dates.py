from datetime import date

import pytest

from backend.plain_words.rules.dates import periods_in

SUNDAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("today", "2026-11-29", "2026-11-29"),
        ("어제", "2026-11-28", "2026-11-28"),
        ("this week", "2026-11-23", "2026-11-29"),
        ("지난주", "2026-11-16", "2026-11-22"),
        ("이번 달", "2026-11-01", "2026-11-29"),
        ("the last month", "2026-10-01", "2026-10-31"),
        ("지난달", "2026-10-01", "2026-10-31"),
        ("작년", "2025-01-01", "2025-12-31"),
        ("last 4 weeks", "2026-11-01", "2026-11-29"),
        ("지난 4주", "2026-11-01", "2026-11-29"),
        ("최근 2주간", "2026-11-15", "2026-11-29"),
        ("past two weeks", "2026-11-15", "2026-11-29"),
        ("최근 한 달", "2026-10-29", "2026-11-29"),
        ("the last 10 days", "2026-11-19", "2026-11-29"),
        ("last 2 years", "2024-11-29", "2026-11-29"),
        ("since 2 weeks ago", "2026-11-15", None),
        ("3일 전부터", "2026-11-26", None),
        ("since 2026-10-01", "2026-10-01", None),
        ("2026년 10월 1일부터", "2026-10-01", None),
        ("until october 5", None, "2026-10-05"),
        ("10월까지", None, "2026-10-31"),
        ("from 2026-10-01 to 2026-10-31", "2026-10-01", "2026-10-31"),
        ("2026.10.1 ~ 2026.10.31", "2026-10-01", "2026-10-31"),
        ("10월 1일부터 10월 31일까지", "2026-10-01", "2026-10-31"),
        ("10월 1일부터 어제까지", "2026-10-01", "2026-11-28"),
        ("in december", "2025-12-01", "2025-12-31"),
        ("12월", "2025-12-01", "2025-12-31"),
        ("october 3rd, 2024", "2024-10-03", "2024-10-03"),
    ],
)
def test_span_of_days(text: str, since: str | None, until: str | None) -> None:
    (found,) = periods_in(text, SUNDAY)
    assert (found.since and found.since.isoformat(), found.until and found.until.isoformat()) == (
        since,
        until,
    )


@pytest.mark.parametrize(
    "text",
    [
        "may i train it",
        "we march on",
        "20 epochs",
        "lasting",
        "일",
        "주세요",
        "1.2.3",
        "2026",
        "월요일",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert periods_in(text, SUNDAY) == []


@pytest.mark.parametrize("text", ["2026-02-30", "2월 30일", "2026-13-01", "last 999999 years"])
def test_day_that_there_is_not_is_open_at_both_ends(text: str) -> None:
    (found,) = periods_in(text, SUNDAY)
    assert (found.since, found.until) == (None, None)


def test_several_spans_are_several() -> None:
    found = periods_in("last month or since 2026-11-03", SUNDAY)
    assert [it.since for it in found] == [date(2026, 10, 1), date(2026, 11, 3)]


def test_month_before_the_31st_ends_earlier() -> None:
    (found,) = periods_in("last one month", date(2026, 3, 31))
    assert found.since == date(2026, 2, 28)
