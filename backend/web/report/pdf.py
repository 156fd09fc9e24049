"""The report as PDF: a part for each answer, with its figures, a plot, a table and its basis."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from backend.web.asking.cards import Card, Figure, ShownGrid
from backend.web.marks import N_
from backend.web.report.drawing import HEIGHT, LABELS, Bars, draw

if TYPE_CHECKING:
    from fpdf import FPDF

logging.getLogger("fontTools").setLevel(logging.ERROR)
"""It tells of each table of a font that it leaves out."""

FAMILY = "report"
MAX_ROWS = 40
LINE, SMALL = 6.0, 4.5
"""Millimetres."""
SOFT, TEXT, RULE = (77, 90, 84), (23, 32, 28), (213, 220, 214)
BASIS = N_("Stands on {rows} rows of {days} days, {since} to {until}")
ROWS_ONLY = N_("Stands on {rows} rows")
GENERATED = N_("generated: nobody lived this record")
PAGE = N_("page {page} of {pages}")
NO_ADVICE = N_("This is no medical advice.")
MORE = N_("... and more, which the page shows")


@dataclass(frozen=True)
class Part:
    """One answer; `bars` where its plot can be drawn, `axis` says what they are."""

    card: Card
    bars: Bars | None
    axis: str


def report_pdf(
    title: str, subtitle: str, parts: Sequence[Part], font: Path, text: Callable[[str], str]
) -> bytes:
    """The whole file; `text` finds words in the reader's language."""
    pdf = _new(font, foot_of(parts, text))
    pdf.set_title(title)
    pdf.set_font(size=18)
    pdf.multi_cell(0, 10, title, new_x="LMARGIN", new_y="NEXT")
    _soft(pdf, subtitle)
    for part in parts:
        _part(pdf, part, text)
    return bytes(pdf.output())


def _new(font: Path, foot: Callable[[int], str]) -> "FPDF":
    """An empty one, with a page."""
    from fpdf import FPDF

    class Report(FPDF):
        """It says on each page what it is."""

        def footer(self) -> None:
            self.set_y(-12)
            _soft(self, foot(self.page_no()))

    pdf: FPDF = Report(format="A4")
    pdf.add_font(FAMILY, fname=font)
    pdf.set_font(FAMILY, size=10)
    pdf.set_margins(16, 16)
    pdf.set_auto_page_break(True, margin=18)
    pdf.add_page()
    return pdf


def foot_of(parts: Iterable[Part], text: Callable[[str], str]) -> Callable[[int], str]:
    """What the foot of each page says; of a record that nobody lived also that."""
    is_generated = any(it.card.basis.is_generated for it in parts)
    marks = [text(GENERATED)] if is_generated else []

    def foot(page: int) -> str:
        return " · ".join([text(PAGE).format(page=page, pages="{nb}"), *marks, text(NO_ADVICE)])

    return foot


def _part(pdf: "FPDF", part: Part, text: Callable[[str], str]) -> None:
    card = part.card
    _room(pdf, 4 * LINE)
    pdf.ln(3)
    pdf.set_font(size=13)
    pdf.set_text_color(*TEXT)
    pdf.multi_cell(0, 8, card.title, new_x="LMARGIN", new_y="NEXT")
    _soft(pdf, _basis(card, text))
    if card.too_little:
        _line(pdf, card.too_little)
    for figure in card.figures:
        _line(pdf, _said(figure))
    if part.bars:
        _room(pdf, HEIGHT + 3 * LABELS)
        draw(pdf, part.bars, part.axis)
    if card.grid and card.grid.rows:
        _table(pdf, card.grid, text)


def _basis(card: Card, text: Callable[[str], str]) -> str:
    basis = card.basis
    words = text(BASIS if basis.days is not None else ROWS_ONLY)
    return words.format(
        rows=basis.rows, days=basis.days, since=basis.since or "–", until=basis.until or "–"
    )


def _said(figure: Figure) -> str:
    unit = f" {figure.unit}" if figure.unit else ""
    interval = f" ({figure.low} – {figure.high})" if figure.low and figure.high else ""
    return f"{figure.name}: {figure.value}{unit}{interval}"


def _table(pdf: "FPDF", grid: ShownGrid, text: Callable[[str], str]) -> None:
    from fpdf.fonts import FontFace

    pdf.set_font(size=7.5)
    pdf.ln(2)
    pdf.set_draw_color(*RULE)
    shown = (grid.columns, *grid.rows[:MAX_ROWS])
    with pdf.table(
        line_height=SMALL,
        text_align="LEFT",
        borders_layout="HORIZONTAL_LINES",
        headings_style=FontFace(color=SOFT),
    ) as table:
        for row in shown:
            line = table.row()
            for cell in row:
                line.cell(cell)
    if grid.is_cut or len(grid.rows) > MAX_ROWS:
        _soft(pdf, text(MORE))


def _line(pdf: "FPDF", said: str) -> None:
    pdf.set_font(size=10)
    pdf.set_text_color(*TEXT)
    pdf.multi_cell(0, LINE, said, new_x="LMARGIN", new_y="NEXT")


def _soft(pdf: "FPDF", said: str) -> None:
    pdf.set_font(size=8.5)
    pdf.set_text_color(*SOFT)
    pdf.multi_cell(0, 5, said, new_x="LMARGIN", new_y="NEXT")
    pdf.set_text_color(*TEXT)


def _room(pdf: "FPDF", height: float) -> None:
    """A new page where this one has no room for so many millimetres."""
    if pdf.will_page_break(height):
        pdf.add_page()
