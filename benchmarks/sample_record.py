"""What a sample record takes, and how the server agrees with its truth.

`uv run python -m benchmarks.sample_record` makes one of 90 days and three cameras, in a folder that
goes afterwards. It is generated data: the figures say how the record fits its truth, and nothing of
a home.
"""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from statistics import median
from typing import Annotated

import typer

from backend.activity.service import ActivityService
from backend.cluster.name import own_name
from backend.sample.plan import ZONE, SampleWanted
from backend.sample.service import make_sample
from backend.sample.truth import DayTruth, Truth
from backend.storage.database import open_database
from common.progress import progress_bar
from testkit.counted_day import CountedDay, counted_day

LAST = date(2026, 11, 22)


def main(
    days: Annotated[int, typer.Option(min=7)] = 90,
    cameras: Annotated[int, typer.Option(min=2, max=3)] = 3,
    seed: int = 1,
) -> None:
    """Make it, and print the figures."""
    with tempfile.TemporaryDirectory() as name, progress_bar("days", days) as step:
        folder, began, cpu = Path(name) / "data", time.monotonic(), time.process_time()
        truth = make_sample(folder, SampleWanted(LAST, days, cameras, seed), step)
        wall, used = time.monotonic() - began, time.process_time() - cpu
        typer.echo(
            f"{days} days, {cameras} cameras: {wall:.0f} s, of which {used:.0f} s of one core"
        )
        for part in ("events", "database"):
            typer.echo(f"{part}: {_megabytes(folder / part):.1f} MB")
        _tell(truth.days, _counted(folder, truth))


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def _counted(folder: Path, truth: Truth) -> list[CountedDay]:
    database = open_database(None, folder)
    activity = ActivityService(folder / "events", database, lambda _: ZONE, server=own_name(folder))
    try:
        return [counted_day(activity, it.day) for it in truth.days]
    finally:
        database.close()


def _tell(truths: Sequence[DayTruth], counted: Sequence[CountedDay]) -> None:
    """Of each column the median of what is true, and how far the server is from it."""
    for name in (it.name for it in fields(CountedDay)):
        pairs = [
            (getattr(truth, name), getattr(day, name))
            for truth, day in zip(truths, counted, strict=True)
        ]
        known = [(true, found) for true, found in pairs if true is not None and found is not None]
        apart = [found - true for true, found in known]
        said = f"median {median(true for true, _ in known):.2f} over {len(known)} days"
        typer.echo(f"{name}: {said}, counted {min(apart):+.2f} to {max(apart):+.2f} of it")


if __name__ == "__main__":
    typer.run(main)
