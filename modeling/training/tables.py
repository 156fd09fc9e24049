"""Figures as Markdown tables, which also read well on a terminal."""

from collections.abc import Iterable, Mapping, Sequence

from modeling.training.metrics import EventFigures, WindowFigures


def event_table(figures: Mapping[str, EventFigures]) -> str:
    """One row for each part of the clips."""
    header = (
        "clips", "falls found", "told exactly once", "clips without a fall that alarmed",
        "false alarms", "START after loss of balance", "END after the fall",
    )  # fmt: skip
    return _table(header, ((name, *_event_cells(part)) for name, part in figures.items()))


def window_table(figures: Mapping[str, WindowFigures]) -> str:
    """One row a label."""
    rows = ((label, str(part.precision), str(part.recall)) for label, part in figures.items())
    return _table(("label", "precision", "recall"), rows)


def _event_cells(part: EventFigures) -> Sequence[str]:
    return (
        str(part.falls_found),
        str(part.told_once),
        str(part.alarmed_clips),
        f"{part.false_alarms} in {part.minutes:.1f} min",
        _seconds(part.start_delay_sec),
        _seconds(part.end_delay_sec),
    )


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:+.1f} s"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = [header, *rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in cells
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])
