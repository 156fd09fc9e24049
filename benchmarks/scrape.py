"""What a scrape of `/metrics` costs: `uv run python -m benchmarks.scrape`, a minute.

A server of 100 cameras, which have all beaten, with 2,000 incidents on record, all generated.
Scrapes follow one another: the processor's time of one is that of all, shared out.
"""

import statistics
import sys
import time
from typing import Annotated
from uuid import uuid4

import httpx2 as httpx
import typer

from testkit.figures import figure, figures
from testkit.household import household

PROMISED_SEC, PROMISED_SHARE = 0.05, 0.01
EVERY_SEC = 15.0
CPU = "process_cpu_seconds_total"


def main(
    cameras: Annotated[int, typer.Option(min=1, help="How many there are.")] = 100,
    incidents: Annotated[int, typer.Option(min=0, help="How many are on record.")] = 2000,
    scrapes: Annotated[int, typer.Option(min=20, help="How often it is scraped.")] = 200,
) -> None:
    """Fill a server, scrape it, and show how long that takes and what it costs."""
    with household() as at, httpx.Client(base_url=at.server_url, trust_env=False) as http:
        for number in range(incidents):
            _send(http, _recovered(f"camera-{number % cameras}"))
        _send(http, *(_beat(f"camera-{number}") for number in range(cameras)))
        text = _scrape(http)
        while len(figures(text, "dolbom_camera_outbox_events")) < cameras:
            text = _scrape(http)
        before, took = figure(text, CPU) or 0.0, [_took(http) for _ in range(scrapes)]
        cpu = ((figure(_scrape(http), CPU) or 0.0) - before) / scrapes
    middle, late = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    typer.echo(f"{cameras} cameras, {incidents} incidents, {len(text) / 1024:.0f} kB a scrape")
    typer.echo(f"median {middle * 1e3:.1f} ms, p95 {late * 1e3:.1f} ms of {scrapes} scrapes")
    typer.echo(f"{cpu * 1e3:.1f} ms of a core: {cpu / EVERY_SEC:.2%} of it every {EVERY_SEC:.0f} s")
    if late > PROMISED_SEC or cpu / EVERY_SEC > PROMISED_SHARE:
        sys.exit(f"more than {PROMISED_SEC * 1e3:.0f} ms, or {PROMISED_SHARE:.0%} of a core")


def _took(http: httpx.Client) -> float:
    began = time.perf_counter()
    _scrape(http)
    return time.perf_counter() - began


def _scrape(http: httpx.Client) -> str:
    return http.get("/metrics").raise_for_status().text


def _send(http: httpx.Client, *events: dict[str, object]) -> None:
    http.post("/event/payloads", json=events).raise_for_status()


def _beat(camera: str) -> dict[str, object]:
    said = {"state": "watching", "fps": 10.0, "frame_age_sec": 0.1, "outbox_length": 0}
    return _event("HEARTBEAT", camera) | said


def _recovered(camera: str) -> dict[str, object]:
    """A fall after which the person walks: it is on record, and nobody is alerted."""
    fall = {"event": "fall", "incident_id": uuid4().hex, "duration_sec": 2.0, "state": "walking"}
    return _event("END", camera) | fall


def _event(kind: str, camera: str) -> dict[str, object]:
    return {"event_type": kind, "event_id": uuid4().hex, "camera_id": camera, "ts": time.time()}


if __name__ == "__main__":
    typer.run(main)
