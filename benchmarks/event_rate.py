"""Durable events a second over HTTP, 64 writers: `uv run python -m benchmarks.event_rate`.

One event a post, answered once it is on the disk; the peer is FastAPI with SQLite, a transaction an
event. Both are told the same events.
"""

import json
import uuid
from typing import Annotated

import typer

from backend.events.line import Record
from benchmarks.comparison import Comparison
from benchmarks.harness import RESULTS, Repeats, Results, by_turns, tell
from benchmarks.load import Request, post
from benchmarks.servers import serving

WRITERS = 64


def main(
    repeats: Repeats = 5,
    results: Results = RESULTS,
    seconds: Annotated[float, typer.Option(help="Of each run.")] = 2.0,
) -> None:
    """Measure the rate of durable events against FastAPI and SQLite."""
    with (
        serving("python", "-m", "benchmarks.peers.event_server") as peer,
        serving("run-backend") as ours,
    ):
        runs, peers = by_turns(
            lambda: ours.run(WRITERS, posts(), seconds),
            lambda: peer.run(WRITERS, posts(), seconds),
            repeats,
        )
    found = Comparison(
        name="events_over_http",
        work=f"Durable events, {WRITERS} writers over HTTP, one event a post.",
        peer="FastAPI and SQLite (WAL, synchronous=FULL), a transaction an event",
        unit="events/s",
        better="higher",
        target=5,
        command="uv run python -m benchmarks.event_rate",
        ours=runs,
        peers=peers,
    )
    tell(found, results)


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
