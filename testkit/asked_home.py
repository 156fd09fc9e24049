"""A server in this process, and all who can ask it: people of each role, a camera, a stranger."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from pydantic import SecretStr
from starlette.testclient import TestClient

from backend.app import create_app
from backend.config import BackendSettings

KEY, HALL = "k3y-of-the-house", "k3y-of-the-hallway"
PASSWORD = "as long as a sentence"  # noqa: S105
MINJI = {"login": "minji", "name": "민지", "password": PASSWORD, "household": {"name": "댁"}}
ADDRESS = ("192.168.0.7", 50_000)
URL = "http://127.0.0.1"
NOWHERE = "http://127.0.0.1:9"
"""No phone of anybody's is asked to ring."""


@dataclass
class AskedHome:
    """The application, one client of it, and what each of those who ask shows. The owner is 1."""

    app: FastAPI
    http: TestClient
    keys: dict[str, str | None]

    def ask(self, who: str, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask as one of `keys`, and forget what a browser would keep."""
        headers = {**options.pop("headers", {})}
        if key := self.keys[who]:
            headers["Authorization"] = f"Bearer {key}"
        self.http.cookies.clear()
        return self.http.request(method, path, headers=headers, **options)

    def paths(self, incident_id: str) -> list[str]:
        """Whatever can be read, of this incident and of what else is called 1."""
        found = {
            re.sub(r"\{[^}]*\}", "1", str(route.path).replace("{incident_id}", incident_id))
            for route in iter_route_contexts(self.app.routes)
            if "GET" in (route.methods or ())
        }
        return sorted(found)

    def join(self, role: str) -> str:
        """Somebody who was invited as this, and is called so; the token."""
        made = self.ask("household", "POST", "/people/invitations", json={"role": role})
        new = {"login": role, "name": role, "password": PASSWORD}
        new["invitation"] = made.raise_for_status().json()["address"].rpartition("/")[2]
        joined = self.ask("stranger", "POST", "/auth/register", json=new).raise_for_status()
        token: str = joined.json()["access_token"]
        return token


@contextmanager
def asked_home(data_dir: Path, **settings: Any) -> Iterator[AskedHome]:
    """A household on `data_dir` while the context lasts."""
    cameras = {"hall": SecretStr(HALL)}
    app = create_app(
        BackendSettings(
            _env_file=None,
            data_dir=data_dir,
            api_key=SecretStr(KEY),
            camera_keys=cameras,
            **{"ntfy_url": NOWHERE} | settings,
        )
    )
    with TestClient(app, URL, client=ADDRESS, follow_redirects=False) as http:
        home = AskedHome(app, http, {"household": KEY, "stranger": None, "camera": HALL})
        owner = home.ask("household", "POST", "/setup", json=MINJI).raise_for_status()
        home.keys["owner"] = owner.json()["access_token"]
        home.keys |= {role: home.join(role) for role in ("caregiver", "viewer")}
        yield home
