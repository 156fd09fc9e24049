"""A redirect carries no token to another host: nobody follows one."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

KEY = "key-of-the-house"


@dataclass
class Host:
    """Takes note of every request; answers with a redirect if `location` is set."""

    port: int = 0
    location: str | None = None
    requests: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def start_host() -> Iterator[Callable[..., Host]]:
    """Starts hosts on ports of their own."""
    servers = []

    def start(location: str | None = None) -> Host:
        host = Host(location=location)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                host.requests.append((self.path, self.headers.get("Authorization")))
                self.send_response(308 if host.location else 200)
                if host.location:
                    self.send_header("Location", host.location + self.path)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_: object) -> None:
                """Keep the output clean."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        host.port = server.server_port
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return host

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_camera_box_takes_its_key_to_no_other_host(
    start_host: Callable[..., Host], command: Any, repository: Path
) -> None:
    elsewhere = start_host()
    server = start_host(location=elsewhere.url)
    recording = repository / "demo" / "recordings" / "fall.npz"
    options = ("--source", str(recording), "--pace", "fast", "--backend-url", server.url)
    status, said = command.run("run-agent", *options, API_KEY=KEY, DATA_DIR="box", DRAIN_SEC="1")
    assert status == 1
    assert "it answers 308" in said
    assert {path for path, _ in server.requests} >= {"/behavior/analyze"}
    assert any(key == f"Bearer {KEY}" for _, key in server.requests)
    assert elsewhere.requests == []


def test_resend_alerts_takes_the_key_to_no_other_host(
    start_host: Callable[..., Host], command: Any
) -> None:
    elsewhere = start_host()
    server = start_host(location=elsewhere.url)
    status, said = command.run("resend-alerts", "--list", "--backend-url", server.url, API_KEY=KEY)
    assert status == 1
    assert "answers 308" in said
    assert server.requests == [("/alerts/dead-letters?limit=1000", f"Bearer {KEY}")]
    assert elsewhere.requests == []


def test_kakaos_tokens_go_to_no_other_host(
    start_host: Callable[..., Host], server_factory: Any, sandbox: Any
) -> None:
    elsewhere = start_host()
    server = server_factory(API_KEY=KEY)
    for endpoint in ("memo", "token_info", "scopes", "token"):
        sandbox.fault("redirect_308", endpoint=endpoint, location=elsewhere.url)
    # -401 makes the server renew the token.
    sandbox.fault("code", code=-401)
    for _ in range(3):
        server.http.get("/debug/kakao/token-check")
        server.http.post("/debug/kakao/send-test")
    assert sandbox.faults_waiting() == 0
    assert elsewhere.requests == []


def test_control_a_client_that_follows_redirects_is_seen_elsewhere(
    start_host: Callable[..., Host],
) -> None:
    elsewhere = start_host()
    server = start_host(location=elsewhere.url)
    with httpx.Client(follow_redirects=True, trust_env=False) as http:
        http.post(f"{server.url}/event/payload", headers={"Authorization": f"Bearer {KEY}"})
    assert [path for path, _ in elsewhere.requests] == ["/event/payload"]


def test_server_itself_redirects_nobody(server_factory: Any) -> None:
    server = server_factory(API_KEY=KEY)
    for path in ("/event/recent/", "/health/", "//evil.test/event/recent", "/docs/"):
        answer = server.http.request("GET", f"{server.url}{path}")
        assert answer.status_code == 404
        assert "location" not in answer.headers
