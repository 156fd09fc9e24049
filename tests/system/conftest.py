"""The product's commands as processes, started and talked to as a user would."""

import json
import os
import resource
import shutil
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2 as httpx
import pytest

from testkit.forked import fork
from testkit.postgres import Postgres, running_postgres
from testkit.processes import TO_TRY_OUT, Part, Process, free_port, start, wait_ready

Json = dict[str, Any]


@dataclass
class Command:
    """Starts commands in folders of their own, so that no `.env` and no setting leaks in."""

    folder: Path
    parts: list[Part] = field(default_factory=list)
    clients: ExitStack = field(default_factory=ExitStack)

    def start(self, name: str, *options: str, **settings: object) -> Part:
        """Start `name`; `settings` are its whole environment."""
        return self._start(start, name, *options, **settings)

    def fork(self, name: str, *options: str, **settings: object) -> Part:
        """The same in a moment, unless the dynamic loader has to read a setting."""
        return self._start(start if "LD_PRELOAD" in settings else fork, name, *options, **settings)

    def _start(
        self, start: Callable[..., Part], name: str, *options: str, **settings: object
    ) -> Part:
        folder = self.folder / f"{len(self.parts)}-{name}"
        folder.mkdir()
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
        environment |= {key: str(value) for key, value in settings.items()}
        self.parts.append(start(name, *options, folder=folder, environment=environment))
        return self.parts[-1]

    def run(self, name: str, *options: str, **settings: object) -> tuple[int, str]:
        """Run `name` to its end; its exit status and all that it said."""
        part = self.start(name, *options, **settings)
        return part.process.wait(60), _said(part)

    def end(self) -> None:
        """Kill what still runs, and close the clients that asked it."""
        self.clients.close()
        for part in self.parts:
            part.process.kill()
            part.process.wait()


@dataclass
class Sandbox:
    """The Kakao stand-in."""

    url: str
    http: httpx.Client = field(repr=False)

    def memos(self) -> list[Json]:
        """What it accepted, oldest first."""
        memos: list[Json] = self.http.get("/sandbox/memos").json()
        return memos

    def texts(self) -> list[str]:
        """The accepted memos' texts."""
        return [memo["text"] for memo in self.memos()]

    def told(self, *words: str) -> list[str]:
        """Those of `words` that the memos say, each as often as they say it."""
        said = "\n".join(self.texts())
        return [word for word in words for _ in range(said.count(word))]

    def fault(self, name: str, **params: object) -> None:
        """Let the next memo meet the fault `name`."""
        self.http.post("/sandbox/faults", json={"fault": name, **params}).raise_for_status()

    def faults_waiting(self) -> int:
        """How many faults have not struck yet."""
        waiting: int = self.http.get("/sandbox/state").json()["faults_waiting"]
        return waiting

    def reset(self) -> None:
        """As freshly started."""
        self.http.post("/sandbox/reset").raise_for_status()


@dataclass
class Server:
    """`run-backend` on one DATA_DIR; it can be stopped, killed and started again."""

    command: Command = field(repr=False)
    settings: dict[str, object] = field(repr=False)
    data_dir: Path
    port: int = field(default_factory=free_port)
    runs: list[Part] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        headers = {}
        if "API_KEY" in self.settings:
            headers["Authorization"] = f"Bearer {self.settings['API_KEY']}".encode()
        self.http = self.command.clients.enter_context(
            httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=30.0)
        )

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The running process."""
        return self.runs[-1].process.pid

    def start(self, **settings: object) -> None:
        """Start it, and wait until it answers; `settings` replace those of before."""
        self.settings |= settings
        options = ("--host", "127.0.0.1", "--port", str(self.port))
        part = self.command.fork("run-backend", *options, **self.settings)
        self.runs.append(part)
        wait_ready(part, f"{self.url}/health")

    def stop(self) -> int:
        """Ask it to end as an init system does, and wait; its exit status."""
        process = self.runs[-1].process
        process.terminate()
        return process.wait(20)

    def kill(self) -> None:
        """kill -9: nothing is finished."""
        process = self.runs[-1].process
        process.kill()
        process.wait()

    def restart(self, **settings: object) -> None:
        """Stop it in good order and start it on the same data."""
        self.stop()
        self.start(**settings)

    def get(self, path: str, **params: object) -> httpx.Response:
        """GET with query parameters."""
        return self.http.get(path, params=params)

    def post(self, path: str, body: object = None, **options: Any) -> httpx.Response:
        """POST `body` as JSON, or what `options` say (content=, headers=)."""
        if body is not None:
            options["json"] = body
        return self.http.post(path, **options)

    def send(self, *events: Json) -> httpx.Response:
        """Post one event, or several as a list; it must be accepted."""
        path, body = (
            ("/event/payload", events[0]) if len(events) == 1 else ("/event/payloads", events)
        )
        return self.post(path, body).raise_for_status()

    def health(self) -> Json:
        """What `/health` says."""
        health: Json = self.get("/health").json()
        return health

    def recent(self, **params: object) -> list[Json]:
        """The newest events, newest first."""
        events: list[Json] = self.get("/event/recent", **params).raise_for_status().json()
        return events

    def records(self) -> list[Json]:
        """The event log as it lies on the disk, oldest first."""
        files = sorted((self.data_dir / "events").glob("*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_bytes().splitlines()]

    def sent_on_disk(self) -> int:
        """How many alerts stand as sent in a copy of its file: what it remembers after a kill."""
        with TemporaryDirectory() as folder:
            for path in (self.data_dir / "database").glob("dolbom.sqlite3*"):
                shutil.copy(path, folder)
            with (
                suppress(sqlite3.Error),
                closing(sqlite3.connect(f"{folder}/dolbom.sqlite3")) as db,
            ):
                query = "SELECT count(*) FROM deliveries WHERE state = 'sent'"
                return int(db.execute(query).fetchone()[0])
        return 0  # copied while it was written

    def log(self) -> str:
        """All that it said, over all its runs."""
        return "".join(_said(part) for part in self.runs)

    def limit_files(self, size: int = resource.RLIM_INFINITY) -> None:
        """Let no file of its grow beyond `size` bytes: to the process, a disk that is full."""
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@dataclass
class Vision:
    """`run-vision`; it can be killed and started again where it was."""

    command: Command = field(repr=False)
    settings: dict[str, object] = field(repr=False)
    port: int = field(default_factory=free_port)
    runs: list[Part] = field(default_factory=list, repr=False)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def process(self) -> Process:
        """The running one."""
        return self.runs[-1].process

    def start(self, *, wait: bool = True) -> None:
        """Start it, and wait until it answers."""
        options = ("--host", "127.0.0.1", "--port", str(self.port))
        self.runs.append(self.command.fork("run-vision", *options, **self.settings))
        if wait:
            wait_ready(self.runs[-1], f"{self.url}/health")

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def client(self) -> httpx.Client:
        """Asks it as the household."""
        headers = {}
        if "API_KEY" in self.settings:
            headers["Authorization"] = f"Bearer {self.settings['API_KEY']}".encode()
        return httpx.Client(
            base_url=self.url,
            headers=headers,
            trust_env=False,
            timeout=60.0,
            limits=httpx.Limits(max_connections=120),
        )

    def log(self) -> str:
        """All that it said, over all its runs."""
        return "".join(_said(part) for part in self.runs)


def _start_vision(command: Command, image_checkpoints: Path, **settings: object) -> Vision:
    defaults = TO_TRY_OUT | {"VISION_CHECKPOINTS_PATH": image_checkpoints}
    vision = Vision(command, defaults | settings)
    vision.start()
    return vision


def _start_server(
    command: Command, sandbox: Sandbox, image_checkpoints: Path, **settings: object
) -> Server:
    data_dir = command.folder / "data"
    defaults: dict[str, object] = TO_TRY_OUT | {
        "DATA_DIR": data_dir,
        "KAKAO_ACCESS_TOKEN": "sandbox-access-token",
        "KAKAO_REFRESH_TOKEN": "sandbox-refresh-token",
        "KAKAO_REST_API_KEY": "sandbox-rest-api-key",
        "KAKAO_CLIENT_SECRET": "sandbox-client-secret",
        "KAKAO_API_URL": sandbox.url,
        "KAKAO_AUTH_URL": sandbox.url,
        "VISION_CHECKPOINTS_PATH": image_checkpoints,
    }
    server = Server(command, defaults | settings, data_dir)
    server.start()
    return server


def _said(part: Part) -> str:
    return part.log.read_text(encoding="utf-8", errors="replace")


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    """Starts commands; what still runs at the end of the test is killed."""
    command = Command(tmp_path)
    yield command
    command.end()


@contextmanager
def _running_sandbox(folder: Path) -> Iterator[Sandbox]:
    command, port = Command(folder), free_port()
    part = command.fork("run-kakao-sandbox", "--port", str(port))
    url = f"http://127.0.0.1:{port}"
    wait_ready(part, f"{url}/sandbox/memos")
    with httpx.Client(base_url=url, trust_env=False) as http:
        yield Sandbox(url, http)
    command.end()


@pytest.fixture(scope="session")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The stand-in that tests read."""
    with _running_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def unread_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The one of servers that outlive a test: what they still tell is in no other test's way."""
    with _running_sandbox(tmp_path_factory.mktemp("unread-sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    """The stand-in, as freshly started."""
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def server_factory(
    command: Command, sandbox: Sandbox, image_checkpoints: Path
) -> Callable[..., Server]:
    """Starts servers that alert through the stand-in; keyword arguments are further settings.

    A second server of the same test shares the first one's DATA_DIR.
    """
    return partial(_start_server, command, sandbox, image_checkpoints)


@pytest.fixture
def vision_factory(command: Command, image_checkpoints: Path) -> Callable[..., Vision]:
    """Starts `run-vision`; keyword arguments are settings."""
    return partial(_start_vision, command, image_checkpoints)


@pytest.fixture(scope="module")
def common_vision(
    image_checkpoints: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Vision]:
    """One `run-vision` for all tests of a module, with the key `key-of-the-image-half`."""
    command = Command(tmp_path_factory.mktemp("vision"))
    yield _start_vision(command, image_checkpoints, API_KEY="key-of-the-image-half")
    command.end()


@pytest.fixture(scope="module")
def serve(
    unread_sandbox: Sandbox, image_checkpoints: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Server]]:
    """Starts servers for all tests of a module, each on data of its own."""
    commands: list[Command] = []

    def start(**settings: object) -> Server:
        commands.append(Command(tmp_path_factory.mktemp("server")))
        return _start_server(commands[-1], unread_sandbox, image_checkpoints, **settings)

    yield start
    for command in commands:
        command.end()


@pytest.fixture(scope="module")
def common_server(
    unread_sandbox: Sandbox,
    checkpoint: Path,
    image_checkpoints: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Server]:
    """One server for all tests of a module, with the checkpoint that can be reckoned by hand."""
    command = Command(tmp_path_factory.mktemp("common"))
    yield _start_server(
        command, unread_sandbox, image_checkpoints, MODEL_CHECKPOINT_PATH=checkpoint
    )
    command.end()


@pytest.fixture
def server(server_factory: Callable[..., Server]) -> Server:
    """A server of the test's own, with the checkpoint of the project."""
    return server_factory()


@pytest.fixture(scope="module")
def installed() -> Iterator[Postgres]:
    """A PostgreSQL that runs, without databases; may be stopped and started."""
    with running_postgres() as postgres:
        yield postgres


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: "pytest.CallInfo[None]"
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show beside a failure what the processes said."""
    report = yield
    command = item.funcargs.get("command")
    if report.failed and isinstance(command, Command):
        report.sections += [
            (f"log of {part.log.parent.name}", _said(part)) for part in command.parts
        ]
    return report
