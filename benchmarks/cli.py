"""`run-benchmarks`: every side-by-side benchmark, and the page that shows what was found."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from benchmarks.comparison import Comparison, load
from benchmarks.finding import Finding
from benchmarks.finding import load as load_finding
from benchmarks.harness import RESULTS
from benchmarks.page import TEMPLATE, render
from benchmarks.plot import draw
from common.cli import run, stoppable

SIDE_BY_SIDE: dict[str, tuple[str, ...]] = {
    "agent_cpu": ("agent_moving", "agent_still", "agent_empty"),
    "six_cameras": ("six_cameras",),
    "analyze_rate": ("analyze_npy_16", "analyze_npy_1", "analyze_json"),
    "event_rate": ("events_over_http", "events_listed"),
    "log_rate": ("events_in_process", "events_beside_sqlite"),
    "log_reads": ("log_start", "recent_events", "day_of_incidents"),
}
"""The programs, and the comparisons that each of them makes, in the order of the page."""
WITHOUT_PEER = ("impact_to_memo", "memory")
"""Programs that measure against a limit, and take long: they are run when they are asked for."""
DOCS = Path("docs")
PLOTS = "benchmarks"
PLOT = f"{PLOTS}/ratios.svg"

Only = Annotated[
    list[str] | None,
    typer.Option(
        help=f"Only this program, may be repeated: {', '.join((*SIDE_BY_SIDE, *WITHOUT_PEER))}. "
        "Those without a peer, the last two, run only so; memory takes an hour."
    ),
]


def _run(only: Only = None) -> None:
    """Run the side-by-side benchmarks and write docs/benchmarks.md. Takes some nine minutes."""
    known = (*SIDE_BY_SIDE, *WITHOUT_PEER)
    if unknown := set(only or ()).difference(known):
        message = f"no benchmark {min(unknown)}, expected one of: {', '.join(known)}"
        raise typer.BadParameter(message, param_hint="--only")
    with stoppable("stopped: the page is as it was"):
        failed = [
            name
            for name in track(
                only or list(SIDE_BY_SIDE), "benchmarks", console=Console(stderr=True)
            )
            if not _measure(name)
        ]
    write_page(RESULTS, DOCS)
    if failed:
        typer.echo(f"failed: {', '.join(failed)}", err=True)
        raise typer.Exit(1)


def _measure(name: str) -> bool:
    """Run one program in a process of its own; what it imports and leaves behind is its own."""
    command = [sys.executable, "-m", f"benchmarks.{name}", "--results", str(RESULTS)]
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603 (our own command)


def write_page(results: Path, docs: Path) -> None:
    """Write the page and its plots to `docs`, from what lies in `results`."""
    found, findings = comparisons_in(results), findings_in(results)
    if found:
        draw(found, docs / PLOT)
    for finding in findings:
        (docs / PLOTS).mkdir(parents=True, exist_ok=True)
        shutil.copy(results / f"{finding.name}.svg", docs / PLOTS)
    today = datetime.now(UTC).date()
    page = render(found, findings, PLOTS, TEMPLATE.read_text(encoding="utf-8"), today)
    (docs / "benchmarks.md").write_text(page, encoding="utf-8")


def comparisons_in(results: Path) -> list[Comparison]:
    """What was measured, in the order of the page; a comparison that is not there is left out."""
    paths = [results / f"{name}.json" for names in SIDE_BY_SIDE.values() for name in names]
    return [load(path) for path in paths if path.is_file()]


def findings_in(results: Path) -> list[Finding]:
    """What was measured without a peer."""
    paths = [results / f"{name}.json" for name in WITHOUT_PEER]
    return [load_finding(path) for path in paths if path.is_file()]


def main() -> None:
    """Entry point of `run-benchmarks`."""
    run(_run)
