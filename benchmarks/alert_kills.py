"""Kills between END and memo: `uv run python -m benchmarks.alert_kills`.

Kills the real server at each write, sync and network call that lies between a fall's END and the
end of its alert, one server a kill, and says what came of the alert. Two servers that break a
promise on purpose have to be caught. Needs strace and the right to trace.
"""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Annotated

import httpx2 as httpx
import typer

from testkit.kill_points import (
    LEDGER,
    MARK_SENT_FIRST,
    RECORDER,
    SEND_WITHOUT_A_NOTE,
    SENDER,
    KillPoint,
    Outcome,
    Trial,
)
from testkit.processes import free_port, start, wait_ready

STEPS = [
    *((RECORDER, call) for call in ("write", "fsync")),
    *((LEDGER, call) for call in ("pwrite64", "fdatasync")),
    *((SENDER, call) for call in ("socket", "connect", "sendto", "recvfrom", "close")),
]
CONTROLS = [
    (MARK_SENT_FIRST, KillPoint(SENDER, "connect", 1)),
    (SEND_WITHOUT_A_NOTE, KillPoint(SENDER, "recvfrom", 1)),
]


def main(jobs: Annotated[int, typer.Option(help="Servers at a time.")] = 2) -> None:
    """Try every kill point, and say what was lost or told twice."""
    with _sandbox() as (folder, url), ThreadPoolExecutor(jobs) as pool:
        tried = pool.map(lambda step: _sweep(folder, url, *step), STEPS)
        outcomes = [outcome for step in tried for outcome in step]
        controls = list(pool.map(lambda each: _control(folder, url, *each), CONTROLS))
    found = Counter(
        f"{len(outcome.texts)} memo(s), killed while {outcome.state}" for outcome in outcomes
    )
    for what, times in sorted(found.items()):
        typer.echo(f"{times:3} x {what}")
    broken = [outcome.fault for outcome in outcomes if outcome.fault]
    typer.echo(f"{len(outcomes)} kills, {len(broken)} broken promises")
    if broken or not all(controls):
        sys.exit("short of what is promised: 0 lost, one marked resend in the ambiguous step")


def _sweep(folder: Path, url: str, thread: str, call: str) -> list[Outcome]:
    """Kill at the first such call, at the second, and so on until the server comes to none."""
    outcomes: list[Outcome] = []
    for number in count(1):
        point = KillPoint(thread, call, number)
        outcome = Trial(folder / f"{thread}-{call}-{number}", url).run(point)
        if not outcome.killed:
            return outcomes
        typer.echo(f"{point}: {outcome.state}, {len(outcome.texts)} memo(s) {outcome.fault or ''}")
        outcomes.append(outcome)
    raise AssertionError


def _control(folder: Path, url: str, variant: str, point: KillPoint) -> bool:
    fault = Trial(folder / variant, url, variant).run(point).fault
    typer.echo(f"control {variant}: {fault or 'NOT caught'}")
    return fault is not None


@contextmanager
def _sandbox() -> Iterator[tuple[Path, str]]:
    """A folder that is gone afterwards, and the stand-in's URL."""
    with tempfile.TemporaryDirectory(prefix="dolbom-kills-") as name:
        folder, port = Path(name), free_port()
        environment = {"PATH": os.environ["PATH"]}
        part = start(
            "run-kakao-sandbox", "--port", str(port), folder=folder, environment=environment
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_ready(part, f"{url}/sandbox/memos")
            # Each kill is a day of its own.
            unlimited = {"quotas": dict.fromkeys(("app", "sender", "receiver", "pair"), 1_000_000)}
            httpx.patch(f"{url}/sandbox/state", json=unlimited, trust_env=False).raise_for_status()
            yield folder, url
        finally:
            part.stop()


if __name__ == "__main__":
    typer.run(main)
