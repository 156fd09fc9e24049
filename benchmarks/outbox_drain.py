"""How fast an outage's backlog drains: `uv run python -m benchmarks.outbox_drain`.

Fills an outbox with what a camera tells in a day and empties it to a real server, several times.
Meanwhile a START is put every now and then: the time until the server's answer for it is compared
with that of STARTs that meet no backlog, before and after.
"""

import json
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from agent.backend_client import connect
from agent.config import AgentSettings
from agent.event_factory import EventFactory, HeartbeatFigures
from agent.outbox.outbox import DEFAULT_BOUND, Outbox
from agent.outbox.store import EventStore, QueuedEvent
from agent.outbox.uploader import Uploader
from contract.events import Event, EventType
from modeling.perception.incidents.event_machine import Transition
from modeling.perception.incidents.person_watch import Status
from modeling.perception.windows.windows import Moment
from testkit.household import Household, household

DAY_SEC = 86_400.0
STARTS_WITHOUT_BACKLOG = 20
START_EVERY_SEC = 0.2


class TimedOutbox(Outbox):
    """Measures how long each START takes from `put` to the server's answer."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.latencies_sec: list[float] = []
        self._put_at: dict[str, float] = {}

    def put(self, event: Event) -> None:
        """Add `event`."""
        if event.event_type is EventType.START:
            self._put_at[event.event_id] = time.perf_counter()
        super().put(event)

    def confirm(self, events: Sequence[QueuedEvent]) -> None:
        """Forget `events`, which the server has."""
        for event in events:
            if event.incident:
                put_at = self._put_at.pop(json.loads(event.body)["event_id"])
                self.latencies_sec.append(time.perf_counter() - put_at)
        super().confirm(events)


def main(
    repeats: Annotated[int, typer.Option(help="Backlogs to drain.")] = 5,
    hours: Annotated[float, typer.Option(help="Length of the outage.")] = 24.0,
) -> None:
    """Measure draining against real time, and a live START meanwhile."""
    drained, busy, idle = [], [], []
    with household() as at:
        for number in track(range(repeats), description="backlogs"):
            idle += _without_backlog(at, number)
            backlog = list(_day(f"camera-{number}", hours / 24.0))
            sec, latencies = _drain(at, number, backlog)
            drained.append(sec)
            busy += latencies
        recorded = _recorded(at)
    ratios = [hours * 3600.0 / sec for sec in drained]
    typer.echo(
        f"{hours:g} h of a camera are {len(backlog)} events; drained {repeats} times in "
        f"{statistics.median(drained):.1f} s (median, {min(drained):.1f} to {max(drained):.1f})\n"
        f"draining is {statistics.median(ratios):.0f} times real time ({min(ratios):.0f} to "
        f"{max(ratios):.0f}), {len(backlog) / statistics.median(drained):.0f} events/s"
    )
    _tell("a START while it drains", busy)
    _tell("a START without backlog", idle)
    sent = repeats * len(backlog) + len(busy) + len(idle)
    typer.echo(f"put {sent}, recorded {recorded[0]}, recorded twice {recorded[0] - recorded[1]}")


def _tell(what: str, latencies_sec: list[float]) -> None:
    median, longest = statistics.median(latencies_sec), max(latencies_sec)
    typer.echo(
        f"{what}: answered after {median * 1000:.0f} ms (median), {longest * 1000:.0f} ms (longest "
        f"of {len(latencies_sec)})"
    )


def _day(camera_id: str, days: float) -> Iterator[Event]:
    """What a camera with the default settings tells: scores and heartbeats, as they are sent."""
    settings = AgentSettings.model_construct()
    factory = EventFactory(camera_id, epoch=time.time() - days * DAY_SEC)
    scores = {"fall": 0.0123456789, "lying": 0.0123456789}
    figures = HeartbeatFigures(
        14.97, 0.987, 0.034, "local", outbox_length=100_000, outbox_failure=None
    )
    beats = round(days * DAY_SEC / settings.heartbeat_sec)
    per_beat = round(settings.heartbeat_sec / settings.probs_sec)
    for beat in range(beats):
        at = beat * settings.heartbeat_sec
        yield factory.heartbeat(at, "watching", figures)
        for number in range(per_beat):
            moment = Moment(at + number * settings.probs_sec, beat * 45, 4 / 3)
            yield factory.probs(moment, Status(1, scores, ()))


def _drain(at: Household, number: int, backlog: list[Event]) -> tuple[float, list[float]]:
    """Seconds until the outbox was empty, and what each START took meanwhile."""
    path = at.folder / f"{number}.sqlite3"
    with closing(EventStore(path, DEFAULT_BOUND)) as store:
        store.add((event.model_dump_json(exclude_unset=True), False) for event in backlog)
    outbox = TimedOutbox(path)
    with _uploading(at, outbox):
        started = time.perf_counter()
        _put_starts(outbox, backlog[0].camera_id)
        return time.perf_counter() - started, outbox.latencies_sec


def _put_starts(outbox: Outbox, camera_id: str, count: int | None = None) -> None:
    """Put a START every now and then: `count` of them, or until the outbox has run empty."""
    factory = EventFactory(camera_id, epoch=time.time())
    move = Transition(EventType.START, "lying", 1.0, 0.9, None)
    while count is None or count > 0:
        if outbox.wait_empty(START_EVERY_SEC) and count is None:
            return
        outbox.put(factory.transition(move, 30))
        count = None if count is None else count - 1


def _without_backlog(at: Household, number: int) -> list[float]:
    outbox = TimedOutbox(at.folder / f"idle-{number}.sqlite3")
    with _uploading(at, outbox):
        _put_starts(outbox, f"idle-{number}", STARTS_WITHOUT_BACKLOG)
        outbox.wait_empty(60.0)
    return outbox.latencies_sec


@contextmanager
def _uploading(at: Household, outbox: Outbox) -> Iterator[None]:
    with connect(at.server_url, None, read_timeout_sec=10.0) as client:
        uploader = Uploader(outbox, client)
        uploader.start()
        yield
        uploader.stop()
    outbox.close()


def _recorded(at: Household) -> tuple[int, int]:
    """How many lines the server's log has, and how many different events."""
    files = (at.folder / "data" / "events").glob("*.jsonl")
    ids = [json.loads(line)["event_id"] for file in files for line in file.open(encoding="utf-8")]
    return len(ids), len(set(ids))


if __name__ == "__main__":
    typer.run(main)
