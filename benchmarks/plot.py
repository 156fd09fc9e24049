"""The plot of the page: how many times better, with its range, and what was wanted."""

import statistics
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.comparison import Comparison

# Without it the same figures would give another file each time.
mpl.rcParams["svg.hashsalt"] = "benchmarks"


def draw(comparisons: Sequence[Comparison], path: Path) -> None:
    """Write the plot to `path`, an SVG, the first comparison at the top."""
    figure = Figure(figsize=(8, 1.2 + 0.4 * len(comparisons)), layout="constrained")
    axes = figure.subplots()
    for row, found in enumerate(comparisons):
        ratios, middle = found.ratios, statistics.median(found.ratios)
        reach = [[middle - min(ratios)], [max(ratios) - middle]]
        axes.barh(row, middle, xerr=reach, color="tab:blue" if found.is_reached else "tab:orange")
        axes.plot([found.target] * 2, [row - 0.4, row + 0.4], color="black")
    axes.set_yticks(range(len(comparisons)), [c.name.replace("_", " ") for c in comparisons])
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlabel("times better than the peer: median and range; the black line is the target")
    axes.axvline(1, color="gray", linestyle="dotted")
    save_plot(figure, path)


def save_plot(figure: Figure, path: Path) -> None:
    """Write the figure to `path`; the same figure gives the same SVG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
