import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2 as httpx
import pytest

from backend.alerts.channel import Alert
from backend.kakao_sandbox.server import running_sandbox
from backend.kakao_sandbox.state import SandboxState


@dataclass
class Clock:
    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Kakao:
    """The stand-in behind a real socket, and the shortcuts that the tests need."""

    url: str
    state: SandboxState
    clock: Clock
    http: httpx.Client = field(repr=False)

    def fault(self, name: str, **params: object) -> None:
        self.http.post("/sandbox/faults", json={"fault": name, **params}).raise_for_status()

    def change(self, **changes: object) -> None:
        self.http.patch("/sandbox/state", json=changes).raise_for_status()

    @property
    def texts(self) -> list[str]:
        memos: list[dict[str, Any]] = self.http.get("/sandbox/memos").json()
        return [memo["text"] for memo in memos]


@pytest.fixture(scope="session")
def served() -> Iterator[Kakao]:
    clock = Clock()
    state = SandboxState(clock=clock)
    with running_sandbox(state) as url, httpx.Client(base_url=url, trust_env=False) as http:
        yield Kakao(url, state, clock, http)


@pytest.fixture
def kakao(served: Kakao) -> Kakao:
    """The one stand-in of the run, as freshly started."""
    served.clock.now = Clock.now
    served.state.reset()
    return served


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def alert() -> Alert:
    return Alert("i1", "e1", "fall", "거실", 1_800_000_000.0, 3.2)


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], None]:
    """Wait until a condition holds, for ten seconds at most."""

    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < deadline, "the condition did not come true in 10 s"
            time.sleep(0.005)

    return wait
