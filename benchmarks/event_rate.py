"""Durable events a second over HTTP, 64 writers: `uv run python -m benchmarks.event_rate`.

One event a post, answered once it is on the disk; the peer is FastAPI with SQLite, a transaction an
event. Both are told the same events, on this machine's disk and on one that takes its time.
"""

import json
import uuid
from functools import partial
from typing import Annotated

import typer

from backend.events.line import Record
from benchmarks.comparison import Comparison, Run
from benchmarks.harness import RESULTS, Repeats, Results, by_turns, tell
from benchmarks.load import Request, post
from benchmarks.servers import serving
from benchmarks.slow_disk import FSYNC_US

WRITERS = 64


def main(
    repeats: Repeats = 5,
    results: Results = RESULTS,
    seconds: Annotated[float, typer.Option(help="Of each run.")] = 2.0,
) -> None:
    """Measure the rate of durable events against FastAPI and SQLite."""
    here = "on this machine's disk"
    slow = f"on a disk that takes {FSYNC_US / 1000:g} ms longer for an fsync"
    for name, where, command in (
        ("events_over_http", here, ()),
        ("events_on_slow_disk", slow, ("python", "-m", "benchmarks.slow_disk")),
    ):
        with (
            serving(*command, "python", "-m", "benchmarks.peers.event_server") as peer,
            serving(*command, "run-backend") as ours,
        ):
            runs, peers = by_turns(
                partial(ours.run, WRITERS, posts(), seconds),
                partial(peer.run, WRITERS, posts(), seconds),
                repeats,
            )
        tell(_comparison(name, where, runs, peers), results)


def _comparison(name: str, where: str, ours: tuple[Run, ...], peers: tuple[Run, ...]) -> Comparison:
    return Comparison(
        name=name,
        work=f"Durable events, {WRITERS} writers over HTTP, one event a post, {where}.",
        peer="FastAPI and SQLite (WAL, synchronous=FULL), a transaction an event",
        unit="events/s",
        better="higher",
        target=5,
        command="uv run python -m benchmarks.event_rate",
        ours=ours,
        peers=peers,
    )


def scores(event_id: str) -> Record:
    """What a camera box says every second."""
    return {
        "event_type": "PROBS",
        "event_id": event_id,
        "camera_id": "living-room",
        "session_id": "0" * 32,
        "seq": 12345,
        "ts": 1_800_000_000.25,
        "video_ts": 1234.5,
        "frame_idx": 18517,
        "top_event": "lying",
        "top_prob": 0.2345,
        "probs": {"fall": 0.0123, "lying": 0.2345},
    }


def posts() -> Request:
    """Requests with an event each, whose `event_id` is its own."""
    run, marker = uuid.uuid4().hex, b"EVENT-ID"
    sample = json.dumps(scores(marker.decode().ljust(48))).encode()
    before, after = post("/event/payload", sample).split(marker.ljust(48))
    return lambda number: before + f"{run}{number:016}".encode() + after


if __name__ == "__main__":
    typer.run(main)
