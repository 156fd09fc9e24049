"""The whole server as a process that starts in a moment and can be killed, again and again."""

import contextlib
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from backend.app import create_app
from backend.config import BackendSettings
from backend.http.listener import listen
from backend.http.server import log_to_stderr, serve
from common.settings import read_settings
from testkit.forked import forking
from testkit.kill_points import shows_its_threads
from testkit.processes import TO_TRY_OUT, PartFailed, free_port, wait_until_ready

Breakage = Callable[[], contextlib.AbstractContextManager[object]]


def intact() -> contextlib.AbstractContextManager[object]:
    """Nothing is broken."""
    return contextlib.nullcontext()


def run(folder: Path, port: int, settings: Mapping[str, str], breakage: Breakage) -> None:
    """Be the server in `folder`; does not return. Its threads carry their names."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.clear()
    os.environ.update(settings)
    os.chdir(folder)
    with (folder / "server.log").open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    log_to_stderr()
    with shows_its_threads(), breakage():
        serve(create_app(read_settings(BackendSettings)), listen("127.0.0.1", port), lambda: None)


@dataclass
class WholeServer:
    """Started, killed, and started again on the same port and folder."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    breakage: Breakage = intact
    port: int = field(default_factory=free_port)
    process: BaseProcess | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def data_dir(self) -> Path:
        """What it writes to."""
        return self.folder / "data"

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        if self.process is None or self.process.pid is None:
            raise RuntimeError("expected a server that was started")
        return self.process.pid

    @property
    def runs(self) -> bool:
        """Whether nothing has killed it."""
        return self.process is not None and self.process.is_alive()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = {"DATA_DIR": "data", "PUBLIC_URL": self.url, **TO_TRY_OUT, **self.settings}
        process = forking.Process(
            target=run, args=(self.folder, self.port, settings, self.breakage), daemon=True
        )
        process.start()
        self.process = process  # from now on another thread may kill it
        try:
            wait_until_ready(f"{self.url}/health", process.is_alive)
        except PartFailed as error:
            raise PartFailed(f"{error}, exit status {process.exitcode}") from None

    def kill(self) -> None:
        """kill -9: nothing is finished."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
