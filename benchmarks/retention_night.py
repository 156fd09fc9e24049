"""What a night costs in which a household's record has had its time.

`uv run python -m benchmarks.retention_night`.

A generated journal of three cameras a household, spread over some days, of which a week is kept:
the first night takes all that is older, the next one a day. After a restart the journal is read
once more. A file that lines are taken out of is written again, or goes.
The events and the erasures are real, on a real disk; the rest of the server is not there.
"""

import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated
from unittest.mock import patch
from zoneinfo import ZoneInfo

import typer

from backend.erasure.retention import kept_since
from backend.events.eraser import EventEraser
from contract.erasures import Erasure, ErasureState
from testkit import large_log
from testkit.erasing_home import DAY, ErasingHome

ZONE = ZoneInfo("Asia/Seoul")
KEPT_DAYS = 7
NIGHT_SEC = 4 * 3600.0


def main(
    lines: Annotated[int, typer.Option(help="Events in the journal.")] = 290_000,
    days: Annotated[int, typer.Option(help="Days that they are of.")] = 30,
    households: Annotated[int, typer.Option(help="Whose they are; all keep as long.")] = 1,
) -> None:
    """Say how long each night took, how much of a core, and how often files were written again."""
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-", dir=".") as name:
        folder = Path(name).resolve()
        last = large_log.write(folder / "events", lines, lines / (days * DAY), households)
        home = ErasingHome(folder)
        while home.activity.count_piece():
            pass
        print(f"{lines:,} lines of {days} days, {size(folder) / 1e6:.0f} MB")  # noqa: T201
        today = datetime.fromtimestamp(last, ZONE).replace(hour=0, minute=0, second=0)
        night = today.timestamp() + NIGHT_SEC
        spend(home, "first night", night, households)
        spend(home, "next night", night + DAY, households)
        home.restart()
        spend(home, "after a restart", night + 2 * DAY, households)
        home.stop()


def spend(home: ErasingHome, name: str, now: float, households: int) -> None:
    """Do what is to be done in the night at `now`."""
    before, cpu, began = size(home.folder), time.process_time(), time.perf_counter()
    home.clock.now = now
    until = kept_since(KEPT_DAYS, ZONE, now)
    replace = EventEraser.replace
    with patch.object(EventEraser, "replace", autospec=True, side_effect=replace) as replaced:
        home.erasures.retain(dict.fromkeys(range(1, households + 1), until))
        done = finished(home, households)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    events = sum(it.counts.events for it in done)
    gone = f"{events:,} events, {(before - size(home.folder)) / 1e6:.1f} MB"
    times = f"{took:.1f} s, {cpu:.1f} s of a core, {replaced.call_count} files replaced"
    print(f"{name}: {gone} in {times}")  # noqa: T201


def finished(home: ErasingHome, households: int) -> list[Erasure]:
    """That of each household, once all are done."""
    while True:
        newest = [home.erasures.newest(it, 1)[0] for it in range(1, households + 1)]
        if all(it.state is ErasureState.DONE for it in newest):
            return newest
        time.sleep(0.05)


def size(folder: Path) -> int:
    """The bytes of the journal."""
    return sum(path.stat().st_size for path in (folder / "events").glob("*.jsonl"))


if __name__ == "__main__":
    typer.run(main)
