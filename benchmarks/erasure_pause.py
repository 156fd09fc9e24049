"""What an erasure costs the events that come meanwhile.

`uv run python -m benchmarks.erasure_pause`.

A real server with a long journal of three cameras erases one of them. A fourth posts an event every
now and then, over HTTP, before and meanwhile: how long it waits for each answer.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Annotated

import httpx2 as httpx
import typer

from benchmarks.servers import serving
from testkit import large_log

BEFORE_SEC = 20.0
EVERY_SEC = 0.05
WAIT_SEC = 120.0


def main(
    lines: Annotated[int, typer.Option(help="Events in the journal.")] = 700_000,
) -> None:
    """Say how long the erasure took, and how long events waited without and with it."""
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-", dir=".") as name:
        folder = Path(name).resolve()
        large_log.write(folder / "events", lines)
        size = sum(path.stat().st_size for path in (folder / "events").iterdir())
        with serving("run-backend", data_dir=folder) as server:
            url = f"http://127.0.0.1:{server.port}"
            with httpx.Client(base_url=url, trust_env=False, timeout=WAIT_SEC) as http:
                until = time.monotonic() + BEFORE_SEC
                before = post_while(http, lambda: time.monotonic() < until)
                cpu, began = server.cpu_sec(), time.monotonic()
                http.post("/erasures", json={"camera_id": large_log.CAMERAS[0], "confirm": True})
                meanwhile = post_while(http, lambda: not is_done(http))
                took, cpu = time.monotonic() - began, server.cpu_sec() - cpu
                (erasure,) = http.get("/erasures").json()
    print(f"{size / 1e6:.0f} MB, {lines:,} lines: {erasure['counts']}")  # noqa: T201
    print(f"erased in {took:.1f} s, {cpu:.1f} s of a core")  # noqa: T201
    print(f"without it: {said(before)}")  # noqa: T201
    print(f"meanwhile:  {said(meanwhile)}")  # noqa: T201


_numbers = count()


def post_while(http: httpx.Client, is_on: Callable[[], bool]) -> list[float]:
    """How many seconds the answer to each event took."""
    took = []
    while is_on():
        event = {
            "event_type": "PROBS",
            "event_id": f"e{next(_numbers)}",
            "camera_id": "다락",
            "ts": time.time(),
        }
        began = time.perf_counter()
        http.post("/event/payload", content=json.dumps(event)).raise_for_status()
        took.append(time.perf_counter() - began)
        time.sleep(EVERY_SEC)
    return took


def is_done(http: httpx.Client) -> bool:
    """Whether the erasure is."""
    (erasure,) = http.get("/erasures").json()
    return bool(erasure["finished_at"])


def said(took: Sequence[float]) -> str:
    """How long the answers took, in one line."""
    ordered = sorted(each * 1000 for each in took)
    p99 = ordered[-1 - len(ordered) // 100]
    return (
        f"{len(took)} answers, median {statistics.median(ordered):.1f} ms, "
        f"99 of 100 within {p99:.0f} ms, longest {ordered[-1]:.0f} ms"
    )


if __name__ == "__main__":
    typer.run(main)
