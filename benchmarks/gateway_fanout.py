"""How soon an event reaches everybody who listens: `uv run python -m benchmarks.gateway_fanout`.

Socket.io clients in processes of their own listen to the events of a server with its default
settings. Events are posted over HTTP one after the other, and the time counts from the post to the
client that hears of it last. The clock is that of one machine.
"""

import asyncio
import multiprocessing
import statistics
import sys
import time
from multiprocessing.connection import Connection
from typing import Annotated
from uuid import uuid4

import httpx2 as httpx
import socketio
import typer

from testkit.household import household

PROMISED_SEC = 0.25
PATIENCE_SEC = 60.0

Heard = dict[str, float]
"""When each event was heard of by the last client, in seconds since 1970."""


def main(
    clients: Annotated[int, typer.Option(min=1, help="How many listen.")] = 200,
    events: Annotated[int, typer.Option(min=2, help="How many events are posted.")] = 60,
    processes: Annotated[int, typer.Option(min=1, help="How many processes they are in.")] = 2,
) -> None:
    """Post events, and show after how long the last client has heard of each."""
    with household() as at:
        took = _measure(at.server_url, clients // processes, processes, events)
    took.sort()
    typer.echo(
        f"{clients // processes * processes} clients, {len(took)} events, from the post to the last"
        f" client: median {statistics.median(took) * 1000:.0f} ms, p99"
        f" {statistics.quantiles(took, n=100)[98] * 1000:.0f} ms, longest {took[-1] * 1000:.0f} ms"
    )
    if statistics.median(took) > PROMISED_SEC:
        sys.exit(f"short of what is promised: a median of {PROMISED_SEC * 1000:.0f} ms")


def _measure(url: str, clients: int, processes: int, events: int) -> list[float]:
    """Seconds from each post to the last client."""
    context = multiprocessing.get_context("spawn")
    pipes = []
    for _ in range(processes):
        ours, theirs = context.Pipe()
        context.Process(target=_listen, args=(url, clients, events, theirs), daemon=True).start()
        pipes.append(ours)
    for pipe in pipes:
        pipe.recv()  # all of its clients listen
    posted = _post(url, events)
    heard: list[Heard] = [pipe.recv() for pipe in pipes]
    return [max(each[event_id] for each in heard) - at for event_id, at in posted.items()]


def _post(url: str, events: int) -> dict[str, float]:
    """Post so many STARTs; when each was, by its id."""
    posted = {}
    with httpx.Client(base_url=url, trust_env=False) as http:
        for _ in range(events):
            event_id = uuid4().hex
            start = {"event_type": "START", "event_id": event_id, "event": "lying"}
            posted[event_id] = time.time()
            event = start | {"camera_id": "bench", "ts": posted[event_id]}
            http.post("/event/payload", json=event).raise_for_status()
            time.sleep(0.1)
    return posted


def _listen(url: str, clients: int, events: int, pipe: Connection) -> None:
    heard = asyncio.run(_listen_all(url, clients, events, pipe))
    pipe.send(heard)


async def _listen_all(url: str, clients: int, events: int, pipe: Connection) -> Heard:
    """Connect so many clients, say so, and hear all events with all of them."""
    heard: Heard = {}
    left, done = clients * events, asyncio.Event()

    def hear(event: dict[str, str]) -> None:
        nonlocal left
        heard[event["event_id"]] = time.time()
        left -= 1
        if left == 0:
            done.set()

    listeners = [socketio.AsyncClient(reconnection=False) for _ in range(clients)]
    for listener in listeners:
        listener.on("event", hear)
        await listener.connect(url, transports=["websocket"], wait_timeout=PATIENCE_SEC)
        await listener.call("subscribe", {"rooms": ["events"]})
    pipe.send(None)
    await asyncio.wait_for(done.wait(), PATIENCE_SEC)
    for listener in listeners:
        await listener.disconnect()
    return heard


if __name__ == "__main__":
    typer.run(main)
