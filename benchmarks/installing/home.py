"""The household that the installed server is of, over HTTP."""

import time
from typing import Any

import httpx2 as httpx

from benchmarks.installing.installation import expect
from testkit.container import Container

SERVER = "http://127.0.0.1:8000"
OWNER = {"login": "mina", "name": "Mina", "password": "a word for a trial", "language": "en"}
HOME = {"name": "Home", "resident": "Sun-ja", "address": "302", "entry_code": "1", "language": "en"}

Json = dict[str, Any]


def set_up(server: Container, code: str) -> str:
    """Make the household, as its page does; the server's key."""
    body = OWNER | {"household": HOME, "code": code}
    httpx.post(f"{SERVER}/setup", json=body, trust_env=False).raise_for_status()
    _, key = server.run("cat", "/var/lib/dolbom/backend/access/api-key")
    return key.strip()


def pairing_code(key: str) -> str:
    """The six digits for a camera in the hall."""
    camera = ask(key, "POST", "/cameras", {"camera_id": "hall"})
    return str(camera["code"])


def wait_for_fall(key: str) -> None:
    """Until there is one among the incidents; raises NotAsPromised after a minute."""
    until = time.monotonic() + 60
    while not incidents(key):
        expect(time.monotonic() < until, "the fall among the incidents within 60 s")
        time.sleep(1)


def incidents(key: str) -> list[Json]:
    """All that there are."""
    found: list[Json] = ask(key, "GET", "/incidents")
    return found


def ask(key: str, method: str, path: str, body: Json | None = None) -> Any:
    """What the server answers; raises httpx.HTTPStatusError."""
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.request(method, f"{SERVER}{path}", json=body, headers=headers, trust_env=False)
    return answer.raise_for_status().json()
