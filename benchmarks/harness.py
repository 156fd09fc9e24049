"""How every side-by-side benchmark runs: by turns, told in a line or two, kept as JSON."""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from benchmarks.comparison import Comparison, Run, save

RESULTS = Path("data/benchmarks")

Repeats = Annotated[int, typer.Option(min=1, help="Runs of each side, by turns.")]
Results = Annotated[Path, typer.Option(help="Folder for the figures, a JSON file a comparison.")]


def by_turns(
    ours: Callable[[], Run], peer: Callable[[], Run], repeats: int
) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """The runs of both sides, ours first in each turn, so that both meet the same machine."""
    console = Console(stderr=True)
    turns = [(ours(), peer()) for _ in track(range(repeats), "runs", console=console)]
    return tuple(run for run, _ in turns), tuple(run for _, run in turns)


def tell(comparison: Comparison, results: Path) -> None:
    """Print what was found and keep it in the folder `results`."""
    save(comparison, results)
    typer.echo(f"{comparison.name}: {comparison.work}")
    for side, runs in (("ours", comparison.ours), ("peer", comparison.peers)):
        values = spread([run.value for run in runs])
        cpu = spread([run.cpu_ms_each for run in runs])
        middle = [run.p50_ms for run in runs if run.p50_ms is not None]
        late = [run.p99_ms for run in runs if run.p99_ms is not None]
        p50 = f"; p50 {spread(middle)} ms" if middle else ""
        p99 = f"; p99 {spread(late)} ms" if late else ""
        typer.echo(f"  {side}: {values} {comparison.unit}; CPU {cpu} ms each{p50}{p99}")
    said = "reached" if comparison.is_reached else "missed"
    ratio = spread(comparison.ratios)
    typer.echo(f"  {ratio} times better, {comparison.target:g} wanted: {said}")


def spread(values: Sequence[float]) -> str:
    """Median and range, to three digits."""
    low, high = min(values), max(values)
    return f"{digits(statistics.median(values))} ({digits(low)} to {digits(high)})"


def digits(value: float) -> str:
    """`value` to three digits that count."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def process_cpu_sec(pid: int) -> float:
    """CPU seconds of a running process, all of its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Watch:
    """What a block took, in seconds; filled in at its end."""

    wall_sec: float = 0.0
    cpu_sec: float = 0.0


@contextmanager
def timed(cpu_clock: Callable[[], float] = time.process_time) -> Iterator[Watch]:
    """Time a block; `cpu_clock` says whose CPU time counts, this process's if nothing is said."""
    watch = Watch()
    cpu, started = cpu_clock(), time.perf_counter()
    yield watch
    watch.wall_sec = time.perf_counter() - started
    watch.cpu_sec = cpu_clock() - cpu
