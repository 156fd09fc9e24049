"""Two servers that share one PostgreSQL: real processes, real HTTP."""

import io
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
import numpy as np

from contract.analysis import NPY_MEDIA_TYPE
from contract.poses import source_parameters
from testkit.ntfy_server import NtfyServer
from testkit.postgres import Postgres
from testkit.whole_server import Breakage, WholeServer, intact

KEY = "k3y-of-the-house"
SECRET = "one-secret-for-all-servers-0123456789"  # noqa: S105
BEARER = {"Authorization": f"Bearer {KEY}"}


@dataclass
class Pair:
    """Two servers, and the phone that both ring."""

    first: WholeServer
    second: WholeServer
    phone: NtfyServer
    postgres: Postgres

    @property
    def both(self) -> tuple[WholeServer, WholeServer]:
        """The first, and the second."""
        return self.first, self.second

    def report(self, server: WholeServer, *events: dict[str, Any]) -> None:
        """Let the camera boxes say this to one of them."""
        self.post(server, "/event/payloads", list(events))

    def post(self, server: WholeServer, path: str, body: object) -> Any:
        """What it answers, which is no error."""
        answer = httpx.post(f"{server.url}{path}", json=body, headers=BEARER, timeout=20)
        return answer.raise_for_status().json()

    def get(self, server: WholeServer, path: str) -> Any:
        """What it answers."""
        return httpx.get(f"{server.url}{path}", headers=BEARER, timeout=20).json()

    def health(self, server: WholeServer) -> dict[str, Any]:
        """Its parts."""
        found: dict[str, Any] = self.get(server, "/health")
        return found

    def know_each_other(self) -> bool:
        """Whether both are seen to run."""
        return len(self.health(self.first)["cluster"]["servers"]) == len(self.both)

    def on_duty(self) -> list[WholeServer]:
        """Those that are on duty, of those that run."""
        running = [server for server in self.both if server.runs]
        return [it for it in running if self.health(it)["cluster"]["is_on_duty"]]

    def journals(self) -> bytes:
        """All lines that the two have recorded."""
        files = [path for it in self.both for path in it.data_dir.glob("events/*.jsonl")]
        return b"".join(path.read_bytes() for path in files)


@contextmanager
def running_pair(
    folder: Path, postgres: Postgres, breakage: Breakage = intact, **settings: str
) -> Iterator[Pair]:
    """Start both on a database of their own, each with a folder of its own below `folder`."""
    url = postgres.make_migrated(f"pair_{uuid.uuid4().hex}")
    with ExitStack() as stops:
        phone = stops.enter_context(closing(NtfyServer()))
        common = {
            "NTFY_URL": phone.url,
            "API_KEY": KEY,
            "JWT_SECRET_KEY": SECRET,
            "DATABASE_URL": url,
            "ALERT_URLS": phone.url.replace("http", "ntfy") + "/family",
            "CAMERA_SILENT_AFTER": "10",
        }
        first, second = (
            WholeServer(folder / name, common | settings, breakage=breakage) for name in ("a", "b")
        )
        for server in (first, second):
            server.folder.mkdir()
            server.start()
            stops.callback(server.kill)
        yield Pair(first, second, phone, postgres)


def analyze(server: WholeServer, camera_id: str, at: float) -> None:
    """Ask for an analysis, as a camera box does for one person."""
    body = io.BytesIO()
    np.save(body, np.full((1, 16, 13, 3), 0.5, dtype=np.float16))
    media_type = f"{NPY_MEDIA_TYPE}; {source_parameters(camera_id, at, [1])}"
    answer = httpx.post(
        f"{server.url}/behavior/analyze",
        content=body.getvalue(),
        headers=BEARER | {"Content-Type": media_type},
        timeout=20,
    )
    answer.raise_for_status()
