"""Figures as Markdown tables, which also read well on a terminal; in brackets 95 % intervals."""

from collections.abc import Iterable, Mapping, Sequence

from modeling.training.evaluate.by_event import EventFigures
from modeling.training.evaluate.by_picture import ClassFigures, ImageFigures
from modeling.training.evaluate.by_window import WindowFigures
from modeling.training.evaluate.intervals import Estimate, Rate

EVENT_HEADER = (
    "falls found", "told exactly once", "alarmed before the fall",
    "clips without a fall that alarmed", "false alarms", "false alarms an hour",
    "falls of which something is told", "clips without a fall of which something is told",
    "told falsely an hour",
    "seconds to START", "seconds to END",
)  # fmt: skip
WINDOW_HEADER = (
    "label", "windows", "average precision", "Brier score", "calibration error", "precision",
    "recall",
)  # fmt: skip


def event_table(figures: Mapping[str, EventFigures], rows: str = "clips") -> str:
    """One row for each part of the clips, or for whatever else `rows` says."""
    return table(
        (rows, *EVENT_HEADER), ((name, *_event_cells(part)) for name, part in figures.items())
    )


def window_table(figures: Mapping[str, WindowFigures]) -> str:
    return table(WINDOW_HEADER, _window_rows(figures))


def model_window_table(figures: Mapping[str, Mapping[str, WindowFigures]]) -> str:
    rows = ((model, *row) for model, labels in figures.items() for row in _window_rows(labels))
    return table(("model", *WINDOW_HEADER), rows)


def _event_cells(part: EventFigures) -> Sequence[str]:
    return (
        str(part.falls_found),
        str(part.told_once),
        str(part.early_alarms),
        str(part.alarmed_clips),
        f"{part.false_alarms} in {part.minutes:.1f} min",
        figure(part.false_alarms_an_hour, ".0f"),
        str(part.falls_told),
        str(part.told_clips),
        figure(part.told_falsely_an_hour, ".0f"),
        figure(part.start_delay_sec, ".1f"),
        f"{figure(part.end_delay_sec, '.1f')}, {part.ended.count} of {part.ended.total}",
    )


def _window_rows(figures: Mapping[str, WindowFigures]) -> Iterable[Sequence[str]]:
    for label, part in figures.items():
        yield (
            label,
            f"{part.recall.total} of {part.windows}, {part.groups} groups",
            figure(part.average_precision, ".2f"),
            figure(part.brier, ".3f"),
            figure(part.calibration_error, ".3f"),
            str(part.precision),
            str(part.recall),
        )


def class_table(figures: ImageFigures) -> str:
    """One row a class, and one for the mean of their F1."""
    rows = [(label, *_class_cells(of_class)) for label, of_class in figures.classes.items()]
    rows.append(("macro mean", "", "", "", figure(figures.macro_f1, ".3f")))
    return table(("class", "pictures", "precision", "recall", "F1"), rows)


def _class_cells(of_class: ClassFigures) -> tuple[str, str, str, str]:
    return (
        f"{of_class.pictures}, {of_class.groups} groups",
        figure(of_class.precision, ".3f"),
        figure(of_class.recall, ".3f"),
        figure(of_class.f1, ".3f"),
    )


def confusion_table(figures: ImageFigures) -> str:
    """One row a true class, one column a told one."""
    labels = list(figures.classes)
    rows: Iterable[Sequence[str]] = (
        (label, *map(str, counts)) for label, counts in zip(labels, figures.confusion, strict=True)
    )
    return table(("is, told", *labels), rows)


def kind_table(right: Mapping[str, Rate]) -> str:
    return table(("kind", "told right"), ((kind, str(rate)) for kind, rate in right.items()))


def figure(estimate: Estimate | None, spec: str) -> str:
    """The estimate as `spec` says, or a dash where it is not defined."""
    return "-" if estimate is None else f"{estimate:{spec}}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table with columns of even width."""
    cells = [header, *rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in cells
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])
