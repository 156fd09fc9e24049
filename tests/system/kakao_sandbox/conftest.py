from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2 as httpx
import pytest

from kakao_sandbox.server import running_sandbox
from kakao_sandbox.state import SandboxState
from testkit.clock import Clock

BEGAN = 1_800_000_000.0


@dataclass
class Sandbox:
    url: str
    state: SandboxState
    clock: Clock
    http: httpx.Client
    token: str = "sandbox-access-token"
    template: dict[str, Any] = field(
        default_factory=lambda: {"object_type": "text", "text": "안녕하세요", "link": {}}
    )


@pytest.fixture(scope="session")
def served() -> Iterator[Sandbox]:
    clock = Clock(BEGAN)
    state = SandboxState(clock=clock)
    with running_sandbox(state) as url, httpx.Client(base_url=url, trust_env=False) as http:
        yield Sandbox(url, state, clock, http)


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    """The one server of the run, as freshly started."""
    served.clock.now = BEGAN
    served.state.reset()
    return served
