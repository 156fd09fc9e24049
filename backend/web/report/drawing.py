"""Plots of a report, drawn with nothing but lines of the PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contract.tools import Cell, Plot

if TYPE_CHECKING:
    from fpdf import FPDF

HEIGHT, LABELS, GAP = 42.0, 6.0, 0.25
"""Millimetres; and which share of a bar's place stays empty."""
SHADE, LINE = (11, 99, 83), (200, 206, 202)
MAX_LABELS = 8
DRAWN = frozenset({"bar", "line", "scatter"})


@dataclass(frozen=True)
class Bars:
    """One bar for each `x`; None is a gap."""

    x: tuple[str, ...]
    y: tuple[float | None, ...]

    @property
    def top(self) -> float:
        """The end of the scale."""
        return max((it for it in self.y if it is not None), default=0.0) or 1.0


def bars_of(plot: Plot) -> Bars | None:
    """The first series of a plot, if it is one of numbers from 0 on."""
    series = plot.series[0] if plot.series else None
    if series is None or series.kind not in DRAWN:
        return None
    y = [_number(it) for it in series.y]
    if not y or any(it is not None and it < 0 for it in y):
        return None
    return Bars(tuple(str(it)[:10] for it in series.x), tuple(y))


def draw(pdf: "FPDF", bars: Bars, title: str) -> None:
    """Below what is there; the page must have room for HEIGHT and LABELS."""
    left, top, width = pdf.l_margin, pdf.get_y() + LABELS, pdf.epw
    place = width / len(bars.y)
    with pdf.local_context(fill_color=SHADE, draw_color=LINE):
        _scale(pdf, left, top, width, f"{title}: {bars.top:g}")
        for number, value in enumerate(bars.y):
            if value is not None:
                tall = HEIGHT * value / bars.top
                x = left + place * (number + GAP / 2)
                pdf.rect(x, top + HEIGHT - tall, place * (1 - GAP), tall, style="F")
        _labels(pdf, bars.x, left, top + HEIGHT, place)
    pdf.set_y(top + HEIGHT + 2 * LABELS)


def _scale(pdf: "FPDF", left: float, top: float, width: float, title: str) -> None:
    for share in (0.0, 0.5, 1.0):
        pdf.line(left, top + share * HEIGHT, left + width, top + share * HEIGHT)
    pdf.set_font(size=8)
    pdf.text(left, top - 1.5, title)


def _labels(pdf: "FPDF", names: Sequence[str], left: float, y: float, place: float) -> None:
    every = -(-len(names) // MAX_LABELS)
    for number in range(0, len(names), every):
        pdf.text(left + place * number, y + LABELS - 2, names[number].removeprefix("20")[-5:])


def _number(value: Cell) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None  # type: ignore[arg-type]
