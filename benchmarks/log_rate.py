"""Durable events a second in one process, 64 writers: `uv run python -m benchmarks.log_rate`.

Each writer hands over an event and waits until it is on the disk. Ours are coroutines of one event
loop, as the server's are. The peers: the server that an afternoon gives, over HTTP, and the
database that it writes to, in process, from 64 threads.
"""

import asyncio
import json
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from backend.events.journal.journal import Journal
from backend.events.journal.record import Record
from backend.events.post import Post
from backend.events.recorder import EventRecorder
from backend.events.senders import Senders
from backend.events.store import EventStore
from backend.storage.database import open_database
from benchmarks.comparison import Comparison, Run
from benchmarks.event_rate import PEER, WRITERS, posts, scores
from benchmarks.harness import RESULTS, Repeats, Results, by_turns, tell, timed
from benchmarks.peers.event_server import EventDatabase
from benchmarks.servers import serving
from contract.events import EVENT


def main(
    repeats: Repeats = 5,
    results: Results = RESULTS,
    seconds: Annotated[float, typer.Option(help="Of each run.")] = 1.5,
) -> None:
    """Measure the event log against SQLite, behind HTTP and in process."""

    def compare(name: str, peer: str, run_peer: Callable[[], Run]) -> None:
        runs, peers = by_turns(lambda: ours(seconds), run_peer, repeats)
        tell(_comparison(name, peer, runs, peers), results)

    with serving("python", "-m", "benchmarks.peers.event_server") as server:
        compare("events_in_process", PEER, lambda: server.run(WRITERS, posts(), seconds))
    compare(
        "events_beside_sqlite",
        "SQLite (WAL, synchronous=FULL), a transaction per event, in process",
        lambda: database(seconds),
    )


def ours(seconds: float) -> Run:
    """The log and its recording thread, as the server has them."""
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-") as name:
        journal, store = (
            Journal(Path(name) / "events"),
            EventStore(open_database(None, Path(name)), ""),
        )
        for _ in journal.open():
            pass
        recorder = EventRecorder(journal, store, Senders({}), time.time, lambda *_: None)
        recorder.start()
        try:
            with timed() as watch:
                done = uvloop.run(_written(recorder, seconds))
        finally:
            recorder.stop()
    return Run(done / watch.wall_sec, done, watch.wall_sec, watch.cpu_sec)


async def _written(recorder: EventRecorder, seconds: float) -> int:
    """Let every coroutine record one event after the other for so long; how many they were."""
    until, loop = time.perf_counter() + seconds, asyncio.get_running_loop()

    async def write(writer: int) -> int:
        done = 0
        while time.perf_counter() < until:
            durable = loop.create_future()
            event = EVENT.validate_python(scores(f"{writer}-{done}"))
            recorder.gather(Post([Record.of(event, time.time())], durable, loop))
            await durable
            done += 1
        return done

    return sum(await asyncio.gather(*map(write, range(WRITERS))))


def database(seconds: float) -> Run:
    """SQLite as the peer's server has it."""
    done = [0] * WRITERS
    with (
        tempfile.TemporaryDirectory(prefix="dolbom-bench-") as name,
        closing(EventDatabase(Path(name) / "events.sqlite3")) as peer,
        timed() as watch,
    ):
        until = time.perf_counter() + seconds

        def write(writer: int) -> None:
            while time.perf_counter() < until:
                event = scores(f"{writer}-{done[writer]}")
                peer.record(event, json.dumps(event))
                done[writer] += 1

        threads = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return Run(sum(done) / watch.wall_sec, sum(done), watch.wall_sec, watch.cpu_sec)


def _comparison(name: str, peer: str, ours: tuple[Run, ...], peers: tuple[Run, ...]) -> Comparison:
    return Comparison(
        name=name,
        work=f"Durable events, {WRITERS} writers of one process, one event per call.",
        peer=peer,
        unit="events/s",
        better="higher",
        target=30,
        command="uv run python -m benchmarks.log_rate",
        ours=ours,
        peers=peers,
    )


if __name__ == "__main__":
    typer.run(main)
