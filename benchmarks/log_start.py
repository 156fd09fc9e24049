"""How long the server takes to learn a log: `uv run python -m benchmarks.log_start`.

Writes a log of a million events as the server would, then lets a fresh process of its own do each
of these, in turn: start the event service on it, parse every line with `json.loads`, and start
once without the indexes, as after they were deleted. The files are in the page cache each time.
"""

import json
import multiprocessing
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import track

from backend.events.log import EventLog
from backend.events.service import EventService

START = 1_800_000_000.0
EVENTS_PER_SEC = 4.0
"""Of three cameras: a PROBS a second and a HEARTBEAT every three."""
BATCH = 1000

Json = dict[str, Any]


@dataclass(frozen=True)
class Cost:
    """One run: seconds, CPU seconds, and by how many bytes its resident memory grew."""

    elapsed: float
    cpu: float
    grown: int


def main(
    lines: Annotated[int, typer.Option(help="Events in the log.")] = 1_000_000,
    repeats: Annotated[int, typer.Option(min=1, help="Runs of each kind.")] = 5,
) -> None:
    """Measure a start against json.loads of every line."""
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-") as name:
        folder = Path(name) / "events"
        _write(folder, lines)
        end = START + lines / EVENTS_PER_SEC
        _report_size(folder, lines)
        starts, parses = [], []
        for _ in track(range(repeats), description="runs"):
            starts.append(_measure(_start, folder, end))
            parses.append(_measure(_parse, folder, end))
        shutil.rmtree(folder / "index", ignore_errors=True)
        rebuild = _measure(_start, folder, end)
    _report("start of the event service", starts)
    _report("json.loads of every line", parses)
    _report("start without indexes, which it makes again", [rebuild])
    ratio = statistics.median(c.elapsed for c in parses) / statistics.median(
        c.elapsed for c in starts
    )
    typer.echo(f"the start is {ratio:.1f} times as fast as json.loads of every line")


def _write(folder: Path, lines: int) -> None:
    with closing(EventLog(folder)) as log:
        log.open()
        for first in track(range(0, lines, BATCH), description="writing"):
            now = START + first / EVENTS_PER_SEC
            log.append([_event(first + n, now) for n in range(min(BATCH, lines - first))], now)
            log.tidy(now)


def _event(number: int, now: float) -> Json:
    kind = "HEARTBEAT" if number % 4 == 0 else "PROBS"
    shared: Json = {
        "event_type": kind,
        "event_id": f"{number:032x}",
        "camera_id": f"거실-{number % 3}",
    }
    shared |= {"session_id": "0" * 32, "seq": number}
    times: Json = {"ts": now, "video_ts": number / 10, "frame_idx": number, "received_at": now}
    if kind == "HEARTBEAT":
        return shared | times | {"state": "running", "fps": 14.98, "pose_share": 0.98}
    probs = {"fall": 0.0123, "lying": 0.2345, "standing": 0.7, "walking": 0.0532}
    return shared | times | {"top_event": "standing", "top_prob": 0.7, "probs": probs}


def _start(folder: Path, now: float) -> EventService:
    return EventService(folder, lambda _event: None, lambda: now)


def _parse(folder: Path, _now: float) -> None:
    for path in sorted(folder.glob("*.jsonl")):
        with path.open("rb") as file:
            for line in file:
                json.loads(line)


def _measure(work: Callable[[Path, float], object], folder: Path, now: float) -> Cost:
    """The cost of `work` in a process of its own, after its imports."""
    processes = multiprocessing.get_context("spawn")
    with processes.Pool(1) as pool:
        return pool.apply(_cost, (work, folder, now))


def _cost(work: Callable[[Path, float], object], folder: Path, now: float) -> Cost:
    memory, cpu, started = _resident(), time.process_time(), time.perf_counter()
    result = work(folder, now)
    elapsed, cpu = time.perf_counter() - started, time.process_time() - cpu
    grown = _resident() - memory
    del result  # it was to be counted
    return Cost(elapsed, cpu, grown)


def _resident() -> int:
    """This process's resident memory in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


def _report_size(folder: Path, lines: int) -> None:
    files = list(folder.glob("*.jsonl"))
    size = sum(path.stat().st_size for path in files)
    index = sum(path.stat().st_size for path in folder.glob("index/*"))
    typer.echo(f"{lines} lines, {size / 2**20:.0f} MB in {len(files)} files")
    newest = max(files).read_bytes().count(b"\n")
    typer.echo(f"indexes: {index / 2**20:.0f} MB; {newest} lines in the file that is written to")


def _report(name: str, costs: list[Cost]) -> None:
    elapsed, cpu = [c.elapsed for c in costs], [c.cpu for c in costs]
    typer.echo(
        f"{name}, {len(costs)} runs: median {statistics.median(elapsed):.2f} s, "
        f"{min(elapsed):.2f} to {max(elapsed):.2f} s; CPU {statistics.median(cpu):.2f} s; "
        f"memory grown by {statistics.median(c.grown for c in costs) / 2**20:.0f} MB"
    )


if __name__ == "__main__":
    typer.run(main)
