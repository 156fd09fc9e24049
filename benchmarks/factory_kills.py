"""kill -9 of server and worker at random moments: `uv run python -m benchmarks.factory_kills`.

Somebody uploads, trains and exports without a pause while either the server or the worker is killed
and started again. After each start and in the end all that is offered is read through. In the end
every job must have ended, none may have made two of anything, and all trainings must have ended
with the weights of the first, which nobody disturbed. Needs torch; about nine seconds a kill.
"""

import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from contract.jobs import JobKind
from testkit.disturbed_factory import DisturbedFactory
from testkit.impatient_owner import ImpatientOwner

BETWEEN_SEC = 14.0
"""The longest that nobody is killed."""
WAIT_SEC = 600.0
LOOK_SEC = 0.2


def main(
    kills: Annotated[int, typer.Option(help="How often one of the two is killed.")] = 200,
    seed: Annotated[int, typer.Option(help="Of the moments.")] = 1,
) -> None:
    """Kill, start again, and say what was lost, made twice or offered half."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-") as name:
        factory = DisturbedFactory(Path(name), random.Random(seed))  # noqa: S311 (when to kill)
        try:
            factory.start()
            owner = ImpatientOwner(factory.server.url)
            owner.go_round()
            faults = settled(factory) + disturbed(factory, owner, kills)
            tell(factory, owner, time.monotonic() - began)
        finally:
            factory.close()
    for fault in faults:
        typer.echo(fault)
    if faults:
        sys.exit("short of what is promised")


def disturbed(
    factory: DisturbedFactory,
    owner: ImpatientOwner,
    kills: int,
    between_sec: float = BETWEEN_SEC,
) -> list[str]:
    """What is not as promised after so many kills, with up to `between_sec` between two."""
    faults: list[str] = []
    owner.start()
    for _ in track(range(kills), description="kills", disable=not sys.stderr.isatty()):
        faults += watched(factory, factory.rng.uniform(0.0, between_sec))
        factory.kill()
        factory.start()
        faults += factory.halves()
    owner.stop()
    faults += settled(factory)
    return faults + owner.faults + list(factory.faults(owner.uploads, owner.asked))


def watched(factory: DisturbedFactory, seconds: float) -> list[str]:
    """What runs twice at once within so many seconds."""
    until, found = time.monotonic() + seconds, list[str]()
    while time.monotonic() < until:
        found += (f"two processes had {folder} at once" for folder in factory.twice_at_once())
        time.sleep(LOOK_SEC)
    return found


def settled(factory: DisturbedFactory) -> list[str]:
    """Wait until every job has ended; what runs twice at once by then."""
    give_up_at, found = time.monotonic() + WAIT_SEC, list[str]()
    while not factory.is_quiet() and time.monotonic() < give_up_at:
        found += watched(factory, LOOK_SEC)
    return found


def tell(factory: DisturbedFactory, owner: ImpatientOwner, took_sec: float) -> None:
    """Say what was done under the kills."""
    kinds = [job.kind for job in factory.jobs()]
    killed = ", ".join(f"{times} of the {what}" for what, times in factory.killed.items())
    typer.echo(
        f"{factory.killed.total()} kills ({killed}) in {took_sec:.0f} s: {len(owner.uploads)} "
        f"uploads, {kinds.count(JobKind.TRAINING)} trainings, {kinds.count(JobKind.EXPORT)} exports"
    )


if __name__ == "__main__":
    typer.run(main)
