"""Curves as lines of a picture that is 100 wide and 100 high."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backend.training.schemas import Curve


@dataclass(frozen=True)
class Line:
    """One fit's figure; `points` is what an SVG's polyline takes, `last` its newest value."""

    fit: str
    points: str
    last: float


@dataclass(frozen=True)
class Plot:
    """All fits' curves of one figure, on one scale from `low` to `high`."""

    name: str
    low: float
    high: float
    epochs: tuple[int, ...]
    lines: tuple[Line, ...]
    curves: tuple[Curve, ...]


def plots_of(curves: Iterable[Curve]) -> list[Plot]:
    """A plot for each figure, in the order in which they came first."""
    named: dict[str, list[Curve]] = {}
    for curve in curves:
        named.setdefault(curve.name, []).append(curve)
    return [_plot(name, found) for name, found in named.items()]


def _plot(name: str, curves: Sequence[Curve]) -> Plot:
    values = [value for curve in curves for value in curve.values]
    epochs = tuple(sorted({epoch for curve in curves for epoch in curve.epochs}))
    low, high = min(values), max(values)
    lines = tuple(_line(curve, epochs, low, high) for curve in curves)
    return Plot(name, low, high, epochs, lines, tuple(curves))


def _line(curve: Curve, epochs: Sequence[int], low: float, high: float) -> Line:
    wide, tall = max(epochs[-1] - epochs[0], 1), (high - low) or 1.0
    points = [
        (100 * (epoch - epochs[0]) / wide, 100 - 100 * (value - low) / tall)
        for epoch, value in zip(curve.epochs, curve.values, strict=True)
    ]
    text = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    return Line(curve.fit, text, curve.values[-1])
