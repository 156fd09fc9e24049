"""Many incidents of a family at a time, while their server is killed: for two benchmarks."""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2 as httpx

from testkit.family import move_in
from testkit.family_life import Life
from testkit.kill_points import LEDGER, RECORDER, KillPoint, arm
from testkit.ntfy_server import NtfyServer
from testkit.whole_server import Breakage, WholeServer, intact

SENDER = "alerts-contact-1"[:15]
"""All senders of contacts have this name, as the kernel cuts it."""
CALLS = (
    *((LEDGER, call) for call in ("pwrite64", "fdatasync")),
    *((RECORDER, call) for call in ("write", "fsync")),
    *((SENDER, call) for call in ("socket", "connect", "sendto", "recvfrom", "close")),
)
AT_A_TIME = 8
POINT_SEC = 3.0
"""A point that the server has not come to after so long is none: it is killed all the same."""
SETTLE_SEC = 60.0


@dataclass
class Village:
    """A server, and the phones of the family that it belongs to."""

    server: WholeServer
    phones: NtfyServer
    chance: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    """How often it was killed where."""

    def lives(self, count: int, name: str) -> list[Life]:
        """So many incidents that are still to be lived through."""
        seeds = [random.Random(self.chance.random()) for _ in range(count)]  # noqa: S311
        return [
            Life(f"{name}-{number}", self.server.url, self.phones, seed)
            for number, seed in enumerate(seeds)
        ]

    def kill(self) -> None:
        """kill -9 at a system call or at any moment, and start again."""
        thread, call = self.chance.choice(CALLS)
        point = KillPoint(thread, call, self.chance.randint(1, 8))
        if self.chance.random() < 0.5:
            time.sleep(self.chance.uniform(0.0, 2.0))
            where = "at any moment"
        else:
            where = f"{thread} {call}" if self._dies_at(point) else "at any moment"
        self.kills[where] += 1
        self.server.kill()
        self.server.start()

    def settle(self) -> None:
        """Wait until nothing is on its way any more."""
        give_up_at = time.monotonic() + SETTLE_SEC
        while time.monotonic() < give_up_at:
            health = httpx.get(f"{self.server.url}/health", trust_env=False, timeout=30.0).json()
            counts = health["alerts"]["counts"]
            if not counts["pending"] + counts["sending"]:
                return
            time.sleep(0.1)

    def figures(self, incident_id: str) -> dict[str, float | None]:
        """How long an incident took, as its course has it."""
        url = f"{self.server.url}/incidents/{incident_id}/course"
        course = httpx.get(url, trust_env=False, timeout=30.0).raise_for_status().json()
        figures: dict[str, float | None] = course["figures"]
        return figures

    def _dies_at(self, point: KillPoint) -> bool:
        """Whether the server has come to the point, which has killed it."""
        with ExitStack() as stack:
            try:
                arm(stack, self.server.pid, point)
            except (TimeoutError, OSError):
                return not self.server.runs
            give_up_at = time.monotonic() + POINT_SEC
            while self.server.runs and time.monotonic() < give_up_at:
                time.sleep(0.01)
            return not self.server.runs


@contextmanager
def village(seed: int, breakage: Breakage = intact) -> Iterator[Village]:
    """A server of a family, in a folder that is gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="dolbom-family-") as name,
        closing(NtfyServer()) as phones,
    ):
        server = WholeServer(Path(name), breakage=breakage)
        server.data_dir.mkdir()
        move_in(server.data_dir, phones.url)
        server.start()
        try:
            yield Village(server, phones, random.Random(seed))  # noqa: S311
        finally:
            server.kill()


@contextmanager
def lived(lives: Sequence[Life]) -> Iterator[list[Future[Life]]]:
    """Let them all be lived through, some at a time; all are over after the block."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        yield [pool.submit(life.live) for life in lives]


def over(running: Sequence["Future[Life]"]) -> bool:
    """Whether all are."""
    return not wait(running, timeout=0.0).not_done
