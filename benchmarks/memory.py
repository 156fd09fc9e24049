"""Whether memory grows: `uv run python -m benchmarks.memory`, an hour.

A server, a Kakao stand-in and a camera box as processes of their own. The box watches people who
walk, sit down and fall, at live pace: URFD's clips, one after the other and over again.
"""

import csv
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Annotated

import typer
from matplotlib.figure import Figure as Plot
from rich.console import Console
from rich.progress import Progress

from agent.file_pace import FilePace
from benchmarks.finding import Figure, Finding, tell
from benchmarks.harness import RESULTS, Results
from benchmarks.plot import save_plot
from modeling.training.evaluate.intervals import Estimate
from testkit.films import FPS, VIDEOS, Videos, film, images_of
from testkit.household import household

EVERY_SEC = 5.0
SETTLED_SEC = 300.0
"""From then on nothing is to grow."""
MEDIAN_OF_SEC = 60.0
MARGIN_SEC = 120.0
GROWTH_MB = 5.0


@dataclass(frozen=True)
class Sample:
    """What a process holds at `sec` seconds of the watch, in MB.

    `rss` is what it has mapped and touched, `pss` the same with a share of what others have too,
    `anonymous` what it asked for itself.
    """

    process: str
    sec: float
    rss: float
    pss: float
    anonymous: float


def main(
    minutes: Annotated[float, typer.Option(min=7, help="How long.")] = 60.0,
    videos: Videos = VIDEOS,
    results: Results = RESULTS,
) -> None:
    """Watch at live pace, and measure the memory of camera box and server all the while."""
    # fall-01 beside adl-01: somebody falls every few clips.
    clips = sorted(videos.resolve().glob("*-cam0.mp4"), key=lambda clip: clip.stem.split("-")[1])
    if not clips:
        sys.exit(f"no clips *-cam0.mp4 in {videos}")
    results.mkdir(parents=True, exist_ok=True)
    table = results / "memory.csv"
    with household() as at:
        video = at.folder / "clips.mp4"
        pictures = chain.from_iterable(images_of(clip) for clip in cycle(clips))
        film(islice(pictures, round((minutes * 60 + MARGIN_SEC) * FPS)), video)
        agent = at.start_agent("camera", video, FilePace.REALTIME)
        try:
            _watch({"agent": agent.process.pid, "server": at.server_pid}, minutes * 60, table)
        except OSError:
            sys.exit(f"a process has ended; the camera box said: {agent.last_line()}")
        finally:
            agent.stop()
        memos = len(at.memos())
    samples = read(table)
    finding = found(samples, memos, datetime.now(UTC).date())
    tell(finding, results)
    draw(samples, results / f"{finding.name}.svg")
    if not finding.is_reached:
        raise typer.Exit(1)


def _watch(processes: Mapping[str, int], seconds: float, path: Path) -> None:
    """Sample until the time is over; each sample is in the file `path` at once."""
    began = time.monotonic()
    with path.open("w", encoding="utf-8") as file, Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("minutes", total=seconds / 60)
        writer = csv.DictWriter(file, [field.name for field in fields(Sample)])
        writer.writeheader()
        while (sec := time.monotonic() - began) < seconds:
            for name, pid in processes.items():
                writer.writerow(asdict(sample(name, sec, pid)))
            file.flush()
            bar.update(task, completed=sec / 60)
            time.sleep(EVERY_SEC)


def sample(name: str, sec: float, pid: int) -> Sample:
    """What the kernel says of a running process; raises OSError once it has ended."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    kib = {
        key: int(rest.split()[0])
        for key, _, rest in (line.partition(":") for line in text.splitlines()[1:])
    }
    rss, pss, anonymous = (kib[key] * 1024 / 1e6 for key in ("Rss", "Pss", "Anonymous"))
    return Sample(name, sec, rss, pss, anonymous)


def read(table: Path) -> dict[str, list[Sample]]:
    """The samples of each process that a CSV file holds, oldest first."""
    samples: defaultdict[str, list[Sample]] = defaultdict(list)
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            sizes = (float(row[name]) for name in ("sec", "rss", "pss", "anonymous"))
            samples[row["process"]].append(Sample(row["process"], *sizes))
    return samples


def found(samples: Mapping[str, Sequence[Sample]], memos: int, today: date) -> Finding:
    """By how much each process has grown from the settled state to the end."""
    growths = {name: growth(of_one) for name, of_one in samples.items()}
    minutes = max(one.sec for of_one in samples.values() for one in of_one) / 60
    sizes = "; ".join(
        f"{name}: {settled:.1f} MB, {end:.1f} MB at the end"
        for name, (settled, end) in growths.items()
    )
    return Finding(
        name="memory",
        work=f"People who walk, sit down and fall, {minutes:.0f} minutes at live pace.",
        remark=f"{memos} memos. Resident memory after five minutes, a minute's median; {sizes}.",
        command="uv run python -m benchmarks.memory",
        taken=today.isoformat(),
        figures=tuple(
            Figure(f"{name} grows by", "MB", GROWTH_MB, Estimate(value=end - settled))
            for name, (settled, end) in growths.items()
        ),
    )


def growth(samples: Sequence[Sample]) -> tuple[float, float]:
    """Resident MB once settled and at the end: the medians of a minute each."""
    end = samples[-1].sec

    def median(first: float) -> float:
        sizes = [one.rss for one in samples if first <= one.sec <= first + MEDIAN_OF_SEC]
        return statistics.median(sizes)

    return median(SETTLED_SEC), median(end - MEDIAN_OF_SEC)


def draw(samples: Mapping[str, Sequence[Sample]], path: Path) -> None:
    """Resident memory over time, a row per process; the band is what is allowed."""
    plot = Plot(figsize=(8, 2.4 * len(samples)), layout="constrained")
    for axes, (name, of_one) in zip(
        plot.subplots(len(samples), sharex=True, squeeze=False)[:, 0], samples.items(), strict=True
    ):
        settled, _ = growth(of_one)
        axes.plot([one.sec / 60 for one in of_one], [one.rss for one in of_one])
        axes.axhspan(settled, settled + GROWTH_MB, color="tab:green", alpha=0.15)
        axes.set_ylim(settled - 2 * GROWTH_MB, settled + 2 * GROWTH_MB)
        axes.set_ylabel(f"{name}, MB")
    axes.set_xlabel("minutes; the band is what it may grow by")
    save_plot(plot, path)


if __name__ == "__main__":
    typer.run(main)
