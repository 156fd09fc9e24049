"""Durable events a second in one process, 64 threads: `uv run python -m benchmarks.log_rate`.

Each thread hands over an event and waits until it is on the disk; the peer is SQLite, a transaction
an event.
"""

import json
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from backend.events.line import Record
from backend.events.log import EventLog
from backend.events.recorder import EventRecorder
from benchmarks.comparison import Comparison, Run
from benchmarks.event_rate import scores
from benchmarks.harness import RESULTS, Repeats, Results, by_turns, tell, timed
from benchmarks.peers.event_server import EventDatabase

WRITERS = 64


def main(
    repeats: Repeats = 5,
    results: Results = RESULTS,
    seconds: Annotated[float, typer.Option(help="Of each run.")] = 2.0,
) -> None:
    """Measure the event log against SQLite, both in process."""
    runs, peers = by_turns(lambda: ours(seconds), lambda: peer(seconds), repeats)
    found = Comparison(
        name="events_in_process",
        work=f"Durable events, {WRITERS} threads of one process, one event a call.",
        peer="SQLite (WAL, synchronous=FULL), a transaction an event",
        unit="events/s",
        better="higher",
        target=30,
        command="uv run python -m benchmarks.log_rate",
        ours=runs,
        peers=peers,
    )
    tell(found, results)


def ours(seconds: float) -> Run:
    """The log and its recording thread, as the server has them."""
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-") as name:
        log = EventLog(Path(name))
        log.open()
        recorder = EventRecorder(log, time.time, lambda _records: None)
        recorder.start()
        try:
            return _run(lambda event: recorder.post([event]).result(), seconds)
        finally:
            recorder.stop()


def peer(seconds: float) -> Run:
    """SQLite as the peer's server has it."""
    with (
        tempfile.TemporaryDirectory(prefix="dolbom-bench-") as name,
        closing(EventDatabase(Path(name) / "events.sqlite3")) as database,
    ):
        return _run(lambda event: database.record(event, json.dumps(event)), seconds)


def _run(record: Callable[[Record], None], seconds: float) -> Run:
    """Let every thread record one event after the other for so long."""
    done = [0] * WRITERS
    with timed() as watch:
        until = time.perf_counter() + seconds

        def write(writer: int) -> None:
            while time.perf_counter() < until:
                record(scores(f"{writer}-{done[writer]}"))
                done[writer] += 1

        threads = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return Run(sum(done) / watch.wall_sec, sum(done), watch.wall_sec, watch.cpu_sec)


if __name__ == "__main__":
    typer.run(main)
