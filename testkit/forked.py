"""Commands of the product as processes that start in a moment.

They are forked from a process that has imported them already: by its script a server needs two
seconds of a processor for its imports alone. From its `main` on a command runs as by its script,
with the same arguments, environment, folder and limits.
"""

import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import entry_points
from multiprocessing.process import BaseProcess
from pathlib import Path

from testkit.processes import Part

forking = multiprocessing.get_context("forkserver")
"""The one of all that is forked: what is imported is settled when it begins."""
forking.set_forkserver_preload(
    [
        "__main__",
        __name__,
        "agent.cli",
        "backend.commands.serve",
        "backend.commands.vision",
        "kakao_sandbox.cli",
        # What a new server imports when it makes its database and its first password.
        "alembic.command",
        "argon2",
    ]
)


@dataclass(frozen=True)
class ForkedProcess:
    """Is asked as a `subprocess.Popen`."""

    forked: BaseProcess

    @property
    def pid(self) -> int:
        """Its number."""
        assert self.forked.pid is not None  # noqa: S101 (it was started)
        return self.forked.pid

    @property
    def returncode(self) -> int | None:
        """Its exit status; None while it runs, negative where a signal has ended it."""
        return self.forked.exitcode

    def poll(self) -> int | None:
        """The same."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, once it has ended; raises TimeoutExpired."""
        self.forked.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(self.forked.name, timeout or 0.0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


@dataclass(frozen=True)
class _Start:
    """What a script's process would have from the one that starts it."""

    arguments: list[str]
    environment: dict[str, str]
    folder: Path
    log: Path
    umask: int
    file_size: tuple[int, int]
    """RLIMIT_FSIZE, by which tests fill a disk."""

    def take_over(self) -> None:
        os.setpgid(0, 0)
        with self.log.open("ab") as log:
            os.dup2(log.fileno(), sys.stdout.fileno())
            os.dup2(log.fileno(), sys.stderr.fileno())
        os.chdir(self.folder)
        os.umask(self.umask)
        resource.setrlimit(resource.RLIMIT_FSIZE, self.file_size)
        # Half a compiled module would stay, and break who imports it.
        sys.dont_write_bytecode = self.file_size[0] != resource.RLIM_INFINITY
        os.environ.clear()
        os.environ.update(self.environment)
        time.tzset()
        sys.argv = self.arguments


def fork(
    name: str,
    *options: str,
    folder: Path,
    environment: Mapping[str, str],
    main: Callable[[], object] | None = None,
) -> Part:
    """Start the command `name`, or `main` in its place, with `folder` as its working directory.

    `environment` is all that it has, and has nothing that the dynamic loader reads.
    """
    log = folder / f"{name}.log"
    log.touch()
    umask = os.umask(0)
    os.umask(umask)
    start = _Start(
        [str(Path(sys.executable).with_name(name)), *options],
        dict(environment),
        folder,
        log,
        umask,
        resource.getrlimit(resource.RLIMIT_FSIZE),
    )
    target = main or partial(_run, name)
    process = forking.Process(target=_begin, args=(start, target), name=name, daemon=True)
    process.start()
    return Part(name, ForkedProcess(process), log)


def _begin(start: _Start, main: Callable[[], object]) -> None:
    start.take_over()
    main()


def _run(name: str) -> None:
    (command,) = entry_points(group="console_scripts", name=name)
    command.load()()
