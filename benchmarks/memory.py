"""Whether memory grows: `uv run python -m benchmarks.memory`, an hour.

A server, a Kakao stand-in and a camera box as processes of their own. The box watches people who
walk, sit down and fall, at live pace: URFD's clips, one after the other and over again.
"""

import csv
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from agent.capture import Pace
from benchmarks.films import FPS, film, images_of
from benchmarks.harness import RESULTS, Results
from benchmarks.household import household

EVERY_SEC = 5.0
SETTLED_SEC = 300.0
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
    minutes: Annotated[float, typer.Option(min=1, help="How long.")] = 60.0,
    videos: Annotated[Path, typer.Option(help="URFD's clips.")] = Path(
        "../shared/data/urfd/videos"
    ),
    results: Results = RESULTS,
) -> None:
    """Watch at live pace, and measure the memory of camera box and server all the while."""
    # fall-01 beside adl-01: somebody falls every few clips.
    clips = sorted(videos.resolve().glob("*-cam0.mp4"), key=lambda clip: clip.stem.split("-")[1])
    if not clips:
        sys.exit(f"no clips *-cam0.mp4 in {videos}")
    results.mkdir(parents=True, exist_ok=True)
    with household() as at:
        video = at.folder / "hour.mp4"
        pictures = chain.from_iterable(images_of(clip) for clip in cycle(clips))
        film(islice(pictures, round((minutes * 60 + MARGIN_SEC) * FPS)), video)
        agent = at.start_agent("camera", video, Pace.REALTIME)
        try:
            processes = {"agent": agent.process.pid, "server": at.server_pid}
            _watch(processes, minutes * 60, results / "memory.csv")
            code = agent.process.poll()
        finally:
            agent.stop()
        events = at.events(limit=1000, event_type="END")
        typer.echo(f"memos {len(at.memos())}, ENDs {len(events)}, agent's exit {code}")
        typer.echo(agent.last_line())


def _watch(processes: Mapping[str, int], seconds: float, path: Path) -> None:
    """Sample until the time is over; each sample is in the file `path` at once."""
    began = time.monotonic()
    with path.open("w", encoding="utf-8") as file, Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("minutes", total=seconds / 60)
        writer = csv.writer(file)
        writer.writerow(field.name for field in fields(Sample))
        while (sec := time.monotonic() - began) < seconds:
            for name, pid in processes.items():
                one = sample(name, sec, pid)
                writer.writerow((one.process, f"{one.sec:.1f}", one.rss, one.pss, one.anonymous))
            file.flush()
            bar.update(task, completed=sec / 60)
            time.sleep(EVERY_SEC)


def sample(name: str, sec: float, pid: int) -> Sample:
    """What the kernel says of a running process."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    kib = {
        key: int(rest.split()[0])
        for key, _, rest in (line.partition(":") for line in text.splitlines()[1:])
    }
    rss, pss, anonymous = (kib[key] * 1024 / 1e6 for key in ("Rss", "Pss", "Anonymous"))
    return Sample(name, sec, rss, pss, anonymous)


if __name__ == "__main__":
    typer.run(main)
