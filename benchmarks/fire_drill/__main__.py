"""The command: `sudo -E uv run --no-sync python -m benchmarks.fire_drill`.

It does what docs/fire-drill.md says, with real processes on a disk of their own, and prints a row
for each thing that is expected. Phones, KakaoTalk and the service at WATCHDOG_PING_URL are
stand-ins over HTTP. No wait is shortened: all steps take half an hour. It needs root, for the disk.
"""

import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Annotated

import httpx2 as httpx
import typer

from benchmarks.fire_drill.disk import NoDisk, disk
from benchmarks.fire_drill.home import Home
from benchmarks.fire_drill.opening import drill_home
from benchmarks.fire_drill.seen import Seen
from benchmarks.fire_drill.steps import STEPS, Step
from testkit.processes import PartFailed
from testkit.rtsp_camera import NoRtspServer

DISK_MB = 2500


def main(
    only: Annotated[
        list[int] | None, typer.Option("--step", help="Only this one, may be repeated.")
    ] = None,
) -> None:
    """Rehearse the fire drill, and show what came of each expectation after how many seconds."""
    folder = Path(tempfile.mkdtemp(prefix="dolbom-drill-"))
    typer.echo(f"data and logs are in {folder}, and stay where something differs", err=True)
    try:
        differing = _rehearse(folder, only or range(1, len(STEPS) + 1))
    except (NoDisk, NoRtspServer, PartFailed) as error:
        sys.exit(str(error))
    if differing:
        sys.exit(f"{differing} came otherwise than expected")
    shutil.rmtree(folder)


def _rehearse(folder: Path, numbers: Collection[int]) -> int:
    """How much came otherwise than expected."""
    differing = 0
    with disk(folder, DISK_MB) as mounted, drill_home(folder, mounted / "data") as home:
        for step in filter(lambda step: step.number in numbers, STEPS):
            typer.echo(f"{step.number}. {step.do} (here: {step.here})")
            for seen in _seen(step, home):
                word = "  ok   " if seen.is_right else "  OTHER"
                typer.echo(f"{word} {seen.seconds:6.1f} s  {seen.expected}: {seen.came}")
                differing += not seen.is_right
    return differing


def _seen(step: Step, home: Home) -> Iterator[Seen]:
    try:
        yield from step.rehearse(home)
    except (httpx.HTTPError, LookupError, NoDisk, PartFailed, TimeoutExpired) as error:
        yield Seen("it can be done", f"{type(error).__name__}: {error}", 0.0, is_right=False)


if __name__ == "__main__":
    typer.run(main)
