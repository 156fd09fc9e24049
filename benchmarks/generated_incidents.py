"""Incidents to their end, whatever fails: `uv run python -m benchmarks.generated_incidents`.

A family lives through so many falls, several at a time. Their phones' service refuses messages or
fails now and then, the server is killed and started again, people answer or do not, at once or
late. Each incident must end resolved, with a course that tells everything: who was notified of
which round by what, what was refused and why, each answer once, and that it is over.
"""

import random
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from statistics import median, quantiles
from typing import Annotated

import typer

from benchmarks.family_village import Village, lived, over, village
from testkit.family_life import Life
from testkit.ntfy_server import NtfyServer

REFUSALS = ((503, 50300), (500, 50001), (429, 42901), (507, 50701), (400, 40001))
"""A status and ntfy's own code: all but the last are tried again."""


def main(
    incidents: Annotated[int, typer.Option(help="How many there are.")] = 1000,
    every_sec: Annotated[float, typer.Option(help="Between two kills.")] = 10.0,
    seed: Annotated[int, typer.Option(help="Of what happens when.")] = 1,
) -> None:
    """Live through them, and say which did not end as they should."""
    began = time.monotonic()
    with village(seed) as place:
        lives = place.lives(incidents, "cam")
        with _failing(place.phones, seed) as refused, lived(lives) as running:
            while not over(running):
                _pause(place, every_sec, running)
                if not over(running):
                    place.kill()
        place.settle()
        faults = [fault for life in lives for fault in life.faults()]
        _tell(place, len(lives), refused, faults)
        _tell_times(place, [life.incident_id for life in lives if life.given])
    typer.echo(f"{time.monotonic() - began:.0f} s")
    if faults:
        sys.exit("short of what is promised: each ends resolved, with a complete course")


def _pause(place: Village, seconds: float, running: Sequence["Future[Life]"]) -> None:
    until = time.monotonic() + place.chance.uniform(0.5, 1.5) * seconds
    while time.monotonic() < until and not over(running):
        time.sleep(0.1)


@contextmanager
def _failing(phones: NtfyServer, seed: int) -> Iterator[list[int]]:
    """Now and then the next message, or the next few, are refused; how often so far."""
    chance, stop, refused = random.Random(seed), threading.Event(), [0]  # noqa: S311

    def fail() -> None:
        while not stop.wait(chance.uniform(0.2, 2.0)):
            again = chance.randint(1, 3)
            phones.refusals += [chance.choice(REFUSALS)] * again
            refused[0] += again

    thread = threading.Thread(target=fail, daemon=True)
    thread.start()
    try:
        yield refused
    finally:
        stop.set()
        thread.join()
        phones.refusals.clear()


def _tell(place: Village, incidents: int, refused: list[int], faults: list[str]) -> None:
    typer.echo(
        f"{incidents} incidents, {place.kills.total()} kills, {refused[0]} refusals, "
        f"{len(place.phones.messages)} messages, {len(faults)} faults"
    )
    for fault in faults[:20]:
        typer.echo(f"  {fault}")


def _tell_times(place: Village, ids: list[str]) -> None:
    """How long it took to the first ring, kills and refusals included."""
    figures = [place.figures(it)["first_ring_sec"] for it in ids]
    rung = [it for it in figures if it is not None]
    if len(rung) > 1:
        late = quantiles(rung, n=100)[98]
        typer.echo(f"first ring after {median(rung):.2f} s (median), {late:.2f} s (p99)")


if __name__ == "__main__":
    typer.run(main)
