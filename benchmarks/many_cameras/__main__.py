"""The command."""

import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.many_cameras.disturbances import Disturbances
from benchmarks.many_cameras.report import lines
from benchmarks.many_cameras.running import measure
from testkit.simulated_boxes.plan import Planner, Shares

MAX_SHOWN = 20


def main(
    cameras: Annotated[int, typer.Option(min=1)] = 1000,
    minutes: Annotated[float, typer.Option(min=0.1)] = 30.0,
    rooms: Annotated[int, typer.Option(min=1, help="Of a home.")] = 40,
    falls: Annotated[float, typer.Option(min=0, max=1, help="Share of rooms with one.")] = 0.4,
    kills: Annotated[int, typer.Option(min=0, help="kill -9 of a server.")] = 50,
    restarts: Annotated[int, typer.Option(min=0, help="Of the database, as by a power cut.")] = 3,
    cut: Annotated[float, typer.Option(min=0, help="Seconds without a database.")] = 60.0,
    seed: Annotated[int, typer.Option()] = 1,
    drain: Annotated[float, typer.Option(help="Seconds to wait for the last events.")] = 90.0,
) -> None:
    """Let many cameras report to two servers that are killed, and show what became of the falls."""
    began, began_at = time.monotonic(), time.time()

    def say(text: str) -> None:
        typer.echo(f"{time.monotonic() - began:6.0f} s  {text}", err=True)

    folder = Path(tempfile.mkdtemp(prefix="dolbom-care-home-"))
    say(f"the servers and their logs are in {folder}, which stays where something is wrong")
    homes = Planner(60 * minutes, seed, Shares(falls=falls)).homes(cameras, rooms)
    disturbances = Disturbances(60 * minutes, kills, restarts, cut, seed)
    found = measure(folder, homes, disturbances, drain, say)
    for line in lines(found, began_at):
        typer.echo(line)
    if found.faults:
        sys.exit("\n  ".join(["short of what is promised:", *found.faults[:MAX_SHOWN]]))
    shutil.rmtree(folder)


if __name__ == "__main__":
    typer.run(main)
