"""The live service behind access control, on a real socket, in the event loop of the test."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import socketio
import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from backend.access.identity import Identity
from backend.access.keys import HouseholdKey, Keyring, camera_caller, digest_of
from backend.access.middleware import SOCKETIO_PATH, AccessControl
from backend.access.rate_limit import RequestLimiter
from backend.bus import Bus
from backend.http.listener import listen
from backend.http.server import CONNECTIONS
from backend.jobs.service import JobService
from backend.live.service import LiveService
from backend.storage.shared_file import SharedFile
from backend.vision.errors import UnknownModel
from contract.vision import Prediction
from testkit.households import HOME

KEY, HALL, METRICS = "k3y-of-the-house", "k3y-of-the-hallway", "k3y-of-prometheus"
NEIGHBOURS = "key-of-household-2-0123456789"
PATIENCE_SEC = 30.0
NO_JOBS = JobService(SharedFile(Path("nowhere") / "factory.sqlite3"))


@dataclass
class Model:
    """Answers with the number of the picture's bytes, once it is not held."""

    held: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[tuple[bytes, bytes | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.held.set()

    async def predict(
        self, model_name: str, image: bytes, previous: bytes | None = None
    ) -> Prediction:
        if model_name != "counter":
            raise UnknownModel(model_name, ["counter"])
        self.asked.append((image, previous))
        await self.held.wait()
        return Prediction(
            label=str(len(image)),
            confidence=1.0,
            scores={},
            model_name=model_name,
            version="1",
            took_ms=0.0,
        )


@dataclass
class Listener:
    """A client, and what it was told."""

    io: socketio.AsyncClient
    told: "asyncio.Queue[tuple[str, Any]]" = field(default_factory=asyncio.Queue)

    async def next(self) -> tuple[str, Any]:
        """The next event and its data."""
        return await asyncio.wait_for(self.told.get(), PATIENCE_SEC)

    async def call(self, event: str, data: object) -> Any:
        """Send, and wait for the acknowledgement."""
        return await self.io.call(event, data, timeout=PATIENCE_SEC)


@dataclass
class Site:
    """A server with the live service."""

    live: LiveService
    bus: Bus
    port: int
    clients: list[socketio.AsyncClient] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    async def client(self, **options: Any) -> Listener:
        """A client that is connected; raises ConnectionError."""
        listener = Listener(socketio.AsyncClient(reconnection=False))
        self.clients.append(listener.io)

        async def hear(event: str, data: object = None) -> None:
            await listener.told.put((event, data))

        listener.io.on("*", hear)
        await listener.io.connect(
            self.url, transports=["websocket"], wait_timeout=PATIENCE_SEC, **options
        )
        return listener


@asynccontextmanager
async def _serving(
    model: Model | None = None, api_key: str | None = None, jobs: JobService | None = None
) -> AsyncIterator[Site]:
    cameras, metrics = {camera_caller("hall", HOME): SecretStr(HALL)}, SecretStr(METRICS)
    keyring = Keyring(SecretStr(api_key), cameras, metrics_key=metrics) if api_key else None
    if keyring:
        keyring.let_in_households([HouseholdKey(digest_of(NEIGHBOURS.encode()), 1, 2)])
    bus = Bus()
    live = LiveService((model or Model()).predict, Identity(keyring), bus, jobs or NO_JOBS)
    guard = Middleware(AccessControl, keyring=keyring, limiter=RequestLimiter(500))
    app = Starlette(
        routes=[Mount(SOCKETIO_PATH, live.app)],
        middleware=[guard],
        lifespan=lambda _app: _running(live),
    )
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, **CONNECTIONS))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await _until(lambda: server.started)
    site = Site(live, bus, listener.getsockname()[1])
    try:
        yield site
    finally:
        for client in site.clients:
            await client.disconnect()
        server.should_exit = True
        await serving


@asynccontextmanager
async def _running(live: LiveService) -> AsyncIterator[None]:
    await live.start()
    yield
    await live.stop()


@pytest.fixture(scope="session")
def serving() -> Callable[..., Any]:
    """Serve the live service for a while."""
    return _serving


@pytest.fixture
def model() -> Model:
    """An image model."""
    return Model()


async def _until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SEC
    while not condition():
        assert time.monotonic() < deadline, f"the condition did not come true in {PATIENCE_SEC} s"
        await asyncio.sleep(0.01)


@pytest.fixture(scope="session")
def until() -> Callable[..., Any]:
    """Wait until a condition holds."""
    return _until
