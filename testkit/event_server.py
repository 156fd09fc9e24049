"""Only the event service, behind HTTP, as a process that starts in a moment and can be killed.

Also in two broken variants, which show that a test of it can fail.
"""

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from unittest import mock

import uvicorn
from fastapi import FastAPI

from backend.access.middleware import AccessControl
from backend.access.rate_limit import RequestLimiter
from backend.alerts.labels import Labels
from backend.bus import Bus
from backend.cameras.last_seen import LastSeen
from backend.cameras.service import CameraService
from backend.events.intake import Intake
from backend.events.journal.journal import Journal
from backend.events.journal.record import Record
from backend.events.post import Post
from backend.events.recorder import EventRecorder
from backend.events.router import router
from backend.events.self_test_calls import SelfTestCalls
from backend.events.service import EventService
from backend.events.store import Known
from backend.http.listener import listen
from testkit.alone import EventsAlone
from testkit.forked import forking
from testkit.processes import free_port

Breakage = Callable[[], contextlib.AbstractContextManager[object]]


def intact() -> contextlib.AbstractContextManager[object]:
    """Nothing is broken."""
    return contextlib.nullcontext()


def answers_before_it_writes() -> contextlib.AbstractContextManager[object]:
    """A post is done as soon as it was handed over, to a disk that takes its time."""
    append = Journal.append

    def hasty(recorder: EventRecorder, post: Post) -> None:
        recorder.post(Post(post.records, Future()))
        post.done.set_result(None)

    def slow(journal: Journal, lines: Sequence[bytes], now: float) -> None:
        time.sleep(0.02)
        append(journal, lines, now)

    broken = contextlib.ExitStack()
    broken.enter_context(mock.patch.object(EventRecorder, "gather", hasty))
    broken.enter_context(mock.patch.object(Journal, "append", slow))
    return broken


def forgets_what_it_recorded() -> contextlib.AbstractContextManager[object]:
    """No repeat is known."""

    def known(_recorder: EventRecorder, _fresh: Mapping[bytes, Record]) -> Known:
        return Known(frozenset(), frozenset())

    return mock.patch.object(EventRecorder, "_known", known)


def serve(folder: Path, port: int, breakage: Breakage) -> None:
    """Serve the event log in `folder`; does not return."""
    with breakage():
        events = EventsAlone(folder)
        app = FastAPI(lifespan=partial(_lifespan, events))
        app.state.events, app.state.intake = events, Intake(Labels([]), lambda _event: None)
        app.state.self_test_calls = SelfTestCalls()
        app.state.cameras = CameraService(events.database, None, (), LastSeen(), 40.0, Bus())
        app.add_middleware(AccessControl, keyring=None, limiter=RequestLimiter(1e6))
        app.include_router(router)
        config = uvicorn.Config(app, log_level="error", access_log=False, ws="none")
        uvicorn.Server(config).run(sockets=[listen("127.0.0.1", port)])


@contextlib.asynccontextmanager
async def _lifespan(events: EventService, _app: FastAPI) -> AsyncIterator[None]:
    events.start()
    yield
    events.stop()


@dataclass
class EventServer:
    """Started, killed, and started again on the same port and folder."""

    folder: Path
    breakage: Breakage = intact
    port: int = field(default_factory=free_port)
    process: BaseProcess | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; it answers soon."""
        self.process = forking.Process(
            target=serve, args=(self.folder, self.port, self.breakage), daemon=True
        )
        self.process.start()

    def kill(self) -> None:
        """kill -9: nothing is finished."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
