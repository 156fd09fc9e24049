"""The page that says how fast it is, made of what the benchmarks found."""

import platform
import statistics
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from string import Template

from benchmarks.comparison import Comparison, Run
from benchmarks.finding import Finding, as_markdown
from benchmarks.harness import digits, spread

TEMPLATE = Path(__file__).with_name("page.md")
"""The sentences of the page; `$name` stands where the figures of a comparison go."""
NOT_MEASURED = "*Not measured yet.*"
COLUMNS = ("work", "ours", "peer", "times better", "wanted", "CPU: times less", "")


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
        "table": _table(comparisons),
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


def _table(comparisons: Sequence[Comparison]) -> str:
    rows = [COLUMNS, ("---",) * len(COLUMNS), *map(_row, comparisons)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(found: Comparison) -> tuple[str, ...]:
    return (
        found.name.replace("_", " "),
        f"{_middle(found.ours)} {found.unit}",
        f"{_middle(found.peers)} {found.unit}",
        spread(found.ratios),
        f"{found.target:g}",
        digits(found.cpu_ratio) if found.cpu_ratio is not None else "",
        "reached" if found.is_reached else "**missed**",
    )


def _middle(runs: Sequence[Run]) -> str:
    return digits(statistics.median(run.value for run in runs))


def _figures(found: Comparison) -> str:
    ours, peer = _side("Ours", found.ours, found.unit), _side("The peer", found.peers, found.unit)
    limit = f" (at most {digits(found.p99_limit_ms)} ms is wanted)" if found.p99_limit_ms else ""
    return (
        f"{found.work} Against {found.peer}. {ours}{limit}. {peer}. **{spread(found.ratios)} times "
        f"better** in {len(found.ratios)} turns: `{found.command}`"
    )


def _side(name: str, runs: Sequence[Run], unit: str) -> str:
    late = [run.p99_ms for run in runs if run.p99_ms is not None]
    p99 = f", p99 {spread(late)} ms" if late else ""
    wall = digits(statistics.median(run.wall_sec for run in runs))
    cpu = digits(statistics.median(run.cpu_sec for run in runs))
    each = spread([run.cpu_ms_each for run in runs])
    values = spread([run.value for run in runs])
    return f"{name}: {values} {unit}, CPU {each} ms each{p99}; {wall} s and {cpu} s of CPU a run"
