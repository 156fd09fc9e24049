"""How a process that carries out a job speaks to its worker, and ends with it."""

import os
import sys
import threading
from typing import Any, TextIO

from contract.jobs import Finished, Measured, Message, MetricAt, Progress, Refused, Said
from contract.names import visible

LONGEST_LINE = 1000
ORPHANED = 75
"""Exit code of a process whose worker is gone."""


class Talk:
    """Writes messages to the standard output, which nothing else may write to. Thread-safe.

    What stands in data may stand in a line: it is made one that can be shown.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lock = threading.Lock()

    @classmethod
    def begin(cls) -> "Talk":
        """Take the standard output, leaving the standard error to whoever prints; end with the
        worker, whose end of the standard input closes when it is killed.
        """
        talk = cls(os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8"))
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        threading.Thread(target=_end_with_worker, name="worker", daemon=True).start()
        return talk

    def progress(self, doing: str, done: float, total: float) -> None:
        """So far it has come."""
        self._write(Progress(doing=line_of(doing), done=done, total=total))

    def said(self, line: str) -> None:
        """A line for people."""
        self._write(Said(line=line_of(line)))

    def measured(self, fit: str, name: str, epoch: int, value: float) -> None:
        """A figure of an epoch."""
        self._write(Measured(metric=MetricAt(fit=fit, name=name, epoch=epoch, value=value)))

    def finished(self, result: dict[str, Any]) -> None:
        """It is done."""
        self._write(Finished(result=result))

    def refused(self, reason: str) -> None:
        """It cannot be done, however often it is tried."""
        self._write(Refused(reason=line_of(reason)))

    def _write(self, message: Message) -> None:
        with self._lock:
            self._out.write(message.model_dump_json() + "\n")
            self._out.flush()


def line_of(text: str) -> str:
    """As a message takes it."""
    return visible(text)[:LONGEST_LINE].rstrip() or "it does not say what"


def _end_with_worker() -> None:
    while os.read(sys.stdin.fileno(), 4096):  # a buffer's lock would abort the process at its end
        pass
    os._exit(ORPHANED)
