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
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from agent.file_pace import FilePace
from benchmarks.finding import tell
from benchmarks.harness import RESULTS, Results
from benchmarks.told_falls import Fall, draw, fall_of, found, keep
from testkit.films import FPS, film, images_of, noisy
from testkit.household import Household, household
from testkit.processes import Part

BEFORE_SEC, AFTER_SEC = 3.0, 12.0
"""The first and the last picture are held so long: enough for the longest fall."""
POLL_SEC = 0.25


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
            camera, video = f"{clip}-{number}", urfd / "videos" / f"{clip}.mp4"
            return watch_fall(at, camera, video, impact, lambda: at.memo_times().get(camera))

        numbers, console = range(len(impacts)), Console(stderr=True)
        seen = list(track(pool.map(watch, numbers), "falls", total=len(impacts), console=console))
    told = [fall for fall in seen if fall is not None and fall.took > 0]
    missed = [clip for (clip, _), fall in zip(impacts, seen, strict=True) if fall not in told]
    if not told:
        sys.exit("no fall was told")
    finding = found(told, missed, datetime.now(UTC).date())
    tell(finding, results)
    keep(told, results / f"{finding.name}.csv")
    draw(told, results / f"{finding.name}.svg")
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


def watch_fall(
    at: Household, camera: str, clip: Path, impact: float, memo_at: Callable[[], float | None]
) -> Fall | None:
    """Watch the clip, held, until a memo has come; None where none does.

    `memo_at` says when it came, in seconds since 1970; None before.
    """
    video = at.folder / f"{camera}.mp4"
    images = list(images_of(clip))
    before = noisy(images[0], round(BEFORE_SEC * FPS))
    film(chain(before, images, noisy(images[-1], round(AFTER_SEC * FPS))), video)
    agent = at.start_agent(camera, video, FilePace.REALTIME)
    try:
        memo = _memo_time(agent, memo_at)
    finally:
        agent.stop()
        video.unlink()
    if memo is None:
        return None
    events, (load, *_) = at.events(limit=1000, camera_id=camera), os.getloadavg()
    return fall_of(clip.stem, BEFORE_SEC + impact, events, memo, load)


def _memo_time(agent: Part, memo_at: Callable[[], float | None]) -> float | None:
    while agent.process.poll() is None:
        if (arrived := memo_at()) is not None:
            return arrived
        time.sleep(POLL_SEC)
    return None


if __name__ == "__main__":
    typer.run(main)
