"""The command: `sudo -E uv run --no-sync python -m benchmarks.fire_drill`.

It does what docs/fire-drill.md says, with real processes on a disk of their own, and prints a row
for each thing that is expected. Phones, KakaoTalk and the service at WATCHDOG_PING_URL are
stand-ins over HTTP. No wait is shortened: all steps take half an hour. It needs root, for the disk.
"""

import shutil
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.fire_drill.disk import NoDisk, disk
from benchmarks.fire_drill.opening import drill_home
from benchmarks.fire_drill.steps import STEPS
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
        for step in (step for step in STEPS if step.number in numbers):
            typer.echo(f"{step.number}. {step.do} (here: {step.here})")
            for seen in step.rehearse(home):
                word = "  ok   " if seen.is_right else "  OTHER"
                typer.echo(f"{word} {seen.seconds:6.1f} s  {seen.expected}: {seen.came}")
                differing += not seen.is_right
    return differing


if __name__ == "__main__":
    typer.run(main)
