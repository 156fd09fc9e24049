"""What a night costs in which a household's record has had its time.

`uv run python -m benchmarks.retention_night`.

A generated journal of three cameras, spread over some days, of which a week is kept: the first
night takes all that is older, the next one a day. After a restart the journal is read once more.
The events and the erasures are real, on a real disk; the rest of the server is not there.
"""

import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from backend.erasure.retention import kept_since
from contract.erasures import ErasureState
from testkit import large_log
from testkit.erasing_home import DAY, ErasingHome

ZONE = ZoneInfo("Asia/Seoul")
KEPT_DAYS = 7
NIGHT_SEC = 4 * 3600.0


def main(
    lines: Annotated[int, typer.Option(help="Events in the journal.")] = 290_000,
    days: Annotated[int, typer.Option(help="Days that they are of.")] = 30,
) -> None:
    """Say how long each night took, and how much of a core."""
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-", dir=".") as name:
        folder = Path(name).resolve()
        last = large_log.write(folder / "events", lines, lines / (days * DAY))
        home = ErasingHome(folder)
        while home.activity.count_piece():
            pass
        print(f"{lines:,} lines of {days} days, {size(folder) / 1e6:.0f} MB")  # noqa: T201
        today = datetime.fromtimestamp(last, ZONE).replace(hour=0, minute=0, second=0)
        night = today.timestamp() + NIGHT_SEC
        spend(home, "first night", night)
        spend(home, "next night", night + DAY)
        home.restart()
        spend(home, "after a restart", night + 2 * DAY)
        home.stop()


def spend(home: ErasingHome, name: str, now: float) -> None:
    """Do what is to be done in the night at `now`."""
    before, cpu, began = size(home.folder), time.process_time(), time.perf_counter()
    home.clock.now = now
    home.erasures.retain({1: kept_since(KEPT_DAYS, ZONE, now)})
    while (done := home.erasures.newest(1, 1)[0]).state is not ErasureState.DONE:
        time.sleep(0.01)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    gone = f"{done.counts.events:,} events, {(before - size(home.folder)) / 1e6:.1f} MB"
    print(f"{name}: {gone} in {took:.1f} s, {cpu:.1f} s of a core")  # noqa: T201


def size(folder: Path) -> int:
    """The bytes of the journal."""
    return sum(path.stat().st_size for path in (folder / "events").glob("*.jsonl"))


if __name__ == "__main__":
    typer.run(main)
