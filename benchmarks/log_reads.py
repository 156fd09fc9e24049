"""Reading a log of a million events: `uv run python -m benchmarks.log_reads`.

How long the server takes to learn it, against `json.loads` of every line, each in a process of its
own; and two questions to the running server over HTTP, against DuckDB on the same files with one
thread. The files are in the page cache each time.
"""

import json
import multiprocessing
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import typer

from benchmarks.comparison import Comparison, Run
from benchmarks.harness import RESULTS, Repeats, Results, by_turns, tell, timed
from benchmarks.peers.log_queries import LogQueries
from benchmarks.servers import Server, serving
from testkit import large_log
from testkit.alone import EventsAlone
from testkit.load import ask, get

COMMAND = "uv run python -m benchmarks.log_reads"
ASKING_SEC = 1.0
ZONE = ZoneInfo("Asia/Seoul")


def main(
    repeats: Repeats = 5,
    results: Results = RESULTS,
    lines: Annotated[int, typer.Option(help="Events in the log.")] = 1_000_000,
) -> None:
    """Measure a start and two queries against json.loads and DuckDB."""
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-") as name:
        folder = Path(name) / "events"
        now = large_log.write(folder, lines)
        tell(compare_starts(folder, now, lines, repeats), results)
        with serving("run-backend", data_dir=Path(name)) as server:
            queries = LogQueries(folder)
            for found in (
                compare_recent(server, queries, lines, repeats),
                compare_days(server, queries, lines, repeats),
            ):
                tell(found, results)


def compare_starts(folder: Path, now: float, lines: int, repeats: int) -> Comparison:
    """The event service's start against json.loads of every line."""
    runs, peers = by_turns(
        lambda: _elsewhere(start, folder, now), lambda: _elsewhere(parse, folder, now), repeats
    )
    return Comparison(
        name="log_start",
        work=f"Start of the event service with {lines:,} events in the log.",
        peer="`json.loads` of every line",
        unit="s",
        better="lower",
        target=10,
        command=COMMAND,
        ours=runs,
        peers=peers,
    )


def compare_recent(server: Server, queries: LogQueries, lines: int, repeats: int) -> Comparison:
    """The newest 50 events."""
    path = "/event/recent?limit=50"
    runs, peers = by_turns(lambda: _ask(server, path), lambda: _timed(queries.recent), repeats)
    work = f"The newest 50 of {lines:,} events, over HTTP."
    return _query("recent_events", work, runs, peers)


def compare_days(server: Server, queries: LogQueries, lines: int, repeats: int) -> Comparison:
    """The incidents of one camera on the second day of the log."""
    camera, day = (
        large_log.CAMERAS[0],
        datetime.fromtimestamp(large_log.BEGIN + 86_400, ZONE).date(),
    )
    path = f"/event/incidents?{urlencode({'camera_id': camera, 'day': day.isoformat()})}"
    runs, peers = by_turns(
        lambda: _ask(server, path), lambda: _timed(lambda: queries.incidents(camera, day)), repeats
    )
    work = f"A day's incidents of one camera, out of {lines:,} events, over HTTP."
    return _query("day_of_incidents", work, runs, peers)


def start(folder: Path, now: float) -> object:
    """Start the event service; returns what is to be kept until the time was taken."""
    return EventsAlone(folder, clock=lambda: now)


def parse(folder: Path, _now: float) -> object:
    """Parse every line."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open("rb") as file:
            for line in file:
                json.loads(line)
    return None


def _elsewhere(work: Callable[[Path, float], object], folder: Path, now: float) -> Run:
    """The cost of `work` in a process of its own, after its imports."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_once, (work, folder, now))


def _once(work: Callable[[Path, float], object], folder: Path, now: float) -> Run:
    with timed() as watch:
        kept = work(folder, now)
    del kept
    return Run(watch.wall_sec, 1, watch.wall_sec, watch.cpu_sec)


def _ask(server: Server, path: str) -> Run:
    request = get(path)
    with timed(server.cpu_sec) as watch:
        load = ask(server.port, 1, lambda _: request, ASKING_SEC)
    each_ms = load.wall_sec / load.answers * 1000
    return Run(each_ms, load.answers, load.wall_sec, watch.cpu_sec)


def _timed(query: Callable[[], object]) -> Run:
    with timed() as watch:
        query()
    return Run(watch.wall_sec * 1000, 1, watch.wall_sec, watch.cpu_sec)


def _query(name: str, work: str, ours: tuple[Run, ...], peers: tuple[Run, ...]) -> Comparison:
    return Comparison(
        name=name,
        work=work,
        peer="DuckDB's `read_json` on one thread over the same files, in process",
        unit="ms",
        better="lower",
        target=5,
        command=COMMAND,
        ours=ours,
        peers=peers,
    )


if __name__ == "__main__":
    typer.run(main)
