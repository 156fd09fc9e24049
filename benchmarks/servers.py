"""The server and its peers as processes, each alone on a port and a folder of its own."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.comparison import Run
from benchmarks.harness import process_cpu_sec, timed
from testkit.load import Request, ask
from testkit.processes import TO_TRY_OUT, Part, free_port, start, wait_ready

WARM_UP_SEC = 0.5
NO_SETTINGS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Server:
    """A server that is ready, in a process of its own."""

    port: int
    part: Part

    def cpu_sec(self) -> float:
        """What it has taken since it started."""
        return process_cpu_sec(self.part.process.pid)

    def run(self, clients: int, request: Request, seconds: float, pieces: int = 1) -> Run:
        """The rate at which it answers, each answer for so many pieces of work."""
        ask(self.port, clients, lambda number: request(-1 - number), WARM_UP_SEC)
        with timed(self.cpu_sec) as watch:
            load = ask(self.port, clients, request, seconds)
        done = load.answers * pieces
        return Run(
            done / load.wall_sec, done, load.wall_sec, watch.cpu_sec, load.p99_ms, load.p50_ms
        )


@contextmanager
def serving(
    name: str,
    *options: str,
    data_dir: Path | None = None,
    settings: Mapping[str, str] = NO_SETTINGS,
) -> Iterator[Server]:
    """Run the command `name` with a port and `data_dir`, a new one if nothing is said.

    `settings` are more of its environment. An answer at `/health` means ready.
    """
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-") as folder:
        port = free_port()
        environment = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(data_dir or Path(folder) / "data"),
            **TO_TRY_OUT,
            **settings,
        }
        part = start(
            name,
            *(*options, "--host", "127.0.0.1", "--port", str(port)),
            folder=Path(folder),
            environment=environment,
        )
        try:
            wait_ready(part, f"http://127.0.0.1:{port}/health")
            yield Server(port, part)
        finally:
            part.stop()
