"""Falls that were told: what their events and memos say, and the figures and the plot of them."""

import csv
import os
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Plot
from numpy.typing import NDArray

from benchmarks.finding import Figure, Finding
from benchmarks.harness import digits
from benchmarks.plot import save_plot
from contract.events import FALL
from modeling.training.evaluate.intervals import Estimate, Rate, bootstrap_over_groups
from testkit.films import FPS

MEDIAN_SEC, P95_SEC, OWN_P99_MS = 2.5, 4.0, 150.0


@dataclass(frozen=True)
class Fall:
    """A clip's fall that was told, in seconds of its film.

    `decided` is when the frame was due on which the END was decided, `memo` when the stand-in had
    the memo. `jitter` is how much later than the most punctual one a frame was handed out,
    `load` how many processes of the machine wanted to run, on average over a minute.
    """

    clip: str
    impact: float
    start: float
    end: float
    decided: float
    memo: float
    jitter: float
    load: float

    @property
    def took(self) -> float:
        """From the impact to the memo."""
        return self.memo - self.impact

    @property
    def own(self) -> float:
        """The software's share: from the frame that decided to the memo."""
        return self.memo - self.decided


def fall_of(
    clip: str, impact: float, events: Sequence[dict[str, Any]], memo: float, load: float
) -> Fall:
    """What a camera's events and the wall clock's time of its first memo say of its first fall."""
    zeros = [event["ts"] - event["video_ts"] for event in events]
    first = {
        event["event_type"]: event
        for event in sorted(events, key=lambda event: event["seq"], reverse=True)
        if event.get("event") == FALL
    }
    start, end = first["START"], first["END"]
    return Fall(
        clip=clip,
        impact=impact,
        start=start["video_ts"],
        end=end["video_ts"],
        decided=end["frame_idx"] / FPS,
        memo=memo - min(zeros),
        jitter=max(zeros) - min(zeros),
        load=load,
    )


def found(told: Sequence[Fall], missed: Sequence[str], today: date) -> Finding:
    """The figures of the falls; `missed` names the clips of those that were not told.

    Raises ValueError when none was.
    """
    took, own = [fall.took for fall in told], [fall.own * 1000 for fall in told]
    clips = np.array([fall.clip for fall in told])
    figures = (
        Figure("impact to memo, median", "s", MEDIAN_SEC, quantile(took, 0.5, clips)),
        Figure("impact to memo, p95", "s", P95_SEC, quantile(took, 0.95, clips)),
        Figure("software's share, p99", "ms", OWN_P99_MS, quantile(own, 0.99, clips)),
    )
    counted = [(fall.clip, True) for fall in told] + [(clip, False) for clip in missed]
    return Finding(
        name="impact_to_memo",
        work=f"URFD's falls at live pace, {len(counted)} of them, from the impact to the memo.",
        remark=f"Told: {Rate.over_groups(counted)}{_named(missed)}. {_parts(told)}",
        command="uv run python -m benchmarks.impact_to_memo",
        taken=today.isoformat(),
        figures=figures,
    )


def _named(missed: Sequence[str]) -> str:
    return f", all but {', '.join(missed)}" if missed else ""


def _parts(told: Sequence[Fall]) -> str:
    """Where the time goes, as medians; these need not add up to the median of the whole."""
    early = statistics.median(fall.impact - fall.start for fall in told)
    lasts = statistics.median(fall.end - fall.start for fall in told)
    waits = statistics.median(fall.decided - fall.end for fall in told) * 1000
    own = statistics.median(fall.own for fall in told) * 1000
    load = statistics.median(fall.load for fall in told)
    return (
        f"Medians: START {digits(early)} s before the impact, from there to END {digits(lasts)} s, "
        f"the frame that decides {digits(waits)} ms later, and the software {digits(own)} ms. "
        f"{digits(load)} processes wanted to run on {os.cpu_count()} cores."
    )


def quantile(values: Sequence[float], share: float, clips: NDArray[np.str_]) -> Estimate:
    def of_resampled(times: NDArray[np.float64]) -> float:
        return float(np.quantile(np.repeat(values, times.astype(np.int64)), share))

    estimate = bootstrap_over_groups(of_resampled, clips)
    if estimate is None:
        raise ValueError("no fall was told")
    return estimate


def keep(told: Sequence[Fall], path: Path) -> None:
    """Write a line per fall to the CSV file `path`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Fall)])
        writer.writeheader()
        writer.writerows(asdict(fall) for fall in told)


def draw(told: Sequence[Fall], path: Path) -> None:
    """A row per clip, since the impact: lines from START to END, and a dot for each memo."""
    took: defaultdict[str, list[float]] = defaultdict(list)
    for fall in told:
        took[fall.clip].append(fall.took)
    rows = {clip: row for row, clip in enumerate(sorted(took, key=lambda clip: min(took[clip])))}
    plot = Plot(figsize=(8, 1.2 + 0.2 * len(rows)), layout="constrained")
    axes = plot.subplots()
    for fall in told:
        span, row = [fall.start - fall.impact, fall.end - fall.impact], rows[fall.clip]
        axes.plot(span, [row, row], color="tab:blue")
        axes.plot(fall.took, row, "o", color="tab:orange", markersize=4)
    axes.axvline(0, color="gray", linestyle="dotted")
    axes.axvline(MEDIAN_SEC, color="black")
    axes.set_yticks(range(len(rows)), [clip.removesuffix("-cam0") for clip in rows])
    axes.set_xlabel(
        "seconds since the impact: START to END, and the memo; black: the median's limit"
    )
    save_plot(plot, path)
