"""How long each tool of the record takes: `uv run python -m benchmarks.record_tools`.

A generated record of six cameras over a year: hours, days and incidents, and of the events a
heartbeat every ten minutes (a camera box sends sixty times as many). Each tool is asked of its
usual span and, where it has one, of the whole year. SciPy is loaded before, by the first question
that a server gets, and that time is said apart. It ends with 1 where a tool took longer than a
second, or the process had more than 500 MB while it was asked.
"""

import gc
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from backend.tools.household import HOUSEHOLD
from backend.tools.household.basis.estimates import median
from backend.tools.household.basis.span import OfSpan
from backend.tools.tool import Tool
from testkit.generated_record import generated_record
from testkit.record_tables import RecordTables, record_tables

TODAY = date(2026, 11, 30)
MAX_SEC, MAX_MB = 1.0, 500.0
MONTH_AT_MOST = frozenset({"data_quality"})
REPEATS = 3
BEATS_AN_HOUR = 6


def main(
    days: Annotated[int, typer.Option(help="Of the record.")] = 365,
    cameras: Annotated[int, typer.Option(help="Of the record.")] = 6,
) -> None:
    """Ask each tool, and say how long it took."""
    print(f"SciPy is loaded in {loading_sec():.2f} s")  # noqa: T201
    last = TODAY - timedelta(days=1)
    with record_tables(
        generated_record(last, days, cameras, beats_an_hour=BEATS_AN_HOUR), TODAY
    ) as record:
        forget_peak()
        slowest = max(_told(record, tool, days) for tool in HOUSEHOLD)
        peak = peak_mb()
    print(f"slowest {slowest:.2f} s, peak {peak:.0f} MB")  # noqa: T201
    if slowest > MAX_SEC or peak > MAX_MB:
        sys.exit(f"expected at most {MAX_SEC:g} s and {MAX_MB:g} MB")


def _told(record: RecordTables, tool: Tool[Any], days: int) -> float:
    """The slowest of its answers."""
    took = []
    for name, arguments in _asked(tool, days):
        first, *others = (_seconds(record, tool, arguments) for _ in range(REPEATS))
        took += [first, *others]
        print(f"{tool.name:20} {name:12} first {first:.3f} s, then {min(others):.3f} s")  # noqa: T201
    return max(took)


def _asked(tool: Tool[Any], days: int) -> Iterator[tuple[str, dict[str, object]]]:
    yield "as usual", {}
    if issubclass(tool.wanted, OfSpan) and tool.name not in MONTH_AT_MOST:
        yield "whole record", {"since": TODAY - timedelta(days=days)}


def _seconds(record: RecordTables, tool: Tool[Any], arguments: dict[str, object]) -> float:
    began = time.perf_counter()
    tool.answer(record.data(tool.tables[0]), tool.wanted.model_validate(arguments))
    return time.perf_counter() - began


def loading_sec() -> float:
    """How long the first interval waits."""
    began = time.perf_counter()
    median([1.0])
    return time.perf_counter() - began


def forget_peak() -> None:
    """Begin to measure `peak_mb` again: making the record needed more than asking it."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_mb() -> float:
    """The most memory that this process had since."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(peak) * 1024 / 1e6


if __name__ == "__main__":
    typer.run(main)
