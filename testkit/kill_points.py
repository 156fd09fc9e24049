"""Kill the server at a chosen system call between the END of a fall and its memo; then look.

The server is the real one, as a process of its own, and strace kills it as it enters the call.
Its threads carry their names where the kernel shows them, and a variant of it breaks a promise on
purpose.
"""

import ctypes
import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

import httpx2 as httpx
from sqlalchemy import select

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.deliveries import Attempt, Deliveries
from backend.alerts.ledger.tables import ALERT, alerts, deliveries
from backend.alerts.ledger.turns import is_due
from backend.alerts.message.wording import KOREAN
from testkit.forked import fork
from testkit.processes import TO_TRY_OUT, Part, Process, free_port, wait_ready

T = TypeVar("T")

RECORDER = "event-recorder"
LEDGER = "database"
SENDER = "alerts-kakao"
AS_IT_IS = "as-it-is"
WAIT_SEC = 20.0
PR_SET_NAME = 15
FUTEX = "202"
"""The system call in which an idle thread waits, on x86-64."""


@dataclass(frozen=True)
class KillPoint:
    """The `number`th `syscall` of `thread` after the server has become idle; counts from 1."""

    thread: str
    syscall: str
    number: int

    def __str__(self) -> str:
        return f"{self.thread} {self.syscall} {self.number}"


@dataclass(frozen=True)
class Outcome:
    """What was found: of a point that the server never came to, `killed` is False."""

    killed: bool
    answered: bool
    state: str | None
    """Of the delivery, as the kill left it; None if there was none, or no kill."""
    texts: list[str]
    """The memos that Kakao had taken once the server was started again and idle."""

    @property
    def fault(self) -> str | None:
        """The promise that was broken; None if all were kept."""
        marked = [text.startswith(KOREAN.resend_mark) for text in self.texts]
        if not marked:
            return "the alert is lost"
        if self.state == "sending":
            return None if marked in ([False], [True], [False, True]) else f"told as {marked}"
        return None if marked == [False] else f"told as {marked}, killed while {self.state}"


@dataclass
class Trial:
    """One server with an empty DATA_DIR, alerting through the stand-in at `sandbox_url`."""

    folder: Path
    sandbox_url: str
    variant: str = AS_IT_IS
    port: int = field(default_factory=free_port)

    def run(self, point: KillPoint) -> Outcome:
        """Send an END while `point` is armed, start the server again, and look."""
        self.folder.mkdir(parents=True)
        end = {
            "event_type": "END",
            "event_id": f"end-{self.folder.name}",
            "camera_id": self.folder.name,
            "incident_id": f"fall-{self.folder.name}",
            "event": "fall",
            "ts": time.time(),
        }
        with ExitStack() as stack:
            server = self._start(stack)
            arm(stack, server.process.pid, point)
            answered = self._post(end)
            _wait(lambda: server.process.poll() is not None or self._is_settled())
            killed = server.process.poll() is not None
            state = self._state() if killed else None  # a running server has the file for itself
            if killed:
                self._start(stack)
                if not answered:  # a camera box sends it until it is answered
                    self._post(end)
                _wait(self._is_settled)
            return Outcome(killed, answered, state, self._texts())

    def _start(self, stack: ExitStack) -> Part:
        environment = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": "data",
            **TO_TRY_OUT,
            "KAKAO_ACCESS_TOKEN": "sandbox-access-token",
            "KAKAO_API_URL": self.sandbox_url,
            "KAKAO_AUTH_URL": self.sandbox_url,
        }
        part = fork(
            "run-backend",
            *("--host", "127.0.0.1", "--port", str(self.port)),
            folder=self.folder,
            environment=environment,
            main=partial(serve_in_variant, self.variant),
        )
        stack.callback(_end, part.process)
        wait_ready(part, f"http://127.0.0.1:{self.port}/health")
        return part

    def _post(self, event: dict[str, object]) -> bool:
        """Whether the server answered that it has it."""
        url = f"http://127.0.0.1:{self.port}/event/payload"
        try:
            return httpx.post(url, json=event, trust_env=False, timeout=WAIT_SEC).is_success
        except httpx.TransportError:
            return False

    def _is_settled(self) -> bool:
        try:
            health = httpx.get(f"http://127.0.0.1:{self.port}/health", trust_env=False).json()
        except httpx.TransportError:
            return False
        counts = health["alerts"]["counts"]
        return bool(counts["sent"] + counts["dead"]) and not counts["pending"] + counts["sending"]

    def _state(self) -> str | None:
        path = self.folder / "data" / "database" / "dolbom.sqlite3"
        with closing(sqlite3.connect(path)) as db:
            row = db.execute("SELECT state FROM deliveries").fetchone()
        return str(row[0]) if row else None

    def _texts(self) -> list[str]:
        memos = httpx.get(f"{self.sandbox_url}/sandbox/memos", trust_env=False).json()
        place = f" - {self.folder.name}\n"
        return [memo["text"] for memo in memos if place in memo["text"]]


def arm(stack: ExitStack, pid: int, point: KillPoint) -> None:
    """Let `point` kill the process, once all its threads have become idle."""
    thread = _wait(lambda: _idle_thread(pid, point.thread))
    inject = f"inject={point.syscall}:signal=KILL:when={point.number}"
    command = ["strace", "-p", str(thread), "-e", f"trace={point.syscall}", "-e", inject]
    strace = subprocess.Popen(  # noqa: S603
        [*command, "-o", "/dev/null"], stderr=subprocess.PIPE, text=True
    )
    stack.callback(_end, strace)
    assert strace.stderr  # noqa: S101 (for the type checker)
    line = strace.stderr.readline()
    if "attached" not in line:
        raise RuntimeError(f"strace cannot be used here: {line.strip()}")


def _idle_thread(pid: int, name: str) -> int | None:
    """The thread's id; None until it waits for work."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text().strip() == name:
            return int(task.name) if (task / "syscall").read_text().startswith(FUTEX) else None
    return None


def _end(process: Process) -> None:
    process.kill()
    process.wait()


def _wait(condition: Callable[[], T | None]) -> T:
    give_up_at = time.monotonic() + WAIT_SEC
    while not (value := condition()):
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"nothing came of it in {WAIT_SEC:.0f} s")
        time.sleep(0.02)
    return value


take_due = Deliveries.take_due


def mark_sent_first(queue: Deliveries, now: float) -> Attempt | None:
    """Broken: what is to be sent counts as sent already."""
    attempt = take_due(queue, now)
    if attempt:
        queue.mark_sent(attempt, now)
        _wait(queue._database.is_durable)
    return attempt


def send_without_a_note(queue: Deliveries, now: float) -> Attempt | None:
    """Broken: nothing is written before the memo leaves."""
    due = select(deliveries.c.key).where(*is_due(queue._channel, now, urgent=queue._urgent))
    with queue._database.reading() as db:
        row = db.execute(select(*ALERT).where(alerts.c.key.in_(due))).first()
    return Attempt((Alert(*row),), 1, resend=False) if row else None


MARK_SENT_FIRST = "mark-sent-first"
SEND_WITHOUT_A_NOTE = "send-without-a-note"
VARIANTS = {
    AS_IT_IS: take_due,
    MARK_SENT_FIRST: mark_sent_first,
    SEND_WITHOUT_A_NOTE: send_without_a_note,
}


def run_named(thread: threading.Thread) -> None:
    """As Thread.run, with the thread's name where the kernel shows it: 15 characters of it."""
    ctypes.CDLL(None).prctl(PR_SET_NAME, thread.name.encode())
    run(thread)


run = threading.Thread.run


def shows_its_threads() -> AbstractContextManager[object]:
    """The kernel knows each thread by its name, as `arm` does."""
    return patch.object(threading.Thread, "run", run_named)


def serve_in_variant(variant: str) -> None:
    """Be the server, in this variant."""
    from backend.commands.serve import main

    with shows_its_threads(), patch.object(Deliveries, "take_due", VARIANTS[variant]):
        main()
