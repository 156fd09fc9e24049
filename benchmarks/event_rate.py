"""Durable events a second over HTTP, 64 writers: `uv run python -m benchmarks.event_rate`.

Each post is answered once it is on the disk; the peer is FastAPI with SQLite, a transaction an
event and an event per post. Our server gets the same posts, and lists, as outboxes send them once
they find it again.
"""

import json
import uuid
from collections.abc import Callable
from itertools import chain
from typing import Annotated

import typer

from benchmarks.comparison import Comparison, Run
from benchmarks.harness import RESULTS, Repeats, Results, by_turns, tell
from benchmarks.servers import serving
from testkit.load import Request, post

WRITERS = 64
LISTED = 16
PEER = "FastAPI and SQLite (WAL, synchronous=FULL), a transaction per event, an event per post"
MARK = "EVENT-ID".ljust(48)


def main(
    repeats: Repeats = 5,
    results: Results = RESULTS,
    seconds: Annotated[float, typer.Option(help="Of each run.")] = 1.5,
) -> None:
    """Measure the rate of durable events against FastAPI and SQLite."""
    with (
        serving("python", "-m", "benchmarks.peers.event_server") as peer,
        serving("run-backend") as ours,
    ):

        def compare(name: str, how: str, requests: Callable[[], Request], pieces: int) -> None:
            runs, peers = by_turns(
                lambda: ours.run(WRITERS, requests(), seconds, pieces),
                lambda: peer.run(WRITERS, posts(), seconds),
                repeats,
            )
            tell(_comparison(name, how, runs, peers), results)

        compare("events_over_http", "one event per post", posts, 1)
        compare("events_listed", f"{LISTED} events per post", lists, LISTED)


def _comparison(name: str, how: str, ours: tuple[Run, ...], peers: tuple[Run, ...]) -> Comparison:
    return Comparison(
        name=name,
        work=f"Durable events, {WRITERS} writers over HTTP, {how}.",
        peer=PEER,
        unit="events/s",
        better="higher",
        target=5,
        command="uv run python -m benchmarks.event_rate",
        ours=ours,
        peers=peers,
    )


def scores(event_id: str) -> dict[str, object]:
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
    run = uuid.uuid4().hex
    before, after = post("/event/payload", json.dumps(scores(MARK)).encode()).split(MARK.encode())
    return lambda number: before + f"{run}{number:016}".encode() + after


def lists() -> Request:
    """The same with `LISTED` events each."""
    run, numbers = uuid.uuid4().hex, range(LISTED)
    sample = json.dumps([scores(MARK) for _ in numbers]).encode()
    before, *between, after = post("/event/payloads", sample).split(MARK.encode())

    def request(number: int) -> bytes:
        ids = [f"{run}{number:012}{place:04}".encode() for place in numbers]
        return before + b"".join(chain.from_iterable(zip(ids, [*between, after], strict=True)))

    return request


if __name__ == "__main__":
    typer.run(main)
