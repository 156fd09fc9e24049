"""How old windows are once they are analysed, and how a process that watches is asked for it."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import typer

FPS = 15.0
SETTLED_SEC = 2.0
"""Windows of these first seconds are not counted: what runs for the first time takes longer."""


@dataclass
class Ages:
    """Of the windows of one stream that begins at `began`, on the monotonic clock of the machine.

    A window is as old as its newest frame: from when that was due until the scores are there.
    """

    began: float
    ages_ms: list[float] = field(default_factory=list)

    def note(self, frame_idx: int, now: float) -> None:
        """The window whose newest frame is `frame_idx` has its scores `now`."""
        since = frame_idx / FPS
        if since >= SETTLED_SEC:
            self.ages_ms.append((now - self.began - since) * 1000)


@dataclass(frozen=True)
class Watched:
    """What one process made of one run."""

    ages_ms: list[float]
    cpu_sec: float


def answer_runs(watch: Callable[[float], Watched]) -> None:
    """Watch once for each line of stdin, which says when to begin; answer with a line of JSON."""
    typer.echo("ready")
    for line in sys.stdin:
        typer.echo(json.dumps(asdict(watch(float(line)))))


def wait_until(moment: float) -> None:
    """Return at `moment` on the monotonic clock, or at once when that is over."""
    time.sleep(max(moment - time.monotonic(), 0.0))
