"""The page that says how fast it is, made of what the benchmarks found."""

import platform
import statistics
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from string import Template

from benchmarks.comparison import Comparison, Run
from benchmarks.finding import Finding, as_markdown, finding_rows
from benchmarks.harness import digits, spread

TEMPLATE = Path(__file__).with_name("page.md")
"""The sentences of the page; `$name` stands where the figures of a comparison go."""
NOT_MEASURED = "*Not measured yet.*"
COLUMNS = ("what", "figure", "asked", "", "command")


def render(
    comparisons: Sequence[Comparison],
    findings: Sequence[Finding],
    plots: str,
    template: str,
    today: date,
) -> str:
    """The page; `plots` is the path from there to the folder of its pictures."""
    figures: defaultdict[str, str] = defaultdict(lambda: NOT_MEASURED)
    figures |= {found.name: _figures(found) for found in comparisons}
    figures |= {found.name: as_markdown(found, f"{plots}/{found.name}.svg") for found in findings}
    figures |= {
        "table": _table(comparisons, findings),
        "plot": f"![How many times better, with range and target]({plots}/ratios.svg)",
        "machine": f"{machine()}, {today}",
    }
    return Template(template).substitute(figures)


def machine() -> str:
    """Cores, name of the CPU, and Python."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in info if line.startswith("model name")]
    cpu = f"{len(names)} cores of {names[0]}" if names else platform.processor()
    return f"{cpu}, Python {platform.python_version()}"


def _table(comparisons: Sequence[Comparison], findings: Sequence[Finding]) -> str:
    rows = [COLUMNS, ("---",) * len(COLUMNS), *map(_row, comparisons)]
    rows += [row for found in findings for row in finding_rows(found)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(found: Comparison) -> tuple[str, ...]:
    return (
        found.name.replace("_", " "),
        f"{spread(found.ratios)} times better",
        f"{found.target:g} times",
        "reached" if found.is_reached else "**missed**",
        f"`{found.command}`",
    )


def _figures(found: Comparison) -> str:
    limit = f" At most {digits(found.p99_limit_ms)} ms is wanted." if found.p99_limit_ms else ""
    cpu = f", with {digits(found.cpu_ratio)} times less CPU" if found.cpu_ratio is not None else ""
    return (
        f"{found.work} Against {found.peer}.\n\n"
        f"- Ours: {_side(found.ours, found.unit)}{limit}\n"
        f"- The peer: {_side(found.peers, found.unit)}\n"
        f"- **{spread(found.ratios)} times better**{cpu}, in {len(found.ratios)} turns."
    )


def _side(runs: Sequence[Run], unit: str) -> str:
    late = [run.p99_ms for run in runs if run.p99_ms is not None]
    p99 = f" 99 of 100 within {spread(late)} ms." if late else ""
    wall = digits(statistics.median(run.wall_sec for run in runs))
    cpu = digits(statistics.median(run.cpu_sec for run in runs))
    each = spread([run.cpu_ms_each for run in runs])
    values = spread([run.value for run in runs])
    return f"{values} {unit}. CPU {each} ms each.{p99} A run took {wall} s and {cpu} s of CPU."
