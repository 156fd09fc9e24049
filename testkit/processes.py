"""The parts of the product as processes of their own, started as a user would start them."""

import contextlib
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Protocol

import httpx2 as httpx

READY_SEC = 120.0
STOP_SEC = 10.0
TO_TRY_OUT = {"ALLOW_WITHOUT_KEY": "true"}
"""The setting of a server that only a test or a benchmark on this machine asks."""


FIRST_PORT, PORTS, PROCESSES = 20_000, 500, 24
"""Below those that the kernel gives to connections; each process has its own, and takes turns."""


class Process(Protocol):
    """What is asked of a running command; `subprocess.Popen` answers it."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, number: int, /) -> None: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


class PartFailed(Exception):
    """A part did not start, or ended by itself; the message is one plain line."""


_first = FIRST_PORT + os.getpid() % PROCESSES * PORTS
_ports = cycle(range(_first, _first + PORTS))


@dataclass(frozen=True)
class Part:
    """A running command; what it says is in `log`."""

    name: str
    process: Process
    log: Path

    def stop(self) -> None:
        """Ask it to end, and wait; one that does not is killed."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SEC)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def last_line(self) -> str:
        """The last thing that it said."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return lines[-1] if lines else "it said nothing"


def start(
    name: str, *options: str, folder: Path, environment: Mapping[str, str] | None = None
) -> Part:
    """Start the command `name` of this installation with `folder` as its working directory.

    An empty folder keeps it from reading the user's own `.env`.
    """
    command = shutil.which(name, path=str(Path(sys.executable).parent))
    if command is None:
        raise PartFailed(f"{name} is not installed beside {sys.executable}")
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 (our own command, no shell)
            [command, *options],
            cwd=folder,
            env=_without_bytecode() | dict(environment or {}),
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C in a terminal reaches its whole group: the parts are to end in their order.
            process_group=0,
        )
    return Part(name, process, log)


def _without_bytecode() -> dict[str, str]:
    """Where no file may grow, half a compiled module would stay, and break who imports it."""
    is_limited = resource.getrlimit(resource.RLIMIT_FSIZE)[0] != resource.RLIM_INFINITY
    return {"PYTHONDONTWRITEBYTECODE": "1"} if is_limited else {}


@contextlib.contextmanager
def signals_held_back() -> Iterator[None]:
    """Let a signal take effect only after the block, so that what it starts is not forgotten."""
    held: list[int] = []
    handlers = {
        number: signal.signal(number, lambda number, _: held.append(number))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    for received in held:
        signal.raise_signal(received)


def wait_ready(part: Part, url: str) -> None:
    """Return once `url` answers; raises PartFailed."""
    try:
        wait_until_ready(url, lambda: part.process.poll() is None)
    except PartFailed as error:
        raise PartFailed(f"{part.name} {error}: {part.last_line()}") from None


def wait_until_ready(url: str, runs: Callable[[], bool]) -> None:
    """Return once `url` answers; raises PartFailed where nothing `runs` any more."""
    give_up_at = time.monotonic() + READY_SEC
    # One client: to make one costs as much as a hundred questions.
    with httpx.Client(trust_env=False) as client:
        while time.monotonic() < give_up_at:
            if not runs():
                raise PartFailed("ended")
            with contextlib.suppress(httpx.TransportError):
                if client.get(url).is_success:
                    return
            time.sleep(0.05)
    raise PartFailed(f"does not answer at {url}")


def wait_until_listening(port: int) -> None:
    """Return once somebody takes connections at `port` of this machine; raises PartFailed."""
    give_up_at = time.monotonic() + STOP_SEC
    while time.monotonic() < give_up_at:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise PartFailed(f"nobody listens at {port}")


def free_port() -> int:
    """A port of this machine that nobody listens on, and that nobody else is given.

    One of the kernel's choice could go to another process before the server that it is for has it.
    """
    for port in islice(_ports, PORTS):
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    raise PartFailed("expected a free port")
