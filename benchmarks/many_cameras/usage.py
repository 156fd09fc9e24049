"""What each part takes of the processors and of memory, looked at once a second."""

import asyncio
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.harness import process_cpu_sec
from testkit.care_home import CareHome

EVERY_SEC = 1.0
PAGE = os.sysconf("SC_PAGE_SIZE")
SIMULATOR = "simulator and phone"

Pids = Callable[[], Iterable[int]]


@dataclass
class Used:
    """Of one part: the seconds of a processor of each of its processes, and its largest memory."""

    cpu_sec: dict[int, float] = field(default_factory=dict)
    most_bytes: int = 0

    def since(self, begin: Mapping[int, float]) -> float:
        """Seconds of a processor since what was used at the `begin`."""
        return sum(self.cpu_sec.values()) - sum(begin.values())


class Usage:
    """A process that ends within a second may be missed. Of memory, what the processes of a part
    share counts once: as much as the one that has most of it."""

    def __init__(self, parts: Mapping[str, Pids]) -> None:
        self._parts = parts
        self.used: dict[str, Used] = defaultdict(Used)

    async def watch(self) -> None:
        """Look until this is cancelled."""
        while True:
            self.look()
            await asyncio.sleep(EVERY_SEC)

    def look(self) -> None:
        """Note what each part has used by now."""
        for name, pids in self._parts.items():
            own = shared = 0
            for pid in pids():
                try:
                    self.used[name].cpu_sec[pid] = process_cpu_sec(pid)
                    resident, others = _memory(pid)
                except (OSError, ValueError):  # it has ended
                    continue
                own, shared = own + resident - others, max(shared, others)
            self.used[name].most_bytes = max(self.used[name].most_bytes, own + shared)


def parts_of(home: CareHome) -> dict[str, Pids]:
    """The parts of a run."""

    def of_server(number: int) -> Pids:
        server = home.servers[number]
        return lambda: [server.pid] if server.runs else []

    nginx, line = home.balancer.process.pid, home.line.process.pid or 0
    return {
        "server a": of_server(0),
        "server b": of_server(1),
        "PostgreSQL": lambda: _with_children(_postmaster(home.postgres.folder)),
        "nginx": lambda: _with_children(nginx),
        "line": lambda: [line],
        SIMULATOR: lambda: [os.getpid()],
    }


def _postmaster(folder: Path) -> int:
    try:
        return int((folder / "data" / "postmaster.pid").read_text().split()[0])
    except (OSError, IndexError):
        return 0


def _with_children(pid: int) -> list[int]:
    if not pid:
        return []
    return [pid, *(int(it) for task in _children(pid) for it in task.split())]


def _children(pid: int) -> list[str]:
    try:
        return [it.read_text() for it in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return []


def _memory(pid: int) -> tuple[int, int]:
    """The bytes that are resident, and how many of them may be shared with others."""
    _, resident, shared, *_ = map(int, Path(f"/proc/{pid}/statm").read_text().split())
    return resident * PAGE, shared * PAGE
