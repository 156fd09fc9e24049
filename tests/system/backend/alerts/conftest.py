import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx2 as httpx
import pytest
from pydantic import SecretStr

from backend.alerts.channels.kakao.client import Timeouts
from backend.alerts.limits import Limits
from backend.alerts.pace import Pace
from common.backoff import Backoff
from contract.events import End
from kakao_sandbox.server import running_sandbox
from kakao_sandbox.state import SandboxState
from testkit.alone import AlertsAlone, AlertSettings
from testkit.clock import Clock

BEGAN = 1_800_000_000.0


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


@contextmanager
def serving() -> Iterator[Kakao]:
    clock = Clock(BEGAN)
    state = SandboxState(clock=clock)
    with running_sandbox(state) as url, httpx.Client(base_url=url, trust_env=False) as http:
        yield Kakao(url, state, clock, http)


@pytest.fixture(scope="session")
def served() -> Iterator[Kakao]:
    with serving() as kakao:
        yield kakao


@pytest.fixture
def doomed() -> Iterator[Kakao]:
    """A stand-in of one test, which takes what hangs in it along."""
    with serving() as kakao:
        yield kakao


@pytest.fixture
def kakao(served: Kakao) -> Kakao:
    """The one stand-in of the run, as freshly started."""
    served.clock.now = BEGAN
    served.state.reset()
    return served


@pytest.fixture
def clock() -> Clock:
    return Clock(BEGAN)


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], None]:
    """Wait until a condition holds, for half a minute at most."""

    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < deadline, "the condition did not come true in 30 s"
            time.sleep(0.005)

    return wait


@pytest.fixture
def settings(tmp_path: Path, kakao: Any) -> AlertSettings:
    return AlertSettings(
        data_dir=tmp_path,
        time_zone=lambda _: ZoneInfo("Asia/Seoul"),
        anomalous_labels=frozenset({"fall"}),
        link_url="http://home.test/",
        button_title="확인",
        kakao_access_token=SecretStr("sandbox-access-token"),
        kakao_refresh_token=SecretStr("sandbox-refresh-token"),
        kakao_rest_api_key=SecretStr("sandbox-rest-api-key"),
        kakao_client_secret=SecretStr("sandbox-client-secret"),
        kakao_api_url=kakao.url,
        kakao_auth_url=kakao.url,
        timeouts=Timeouts(connect=5.0, read=10.0, last_read=10.0),
        pace=Pace(retry=Backoff(0.02, 0.1), wait=0.05, check_failed=0.1),
        limits=Limits(gather=0.0),
    )


@dataclass
class Services:
    """Starts services, and stops what a test left running."""

    started: list[AlertsAlone] = field(default_factory=list)

    def start(self, settings: AlertSettings) -> AlertsAlone:
        service = AlertsAlone(settings)
        service.start()
        self.started.append(service)
        return service

    def stop(self, service: AlertsAlone) -> None:
        self.started.remove(service)
        service.stop()


@pytest.fixture
def services() -> Iterator[Services]:
    running = Services()
    yield running
    for service in running.started:
        service.stop()


@pytest.fixture
def service(services: Services, settings: AlertSettings) -> AlertsAlone:
    return services.start(settings)


@pytest.fixture
def make_end() -> Callable[..., End]:
    """Makes the END of a fall."""

    def make(incident: str = "i1", camera: str = "거실") -> End:
        return End(
            event_id=f"end-{incident}",
            incident_id=incident,
            camera_id=camera,
            ts=1_800_000_000.0,
            event="fall",
        )

    return make
