"""The process that does the work of a job: it is started, heard and ended here."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from backend.worker.memory import resident_bytes

MAX_MESSAGE = 8 * 2**20
"""Bytes of a message; a longer line is several to whoever hears it."""
MAX_STDERR_LINE = 4096
KILL_AFTER_SEC = 4.0
"""So long a process has to end once it was asked to."""

Hear = Callable[[bytes], None]
"""Takes a line that the process has written, on a thread of its own."""


class Child:
    """A process that runs in `folder` as the head of a group of its own. Any thread.

    It holds `lock` until it is gone, whatever becomes of its worker. Raises OSError where it cannot
    be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        lock: BinaryIO,
        environment: Mapping[str, str],
        hear: Hear,
        hear_error: Hear,
    ) -> None:
        self._wake = threading.Event()
        self._process = subprocess.Popen(  # noqa: S603 (the carrier's own command, no shell)
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,  # it closes when the worker is gone
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(lock.fileno(),),
            start_new_session=True,  # Ctrl-C is the worker's to pass on; `memory` goes by it
        )
        self._threads = [
            _started(_read, self._process.stdout, MAX_MESSAGE, hear),
            _started(_read, self._process.stderr, MAX_STDERR_LINE, hear_error),
            _started(self._wait),
        ]

    def wait(self, timeout: float) -> int | None:
        """Its exit status once all that it wrote was heard, negative by a signal.

        None where it still runs after so many seconds, or once it is to `end`.
        """
        self._wake.wait(timeout)
        if self._process.returncode is None:
            return None
        self._signal(signal.SIGKILL)  # what it has started itself
        for thread in self._threads:
            thread.join(KILL_AFTER_SEC)
        return self._process.returncode

    @property
    def memory(self) -> int:
        """How many bytes it has in memory, with all that it has started."""
        return resident_bytes(self._process.pid)

    def wake(self) -> None:
        """Let whoever waits go on."""
        self._wake.set()

    def end(self) -> None:
        """Ask it to end, and kill it where it does not."""
        self._signal(signal.SIGTERM)
        self._threads[-1].join(KILL_AFTER_SEC)
        self._signal(signal.SIGKILL)
        for thread in self._threads:
            thread.join(KILL_AFTER_SEC)

    def _wait(self) -> None:
        self._process.wait()
        self._wake.set()

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def _read(stream: BinaryIO, longest: int, hear: Hear) -> None:
    with stream:
        while line := stream.readline(longest):
            hear(line)


def _started(work: Callable[..., None], *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=work, args=arguments, name="child", daemon=True)
    thread.start()
    return thread
