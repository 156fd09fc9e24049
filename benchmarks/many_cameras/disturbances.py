"""What is done to the servers and the database while the cameras report."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from testkit.care_home import CareHome
from testkit.processes import PartFailed
from testkit.units import restart_sec
from testkit.whole_server import WholeServer

UNIT = "dolbom-backend.service"
LOOK_SEC = 0.1
DATABASE_AWAY_SEC = 3.0
QUIET = 0.05
"""Share of the run at its begin and its end in which nothing is done."""

Say = Callable[[str], object]


@dataclass(frozen=True)
class Disturbances:
    """So many of each within `seconds`, at moments that the `seed` gives; a cut lasts `cut_sec`."""

    seconds: float
    kills: int = 0
    restarts: int = 0
    cut_sec: float = 0.0
    seed: int = 1

    async def disturb(self, home: CareHome, say: Say) -> None:
        """Do all of it, and keep the servers running until this is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for server in home.servers:
                tasks.create_task(keep_running(server, say))
            kills, restarts, cuts = (self._chance(salt) for salt in (1, 2, 3))
            kill = partial(kill_one, home, kills, say)
            tasks.create_task(self._at_moments(self.kills, kills, kill))
            stop = partial(restart, home, say)
            tasks.create_task(self._at_moments(self.restarts, restarts, stop))
            if self.cut_sec:
                tasks.create_task(self._at_moments(1, cuts, partial(self._cut, home, say)))

    def _chance(self, salt: int) -> random.Random:
        return random.Random(self.seed * 10 + salt)  # noqa: S311 (no secret)

    async def _at_moments(
        self, count: int, chance: random.Random, do: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        span = (QUIET * self.seconds, (1 - QUIET) * self.seconds)
        moments = sorted(chance.uniform(*span) for _ in range(count))
        for before, at in pairwise([0.0, *moments]):
            await asyncio.sleep(at - before)
            await do()

    async def _cut(self, home: CareHome, say: Say) -> None:
        say(f"the second server is cut off from the database for {self.cut_sec:.0f} s")
        home.line.cut()
        await asyncio.sleep(self.cut_sec)
        home.line.mend()


async def keep_running(server: WholeServer, say: Say) -> None:
    """Start a server again after it was killed, as systemd does."""
    while True:
        await asyncio.sleep(LOOK_SEC)
        if server.runs:
            continue
        await asyncio.sleep(restart_sec(UNIT))
        try:
            await asyncio.to_thread(server.start)
        except PartFailed as error:
            say(f"server {server.folder.name} {error}, and is started again")


async def kill_one(home: CareHome, chance: random.Random, say: Say) -> None:
    """kill -9 of one of both, whatever it does."""
    server = chance.choice(home.servers)
    say(f"kill -9 of server {server.folder.name}")
    await asyncio.to_thread(server.kill)


async def restart(home: CareHome, say: Say) -> None:
    """Stop the database as a power cut does, and start it a moment later."""
    say("the database is stopped at once, and started again")
    await asyncio.to_thread(home.postgres.stop)
    await asyncio.sleep(DATABASE_AWAY_SEC)
    await asyncio.to_thread(home.postgres.start)
