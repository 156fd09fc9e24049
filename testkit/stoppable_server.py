"""`run-backend` as a process that is killed, or stopped, and started again on the same data.

A variant of it breaks a promise on purpose.
"""

import os
import resource
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from unittest import mock

import uvicorn

from backend.events.feed import AlertFeed
from testkit.event_server import answers_before_it_writes
from testkit.forked import fork
from testkit.kill_points import shows_its_threads
from testkit.processes import TO_TRY_OUT, Part, Process, free_port, wait_ready

WAIT_SEC = 30.0
"""What takes longer hangs."""
AS_IT_IS = "as-it-is"


@dataclass
class StoppableServer:
    """`run-backend` in a variant, on a folder of its own."""

    data_dir: Path
    variant: str = AS_IT_IS
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    part: Part | None = None

    @property
    def folder(self) -> Path:
        """The event log's."""
        return self.data_dir / "events"

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.part = fork(
            "run-backend",
            *("--host", "127.0.0.1", "--port", str(self.port)),
            folder=self.data_dir,
            environment={
                "PATH": os.environ["PATH"],
                "DATA_DIR": str(self.data_dir),
                **TO_TRY_OUT,
                **self.settings,
            },
            main=partial(serve_in_variant, self.variant),
        )
        wait_ready(self.part, f"{self.url}/health")

    def ask_to_stop(self) -> None:
        """SIGTERM, as an init system does it."""
        self._process.terminate()

    def wait(self) -> int:
        """Its exit status."""
        return self._process.wait(WAIT_SEC)

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        self.ask_to_stop()
        self.wait()

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.wait()

    def limit_files(self, size: int = resource.RLIM_INFINITY) -> None:
        """Let no file of its grow beyond `size` bytes: to the process, a disk that is full."""
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    @property
    def pid(self) -> int:
        """The running process."""
        return self._process.pid

    @property
    def _process(self) -> Process:
        if self.part is None:
            raise RuntimeError("the server was not started")
        return self.part.process


def _leave(_server: uvicorn.Server, _sig: int, _frame: object) -> None:
    os._exit(0)


def leaves_at_once() -> AbstractContextManager[object]:
    """Broken: nothing that was accepted is finished."""
    return mock.patch.object(uvicorn.Server, "handle_exit", _leave)


def answers_and_leaves() -> AbstractContextManager[object]:
    """Broken: what was answered is not on the disk yet, and is not written any more."""
    broken = ExitStack()
    broken.enter_context(answers_before_it_writes())
    broken.enter_context(leaves_at_once())
    return broken


def tells_nothing_unrecorded() -> AbstractContextManager[object]:
    """Broken: what the log cannot take is not told."""
    return mock.patch.object(AlertFeed, "add_unless_recorded", return_value=None)


LEAVES_AT_ONCE = "leaves-at-once"
ANSWERS_AND_LEAVES = "answers-and-leaves"
TELLS_NOTHING_UNRECORDED = "tells-nothing-unrecorded"
VARIANTS: dict[str, Callable[[], AbstractContextManager[object]]] = {
    AS_IT_IS: nullcontext,
    LEAVES_AT_ONCE: leaves_at_once,
    ANSWERS_AND_LEAVES: answers_and_leaves,
    TELLS_NOTHING_UNRECORDED: tells_nothing_unrecorded,
}


def serve_in_variant(variant: str) -> None:
    """Be the server, in this variant; its threads carry their names."""
    from backend.commands.serve import main

    with VARIANTS[variant](), shows_its_threads():
        main()
