"""Figures of an image model as Markdown tables; in brackets 95 % intervals."""

from collections.abc import Iterable, Mapping

from modeling.training.evaluate.by_picture import ClassFigures, ImageFigures
from modeling.training.evaluate.intervals import Rate
from modeling.training.report.tables import figure, table


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
    rows: Iterable[tuple[str, ...]] = (
        (label, *map(str, counts)) for label, counts in zip(labels, figures.confusion, strict=True)
    )
    return table(("is, told", *labels), rows)


def kind_table(right: Mapping[str, Rate]) -> str:
    """One row a kind of picture."""
    return table(("kind", "told right"), ((kind, str(rate)) for kind, rate in right.items()))
