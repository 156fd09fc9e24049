"""How long a large table takes, and how much memory: `uv run python -m benchmarks.table_uploads`.

Generated figures of a home, as a CSV in CP949 with days, times, words and missing cells, are read
as a server takes them in, without HTTP.
"""

import random
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from backend.datasets.table_files.making import make_table

HEADER = "언제,방,혈압,체온,낙상,메모\n"
ROOMS = ("거실", "침실", "부엌", "현관")
MEMOS = ("", "평소와 같음", '"괜찮다, 하심"', "어지러움")
BEGIN = datetime.fromisoformat("2020-01-01T00:00")


class Stages:
    """Says how long each stage took, once the next one begins."""

    def __init__(self) -> None:
        self._doing, self._began = "", time.monotonic()

    def report(self, doing: str, _done: int, _total: int) -> None:
        """What is done now."""
        if doing != self._doing:
            self.end()
            self._doing, self._began = doing, time.monotonic()

    def end(self) -> None:
        """The last one is over."""
        if self._doing:
            print(f"{self._doing}: {time.monotonic() - self._began:.1f} s", flush=True)  # noqa: T201


def main(rows: Annotated[int, typer.Option(help="Rows, generated.")] = 5_000_000) -> None:
    """Say how long each stage took, all together, and the most memory that the process had."""
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-", dir=".") as name:
        folder = Path(name).resolve()
        original, target = folder / "original.csv", folder / "table.parquet"
        with original.open("w", encoding="cp949") as file:
            file.writelines(lines(rows))
        before = peak_mb()
        began, cpu, stages = time.monotonic(), time.process_time(), Stages()
        made = make_table(original, folder, target, stages.report)
        stages.end()
        took, cpu = time.monotonic() - began, time.process_time() - cpu
        sizes = [path.stat().st_size / 2**20 for path in (original, target)]
        print(  # noqa: T201
            f"{made.rows:,} rows: {took:.1f} s, {cpu:.1f} s of a core; {sizes[0]:.0f} MB of CSV, "
            f"{sizes[1]:.0f} MB of Parquet; {peak_mb():.0f} MB of memory, {before:.0f} before"
        )


def lines(rows: int, seed: int = 1) -> Iterator[str]:
    """The header and so many rows; one in fifty has no number."""
    chance = random.Random(seed)  # noqa: S311 (it guards nothing)
    yield HEADER
    for number in range(rows):
        at = BEGIN + timedelta(seconds=37 * number)
        pressure = "-" if number % 50 == 0 else chance.randint(90, 180)
        warmth = round(chance.gauss(36.5, 0.4), 2)
        fell = "예" if chance.random() < 0.01 else "아니오"
        yield f"{at},{chance.choice(ROOMS)},{pressure},{warmth},{fell},{chance.choice(MEMOS)}\n"


def peak_mb() -> float:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    typer.run(main)
