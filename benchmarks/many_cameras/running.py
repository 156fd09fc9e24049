"""One run: homes are set up, their boxes report, servers are killed, and all is measured."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.many_cameras.disturbances import Disturbances, Say
from benchmarks.many_cameras.usage import Usage, parts_of
from benchmarks.many_cameras.watching import (
    WireTap,
    Writes,
    journal_bytes,
    rounds_of,
    sizes,
    watched,
    writes_of,
)
from testkit.care_home import CareHome, care_home
from testkit.simulated_boxes.box import Sent
from testkit.simulated_boxes.fleet import run_boxes
from testkit.simulated_boxes.moving_in import PairedBox, move_in, set_up
from testkit.simulated_boxes.phone import ShiftPhone
from testkit.simulated_boxes.plan import SimulatedHome

PROGRESS_SEC = 15.0
RING_SEC = 60.0
"""So long after the last event was recorded, and after each ring, another one is waited for."""
LOOK_SEC = 0.5


@dataclass(frozen=True, order=True)
class Wait:
    """`seconds` from the first sending of an END, at `at` (since 1970), to the first message;
    `taken_sec` until a server said that it has it, if one did."""

    at: float
    seconds: float
    taken_sec: float | None = None


@dataclass
class Measured:
    """What a run has shown; times in seconds, sizes in bytes."""

    cameras: int
    seconds: float
    sent: Sent
    waiting: int = 0
    broken: list[str] = field(default_factory=list)
    """What failed of the benchmark itself."""
    rang: dict[str, float] = field(default_factory=dict)
    """When the phone first rang for a fall, by room (seconds since 1970)."""
    doubled: list[str] = field(default_factory=list)
    resent: int = 0
    unrecorded: int = 0
    """Messages that were sent without the database, and say so."""
    pressed: dict[str, int] = field(default_factory=dict)
    cpu_sec: dict[str, float] = field(default_factory=dict)
    most_bytes: dict[str, int] = field(default_factory=dict)
    grown: dict[str, int] = field(default_factory=dict)
    journal_bytes: int = 0
    """Of both servers."""
    wire_messages: int = 0
    wire_bytes: int = 0
    rounds: list[float] = field(default_factory=list)
    writes: dict[str, Writes] = field(default_factory=dict)
    """By who asks."""

    @property
    def faults(self) -> list[str]:
        """What is short of the promise: every fall once, and no event refused or left behind."""
        left = [f"{self.waiting} events never taken"] if self.waiting else []
        return [
            *self.broken,
            *(f"lost: {room}" for room in self.lost),
            *(f"doubled: {title}" for title in self.doubled),
            *(f"refused: {answer}" for answer in self.sent.refused),
            *left,
        ]

    @property
    def waits(self) -> list[Wait]:
        """Of each fall that a phone rang for, in the order of their ENDs."""
        return sorted(
            Wait(it.tried_at, self.rang[it.room] - it.tried_at, it.taken_sec)
            for it in self.sent.falls.values()
            if it.tried_at is not None and it.room in self.rang
        )

    @property
    def lost(self) -> list[str]:
        """The rooms whose fall reached a server, and no phone."""
        falls = self.sent.falls.values()
        return [it.room for it in falls if it.recorded_at and it.room not in self.rang]


def measure(
    folder: Path,
    homes: Sequence[SimulatedHome],
    disturbances: Disturbances,
    drain_sec: float,
    say: Say,
) -> Measured:
    """Set up the homes on a care home of their own in `folder`, and let the plan happen."""
    with care_home(folder, watched) as home:
        with home.client() as http:
            set_up(http)
            paired = list(move_in(http, homes))
        say(f"{len(paired)} boxes in {len(homes)} households are paired")
        return asyncio.run(_run(home, paired, disturbances, drain_sec, say))


async def _run(
    home: CareHome,
    paired: Sequence[PairedBox],
    disturbances: Disturbances,
    drain_sec: float,
    say: Say,
) -> Measured:
    found, seconds = Measured(len(paired), disturbances.seconds, Sent()), disturbances.seconds
    phone, usage = ShiftPhone(home.ntfy), Usage(parts_of(home))
    before = _Before.of(home, usage)
    with WireTap(home.postgres.url) as tap:
        async with _beside(
            found.broken,
            usage.watch(),
            phone.answer(),
            disturbances.disturb(home, say),
            _tell(found.sent, phone, say),
        ):
            port = home.balancer.port
            found.waiting = await run_boxes(paired, port, found.sent, seconds, drain_sec)
            await _wait_for_rings(found, phone)
            usage.look()
    found.wire_messages, found.wire_bytes = tap.messages, tap.bytes
    _read_servers(found, home, usage, before)
    _read_phone(found, phone)
    return found


@dataclass(frozen=True)
class _Before:
    """What the parts had used, written and kept when the boxes began."""

    cpu_sec: dict[str, dict[int, float]]
    sizes: dict[str, int]
    writes: dict[str, Writes]

    @classmethod
    def of(cls, home: CareHome, usage: Usage) -> "_Before":
        usage.look()
        cpu_sec = {name: dict(used.cpu_sec) for name, used in usage.used.items()}
        return cls(cpu_sec, sizes(home.postgres.url), writes_of(home.folders))


def _read_servers(found: Measured, home: CareHome, usage: Usage, before: _Before) -> None:
    found.cpu_sec = {name: used.since(before.cpu_sec[name]) for name, used in usage.used.items()}
    found.most_bytes = {name: used.most_bytes for name, used in usage.used.items()}
    now = sizes(home.postgres.url)
    found.grown = {name: size - before.sizes.get(name, 0) for name, size in now.items()}
    found.journal_bytes = sum(map(journal_bytes, home.folders))
    written = writes_of(home.folders)
    found.writes = {who: it.since(before.writes.get(who, Writes())) for who, it in written.items()}
    found.rounds = sorted(took for folder in home.folders for took in rounds_of(folder))


def _read_phone(found: Measured, phone: ShiftPhone) -> None:
    found.rang, found.resent = phone.first_messages(), phone.resent()
    found.unrecorded = phone.unrecorded()
    found.doubled, found.pressed = phone.doubled(), dict(phone.pressed)


@contextlib.asynccontextmanager
async def _beside(broken: list[str], *doing: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """All of this goes on meanwhile; what fails there is `broken` at the end."""
    tasks = [asyncio.create_task(it) for it in doing]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    broken.extend(repr(it) for it in ended if isinstance(it, Exception))


async def _wait_for_rings(found: Measured, phone: ShiftPhone) -> None:
    give_up_at = time.monotonic() + RING_SEC
    while time.monotonic() < give_up_at:
        before, found.rang = found.rang, phone.first_messages()
        if not found.lost:
            return
        if len(found.rang) > len(before):
            give_up_at = time.monotonic() + RING_SEC
        await asyncio.sleep(LOOK_SEC)


async def _tell(sent: Sent, phone: ShiftPhone, say: Say) -> None:
    while True:
        await asyncio.sleep(PROGRESS_SEC)
        rang = phone.first_messages().keys() & sent.falls.keys()
        events, failed = sent.events.total(), sent.failures.total()
        falls = f"{len(sent.falls)} falls, {len(rang)} rang"
        say(f"{events} events taken, {failed} tries failed; {falls}")
