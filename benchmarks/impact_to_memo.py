"""From the impact to the memo: `uv run python -m benchmarks.impact_to_memo`, five minutes.

URFD's 30 falls as the horizontal camera filmed them, each watched at live pace by a `run-agent` of
its own, beside one server and one Kakao stand-in. Some clips begin with the fall, and all stop soon
after it: their first and last pictures are held, with a sensor's noise, as a box sees them that has
been watching for a while and goes on. So the END comes of what is seen.

The impact is the first frame in which the dataset says that the body lies on the floor. A frame
was due as long after the film's beginning as its index says. When that was, the camera box's own
events say: their `ts` is the stream's time on the wall clock by the newest frame, late by as much
as that frame was. The earliest counts.
"""

import csv
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from matplotlib.figure import Figure as Plot
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from agent.capture import Pace
from benchmarks.films import FPS, film, images_of, noisy
from benchmarks.finding import Figure, Finding, tell
from benchmarks.harness import RESULTS, Results, digits
from benchmarks.household import Household, household
from benchmarks.plot import save_plot
from contract.events import FALL
from demo.processes import Part
from modeling.training.rates import Estimate, Rate, bootstrap_over_groups

NAME = "impact_to_memo"
BEFORE_SEC, AFTER_SEC = 3.0, 20.0
"""The first and the last picture are held so long: enough for the longest fall."""
POLL_SEC = 0.25
MEDIAN_SEC, P95_SEC, OWN_P99_MS = 2.5, 4.0, 150.0


@dataclass(frozen=True)
class Fall:
    """A clip's fall that was told, in seconds of its film.

    `decided` is when the frame was due on which the END was decided, `memo` when the stand-in had
    the memo. `jitter` is how much later than others a frame was handed out.
    """

    clip: str
    impact: float
    start: float
    end: float
    decided: float
    memo: float
    jitter: float

    @property
    def took(self) -> float:
        """From the impact to the memo."""
        return self.memo - self.impact

    @property
    def own(self) -> float:
        """The software's share: from the frame that decided to the memo."""
        return self.memo - self.decided


def main(
    urfd: Annotated[Path, typer.Option(help="URFD, as ../shared/data has it.")] = Path(
        "../shared/data/urfd"
    ),
    results: Results = RESULTS,
    jobs: Annotated[int, typer.Option(min=1, help="Agents at a time.")] = 1,
    repeats: Annotated[int, typer.Option(min=1, help="Times that each fall is watched.")] = 1,
    clips: Annotated[int, typer.Option(min=1, help="Only the first so many.")] = 30,
) -> None:
    """Time the memos of real falls from the impact on."""
    table = urfd.resolve() / "clips.csv"
    if not table.is_file():
        sys.exit(f"no {table}")
    impacts = list(islice(impacts_of(table).items(), clips)) * repeats
    with household() as at, ThreadPoolExecutor(jobs) as pool:

        def watch(number: int) -> Fall | None:
            clip, impact = impacts[number]
            return _watch(at, f"{clip}-{number}", urfd / "videos" / f"{clip}.mp4", impact)

        numbers, console = range(len(impacts)), Console(stderr=True)
        seen = list(track(pool.map(watch, numbers), "falls", total=len(impacts), console=console))
    told = [fall for fall in seen if fall is not None and fall.took > 0]
    missed = [clip for (clip, _), fall in zip(impacts, seen, strict=True) if fall not in told]
    finding = found(told, missed)
    tell(finding, results)
    _keep(told, results / f"{NAME}.csv")
    draw(told, results / f"{NAME}.svg")
    if not finding.is_reached:
        raise typer.Exit(1)


def impacts_of(table: Path) -> dict[str, float]:
    """When the body lies on the floor first, in seconds, by the names of the horizontal clips."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "fall"]
    return {
        row["file"].removesuffix(".mp4"): int(row["on_floor_frame"]) / FPS
        for row in rows
        if row["view"] == "cam0"
    }


def _watch(at: Household, camera: str, clip: Path, impact: float) -> Fall | None:
    """Watch the clip, held; None where no memo came."""
    video = at.folder / f"{camera}.mp4"
    images = list(images_of(clip))
    before = noisy(images[0], round(BEFORE_SEC * FPS))
    film(chain(before, images, noisy(images[-1], round(AFTER_SEC * FPS))), video)
    agent = at.start_agent(camera, video, Pace.REALTIME)
    try:
        memo = _memo_time(at, agent, camera)
    finally:
        agent.stop()
        video.unlink()
    if memo is None:
        return None
    return fall_of(clip.stem, BEFORE_SEC + impact, at.events(limit=1000, camera_id=camera), memo)


def _memo_time(at: Household, agent: Part, camera: str) -> float | None:
    while agent.process.poll() is None:
        if (arrived := at.memo_times().get(camera)) is not None:
            return arrived
        time.sleep(POLL_SEC)
    return None


def fall_of(clip: str, impact: float, events: Sequence[dict[str, Any]], memo: float) -> Fall:
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
    )


def found(told: Sequence[Fall], missed: Sequence[str]) -> Finding:
    """The figures of the falls, of which at least one was told."""
    took, own = [fall.took for fall in told], [fall.own * 1000 for fall in told]
    clips = np.array([fall.clip for fall in told])
    counted = [(fall.clip, True) for fall in told] + [(clip, False) for clip in missed]
    return Finding(
        name=NAME,
        work=f"URFD's falls at live pace, {len(counted)} of them, from the impact to the memo.",
        remark=f"Told: {Rate.over_groups(counted)}{_named(missed)}. {_parts(told)}",
        command=f"uv run python -m benchmarks.{NAME}",
        taken=datetime.now(UTC).date().isoformat(),
        figures=(
            Figure("impact to memo, median", "s", MEDIAN_SEC, _quantile(took, 0.5, clips)),
            Figure("impact to memo, p95", "s", P95_SEC, _quantile(took, 0.95, clips)),
            Figure("software's share, p99", "ms", OWN_P99_MS, _quantile(own, 0.99, clips)),
        ),
    )


def _named(missed: Sequence[str]) -> str:
    return f", all but {', '.join(missed)}" if missed else ""


def _parts(told: Sequence[Fall]) -> str:
    """Where the time goes, as medians; these need not add up to the median of the whole."""
    start = statistics.median(fall.start - fall.impact for fall in told)
    lasts = statistics.median(fall.end - fall.start for fall in told)
    waits = statistics.median(fall.decided - fall.end for fall in told) * 1000
    own = statistics.median(fall.own for fall in told) * 1000
    jitter = max(fall.jitter for fall in told) * 1000
    return (
        f"Medians: START {digits(start)} s after the impact, the fall lasts {digits(lasts)} s, the "
        f"frame that decides comes {digits(waits)} ms later, and the software takes {digits(own)} "
        f"ms. Frames were handed out up to {digits(jitter)} ms late."
    )


def _quantile(values: Sequence[float], share: float, clips: NDArray[np.str_]) -> Estimate:
    def of_resampled(times: NDArray[np.float64]) -> float:
        return float(np.quantile(np.repeat(values, times.astype(np.int64)), share))

    estimate = bootstrap_over_groups(of_resampled, clips)
    if estimate is None:
        raise ValueError("no fall was told")
    return estimate


def _keep(told: Sequence[Fall], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Fall)])
        writer.writeheader()
        writer.writerows(asdict(fall) for fall in told)


def draw(told: Sequence[Fall], path: Path) -> None:
    """A line a fall, from its START to its END, and a dot for the memo, since the impact."""
    plot = Plot(figsize=(8, 1.2 + 0.2 * len(told)), layout="constrained")
    axes = plot.subplots()
    order = sorted(told, key=lambda fall: fall.took)
    for row, fall in enumerate(order):
        axes.plot([fall.start - fall.impact, fall.end - fall.impact], [row, row], color="tab:blue")
    memos = [fall.took for fall in order]
    axes.plot(memos, range(len(order)), "o", color="tab:orange", markersize=4)
    axes.axvline(0, color="gray", linestyle="dotted")
    axes.axvline(MEDIAN_SEC, color="black")
    axes.set_yticks(range(len(order)), [fall.clip.removesuffix("-cam0") for fall in order])
    axes.set_xlabel(
        f"seconds since the impact: START to END, and the memo; the median is to be below "
        f"{MEDIAN_SEC} s"
    )
    save_plot(plot, path)


if __name__ == "__main__":
    typer.run(main)
