"""Opens the household of the drill, and the one that a backup becomes."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx2 as httpx

from benchmarks.fire_drill.box import pair, wait_until_heard
from benchmarks.fire_drill.home import Home
from benchmarks.fire_drill.service import Service
from testkit.ntfy_server import NtfyServer
from testkit.outside_watch import OutsideWatch
from testkit.processes import Part, free_port, start, wait_ready
from testkit.rtsp_camera import RtspCamera

CALM_SEC = 75.0
PASSWORD = "a sentence that is easy to remember"  # noqa: S105
KAKAO = {
    "KAKAO_ACCESS_TOKEN": "sandbox-access-token",
    "KAKAO_REFRESH_TOKEN": "sandbox-refresh-token",
    "KAKAO_REST_API_KEY": "sandbox-rest-api-key",
    "KAKAO_CLIENT_SECRET": "sandbox-client-secret",
}
"""What the stand-in knows without being told; it guards nothing."""


@contextmanager
def drill_home(folder: Path, data_dir: Path, calm_sec: float = CALM_SEC) -> Iterator[Home]:
    """Start all of it in `folder`, the server's data in `data_dir`; raises NoRtspServer."""
    with ExitStack() as stack:
        phones = stack.enter_context(closing(NtfyServer()))
        outside = stack.enter_context(closing(OutsideWatch()))
        kakao = stack.enter_context(_kakao(folder))
        url, port = _address()
        settings = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(data_dir),
            "PUBLIC_URL": url,
            "NTFY_URL": phones.url,
            "WATCHDOG_PING_URL": outside.url,
            **KAKAO,
            "KAKAO_API_URL": kakao,
            "KAKAO_AUTH_URL": kakao,
        }
        server = Service("dolbom-backend.service", lambda: _serve(folder, port, settings))
        server.start()
        stack.callback(server.stop)
        wait_ready(server.part, f"{url}/health")
        http = stack.enter_context(_client(url, key_in(data_dir)))
        topics = _move_in(http, phones)
        mina = stack.enter_context(_client(url, _log_in(http)))
        camera = RtspCamera()
        camera.start()
        stack.callback(camera.kill)
        box = pair(http, folder, url, camera.url)
        box.start()
        stack.callback(box.stop)
        wait_until_heard(http, box)
        yield Home(
            *(folder, settings, url, server, box, camera, phones, outside),
            *(f"{kakao}/sandbox/memos", http, mina, topics, calm_sec),
        )


@contextmanager
def second_server(folder: Path, settings: Mapping[str, str]) -> Iterator[httpx.Client]:
    """A client that is logged in as Mina at a server on what was restored; logs in `folder`."""
    folder.mkdir()
    url, port = _address()
    part = _serve(folder, port, settings)
    try:
        wait_ready(part, f"{url}/health")
        with _client(url, key_in(Path(settings["DATA_DIR"]))) as http:
            token = _log_in(http)
        with _client(url, token) as mina:
            yield mina
    finally:
        part.stop()


def key_in(data_dir: Path) -> str:
    """The household's, that its server has made."""
    return (data_dir / "access" / "api-key").read_text(encoding="ascii").strip()


def _address() -> tuple[str, int]:
    port = free_port()
    return f"http://127.0.0.1:{port}", port


def _serve(folder: Path, port: int, settings: Mapping[str, str]) -> Part:
    options = ("--host", "127.0.0.1", "--port", str(port))
    return start("run-backend", *options, folder=folder, environment=settings)


@contextmanager
def _kakao(folder: Path) -> Iterator[str]:
    url, port = _address()
    environment = {"PATH": os.environ["PATH"]}
    part = start("run-kakao-sandbox", "--port", str(port), folder=folder, environment=environment)
    try:
        wait_ready(part, f"{url}/sandbox/memos")
        yield url
    finally:
        part.stop()


def _client(url: str, token: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=30.0)


def _log_in(http: httpx.Client) -> str:
    """Mina's token, by her password."""
    shown = {"login": "mina", "password": PASSWORD}
    token: str = http.post("/auth/login", json=shown).raise_for_status().json()["access_token"]
    return token


def _move_in(http: httpx.Client, phones: NtfyServer) -> dict[str, str]:
    """The ntfy topic of each person; pictures that are brought may be kept."""
    home = {"household": {"name": "Home", "language": "en"}}
    http.post("/setup", json=_person("mina") | home).raise_for_status()
    http.cookies.clear()
    invitation = http.post("/people/invitations", json={"role": "caregiver"}).raise_for_status()
    code = {"invitation": invitation.json()["address"].rpartition("/")[2]}
    http.post("/auth/register", json=_person("jun") | code).raise_for_status()
    http.cookies.clear()
    http.put("/people/2", json={"stage": 1}).raise_for_status()
    for number in (1, 2):
        contact = {"kind": "ntfy", "person_id": number}
        made = http.post("/contacts", json=contact).raise_for_status().json()["id"]
        http.post(f"/contacts/{made}/test", json={}).raise_for_status()
        http.post(f"/contacts/{made}/confirmation", json={"arrived": True}).raise_for_status()
    http.put("/images/consents", json={"days": 30}).raise_for_status()
    mina, jun = (message["topic"] for message in phones.messages)
    return {"Mina": mina, "Jun": jun}


def _person(login: str) -> dict[str, str]:
    name = login.capitalize()
    return {"login": login, "name": name, "password": PASSWORD, "language": "en"}
