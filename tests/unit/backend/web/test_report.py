"""The report of a month: which days, and what stands in its files."""

import csv
import io
from datetime import date
from pathlib import Path

import matplotlib
import pytest

from backend.errors import InvalidInput
from backend.web.asking.cards import card_of
from backend.web.asking.words import AnswerWords
from backend.web.language import read_catalogues
from backend.web.report.csv_file import figures_as_csv
from backend.web.report.drawing import Bars, bars_of
from backend.web.report.errors import NoReportFont
from backend.web.report.font import report_font
from backend.web.report.month import PARTS, answers_of, month_of, months_before
from backend.web.report.pdf import Part, foot_of, report_pdf
from contract.tools import (
    Basis,
    ColumnKind,
    Fact,
    Grid,
    Plot,
    Series,
    TableColumn,
    ToolAnswer,
    ToolAsked,
)

TODAY = date(2026, 11, 30)
DAY = TableColumn(name="day", kind=ColumnKind.DAY)
HOURS = TableColumn(name="active_hours", kind=ColumnKind.NUMBER, unit="h")
BASIS = Basis(table="person_days", rows=2, days=2, is_generated=True, data_version="v")
WORDS = AnswerWords("en", read_catalogues()["en"])


def answered(name: str, asked: ToolAsked) -> ToolAnswer:
    """What a tool would say."""
    facts = (Fact(name="active_hours", value=4.5, unit="h"), Fact(name="place", value="=1+1"))
    return ToolAnswer(tool=name, arguments=asked.arguments, basis=BASIS, facts=facts)


def test_month_has_its_days_until_today() -> None:
    assert month_of("2026-02", TODAY).last == date(2026, 2, 28)
    assert month_of("2026-11", date(2026, 11, 10)).last == date(2026, 11, 10)
    assert months_before(date(2026, 1, 5), 3) == ["2026-01", "2025-12", "2025-11"]


def test_month_begins_once_its_first_day_is_over() -> None:
    assert months_before(date(2026, 1, 1), 2) == ["2025-12", "2025-11"]
    assert months_before(date(2026, 1, 2), 1) == ["2026-01"]
    with pytest.raises(InvalidInput, match="expected 2025-12 or an earlier one"):
        month_of("2026-01", date(2026, 1, 1))


@pytest.mark.parametrize("written", ["", "2026-13", "2026-00", "0000-01", "2026-1", "2026-12"])
def test_what_is_no_month_or_still_to_come_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput, match="month: expected"):
        month_of(written, TODAY)


def test_each_tool_is_asked_of_the_days_of_the_month() -> None:
    answers = answers_of(month_of("2026-10", TODAY), answered)
    assert [it.tool for it in answers] == [tool for tool, _ in PARTS]
    span = {"since": "2026-10-01", "until": "2026-10-31"}
    assert all(it.arguments == span for it in answers)


def test_csv_has_a_line_a_figure_and_no_formula() -> None:
    file = figures_as_csv(answers_of(month_of("2026-10", TODAY), answered))
    lines = list(csv.DictReader(io.StringIO(file.removeprefix("\ufeff"))))
    assert len(lines) == 2 * len(PARTS)
    assert (lines[0]["value"], lines[0]["is_generated"]) == ("4.5", "true")
    assert lines[1]["value"] == "'=1+1"


def test_plot_is_drawn_as_bars_where_it_has_numbers_from_0_on() -> None:
    def plot(*values: float | None) -> Plot:
        days = tuple(date(2026, 11, number) for number in range(1, len(values) + 1))
        return Plot(x=DAY, y=HOURS, series=(Series(name="a", kind="bar", x=days, y=values),))

    bars = bars_of(plot(4.0, None, 6.0))
    assert bars is not None
    assert (bars.top, bars.y, bars.x[0]) == (6.0, (4.0, None, 6.0), "2026-11-01")
    assert bars_of(plot(-1.0)) is None
    assert bars_of(Plot(x=DAY, y=HOURS, series=())) is None


def test_font_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoReportFont, match=r"no\.ttf"):
        report_font(tmp_path / "no.ttf")


def test_interval_is_a_part_of_its_figure() -> None:
    facts = (
        Fact(name="walking_speed", value=0.5),
        Fact(name="walking_speed_low", value=0.4),
        Fact(name="walking_speed_high", value=0.6),
        Fact(name="cameras", value=3),
    )
    answer = ToolAnswer(tool="walking", arguments={}, basis=BASIS, facts=facts)
    card = card_of(answer, "Walking", WORDS)
    assert [(it.name, it.low, it.high) for it in card.figures] == [
        ("Walking speed", "0.4", "0.6"),
        ("Cameras", None, None),
    ]
    assert card.cameras == 3


def parts(*, is_generated: bool) -> list[Part]:
    basis = BASIS.model_copy(update={"is_generated": is_generated})
    columns = (DAY, HOURS)
    rows = tuple((date(2026, 11, number % 28 + 1), 4.5) for number in range(90))
    grid = Grid(columns=columns, rows=rows)
    answer = ToolAnswer(tool="activity", arguments={}, basis=basis, facts=(), grid=grid)
    bars = Bars(("2026-11-01", "2026-11-02"), (4.0, None))
    return [Part(card_of(answer, "Activity", WORDS), bars, "Hours active")]


def test_foot_of_each_page_says_whether_somebody_lived_it() -> None:
    assert "nobody lived" in foot_of(parts(is_generated=True), str)(1)
    assert "nobody lived" not in foot_of(parts(is_generated=False), str)(1)


def test_pdf_has_its_font_and_as_many_pages_as_it_needs() -> None:
    font = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    content = report_pdf("Report of 2026-11", "Home", 6 * parts(is_generated=True), font, str)
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") > 3
    assert b"DejaVuSans" in content
