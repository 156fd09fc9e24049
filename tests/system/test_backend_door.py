"""The server's door with the clients and proxies that people have."""

import asyncio
import contextlib
import json
import os
import pty
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import httpx2 as httpx
import pytest
import socketio

from contract.access import OWN_KEY
from testkit.processes import free_port, wait_ready

Json = dict[str, Any]
MakeEvent = Callable[..., Json]
Eventually = Callable[..., Any]
KEY = "key-of-the-house-1234"
HALL = "key-of-the-hall-12345"
PATIENCE_SEC = 30.0
PROXY, PAGE = "127.0.0.200", "http://192.168.0.20:3000"

NGINX = """
daemon off; master_process off; pid %(folder)s/pid; error_log %(folder)s/error;
events {}
http {
  access_log off;
  client_body_temp_path %(folder)s/a; proxy_temp_path %(folder)s/b;
  fastcgi_temp_path %(folder)s/c; uwsgi_temp_path %(folder)s/d; scgi_temp_path %(folder)s/e;
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  server {
    listen 127.0.0.1:%(port)d;
    client_max_body_size 12m;
    location / { proxy_pass http://127.0.0.1:%(server)d; %(lines)s }
  }
}
"""
AS_DOCUMENTED = """
  proxy_bind 127.0.0.200;
  proxy_http_version 1.1;
  proxy_set_header Host $host;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_upgrade;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
"""


@contextlib.contextmanager
def nginx(folder: Path, server: int, lines: str) -> Iterator[int]:
    """The port of a proxy before the port `server`."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("needs nginx")
    port = free_port()
    configuration = folder / "nginx.conf"
    names = {"folder": folder, "port": port, "server": server, "lines": lines}
    configuration.write_text(NGINX % names, encoding="utf-8")
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(configuration)])
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    pytest.fail("nobody listens")


def ask(port: int, head: str, body: bytes = b"", source: str = "127.0.0.1") -> tuple[int, bytes]:
    """Send a request from the address `source`; the status of the answer, and its body."""
    with socket.create_connection(("127.0.0.1", port), 10, source_address=(source, 0)) as client:
        lines = [*head.splitlines(), "Connection: close", f"Content-Length: {len(body)}", "", ""]
        client.sendall("\r\n".join(lines).encode() + body)
        answer = b"".join(iter(lambda: client.recv(65_536), b""))
    start, _, rest = answer.partition(b"\r\n\r\n")
    return int(start.split()[1]), rest


def get(path: str, *headers: str, host: str = "localhost") -> str:
    return "\n".join([f"GET {path} HTTP/1.1", f"Host: {host}", *headers])


@pytest.fixture(scope="module")
def server(serve: Callable[..., Any]) -> Any:
    """One for most tests; each that shows wrong keys does it from an address of its own."""
    return serve(
        API_KEY=KEY,
        CAMERA_KEYS=f"hall={HALL}",
        TRUSTED_PROXIES=PROXY,
        PUBLIC_HOSTS="care.example.org",
        ALLOWED_ORIGINS=f"https://care.example.org:8443,{PAGE}",
    )


@pytest.fixture(scope="module")
def own_key_server(serve: Callable[..., Any]) -> Any:
    """One that was to make a key of its own."""
    return serve(ALLOW_WITHOUT_KEY="")


def own_key(server: Any) -> str:
    return (server.data_dir / OWN_KEY).read_text(encoding="ascii").strip()


# --- a key of its own


def test_server_without_a_key_makes_one_and_a_plain_proxy_lets_nobody_in(
    own_key_server: Any, tmp_path: Path, make_event: MakeEvent
) -> None:
    body = json.dumps(make_event()).encode()
    with nginx(tmp_path, own_key_server.port, "") as port:
        for where in (port, own_key_server.port):
            assert ask(where, get("/event/recent"), source="127.0.0.2")[0] == 401
            assert ask(where, "POST /event/payload HTTP/1.1\nHost: localhost", body)[0] == 401
            assert ask(where, get("/debug/kakao/token-check"))[0] == 401
    assert own_key_server.records() == []
    headers = {"Authorization": f"Bearer {own_key(own_key_server)}"}
    assert own_key_server.http.get("/event/recent", headers=headers).status_code == 200


def test_key_that_was_made_stays_and_no_log_has_it(own_key_server: Any) -> None:
    key = own_key(own_key_server)
    assert (own_key_server.data_dir / OWN_KEY).stat().st_mode & 0o777 == 0o600
    own_key_server.restart()
    assert own_key(own_key_server) == key
    said = own_key_server.log()
    assert key not in said
    assert said.count("a key was made, it lies in") == 1
    line = [line for line in said.splitlines() if "start a camera box" in line][-1]
    assert (
        f'API_KEY="$(cat {own_key_server.data_dir / OWN_KEY})" uv run --no-sync run-agent' in line
    )


def test_commands_on_the_same_machine_find_the_key_by_data_dir(
    own_key_server: Any, command: Any, repository: Path
) -> None:
    settings = {"DATA_DIR": own_key_server.data_dir}
    url = ("--backend-url", own_key_server.url)
    assert command.run("send-test-alert", *url, **settings)[0] == 0
    recording = ("--source", str(repository / "demo" / "recordings" / "fall.npz"))
    status, said = command.run("run-agent", *recording, "--pace", "fast", *url, **settings)
    assert status == 0, said
    assert "END" in {record["event_type"] for record in own_key_server.records()}
    # Control: with another DATA_DIR there is no key to be found.
    status, said = command.run("send-test-alert", *url, DATA_DIR="elsewhere")
    assert status == 1
    assert "answers 401" in said


def test_terminal_is_shown_the_key_once(command: Any, tmp_path: Path) -> None:
    shown = [run_in_terminal(tmp_path) for _ in range(2)]
    key = (tmp_path / "data" / OWN_KEY).read_text(encoding="ascii").strip()
    assert [text.count(key) for text in shown] == [1, 0]
    assert f"API_KEY={key} uv run --no-sync run-agent --camera-id NAME" in shown[0]


def run_in_terminal(folder: Path) -> str:
    """What a person sees of `run-backend` from its start to its stop."""
    program = Path(sys.executable).with_name("run-backend")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [program, "--host", "127.0.0.1", "--port", "0"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "COLUMNS": "500"},
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # it has ended
        while part := os.read(ours, 65_536):
            shown += part
            if b" ready" in shown:
                process.terminate()
    os.close(ours)
    assert process.wait(20) == 0
    return shown.decode()


def test_without_a_key_by_permission_what_a_proxy_brings_is_refused(
    command: Any, tmp_path: Path
) -> None:
    port = free_port()
    settings = {"ALLOW_WITHOUT_KEY": "true", "DATA_DIR": tmp_path / "data"}
    part = command.start("run-vision", "--host", "127.0.0.1", "--port", str(port), **settings)
    wait_ready(part, f"http://127.0.0.1:{port}/health")
    assert "ALLOW_WITHOUT_KEY is for trying things out" in part.log.read_text(encoding="utf-8")
    assert not (tmp_path / "data" / OWN_KEY).exists()
    assert ask(port, get("/api/v1/health"))[0] == 200
    assert ask(port, get("/api/v1/health", host="dolbom.example.org"))[0] == 403
    for header in ("X-Real-IP: 10.0.0.1", "Via: 1.1 proxy", "X-Forwarded-Proto: https"):
        for path in ("/api/v1/health", "/health"):
            status, said = ask(port, get(path, header))
            assert status == 403
            assert b"through a proxy; set API_KEY" in said


# --- proxies


def test_proxy_that_is_trusted_says_whom_it_speaks_for_and_its_client_cannot(
    server: Any, tmp_path: Path
) -> None:
    wrong = "Authorization: Bearer wr0ng"
    with nginx(tmp_path, server.port, AS_DOCUMENTED) as port:
        made_up = [get("/event/recent", wrong, f"X-Forwarded-For: 10.9.9.{n}") for n in range(40)]
        answers = [ask(port, head, source="127.0.0.12")[0] for head in made_up]
        assert set(answers) == {401, 429}
        # Another client of the proxy is not slowed down, nor is who has the right key.
        assert ask(port, get("/event/recent", wrong), source="127.0.0.13")[0] == 401
        right = get("/event/recent", f"Authorization: Bearer {KEY}")
        assert ask(port, right, source="127.0.0.12")[0] == 200
    assert "127.0.0.12 shows a wrong key at '/event/recent'" in server.log()
    assert "10.9.9." not in server.log()


def test_without_trusted_proxies_forwarding_headers_mean_nothing(server: Any) -> None:
    heads = [
        get("/event/recent", "Authorization: Bearer wr0ng", f"X-Forwarded-For: 10.9.9.{n}")
        for n in range(40)
    ]
    assert {ask(server.port, head, source="127.0.0.21")[0] for head in heads} == {401, 429}
    assert "127.0.0.21 shows a wrong key" in server.log()
    assert "10.9.9." not in server.log()
    assert "wr0ng" not in server.log()


def test_page_behind_a_proxy_listens_by_the_proxys_name_and_port(
    server: Any, tmp_path: Path
) -> None:
    with nginx(tmp_path, server.port, AS_DOCUMENTED) as port:
        url = f"http://localhost:{port}"
        assert can_listen(url, "https://localhost:9443")
        assert not can_listen(url, "https://evil.example")


def test_picture_of_full_size_passes_the_proxy_as_documented(
    server: Any, tmp_path: Path, make_event: MakeEvent
) -> None:
    head = f"POST /api/v1/predict HTTP/1.1\nHost: localhost\nAuthorization: Bearer {KEY}"
    with nginx(tmp_path, server.port, AS_DOCUMENTED) as port:
        status, said = ask(port, f"{head}\nContent-Type: application/json", bytes(10 * 2**20))
    assert (status, json.loads(said)["code"]) == (400, "malformed_body")


# --- foreign clients


@pytest.mark.parametrize("options", [[], ["-H", "Transfer-Encoding: chunked"]])
def test_curl_that_offers_http_2_is_heard(
    server: Any, make_event: MakeEvent, options: list[str]
) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("needs curl")
    event = make_event()
    command = [curl, "-sS", "--http2", "-d", json.dumps(event), *options]
    command += ["-H", f"Authorization: Bearer {KEY}", f"{server.url}/event/payload"]
    answer = subprocess.run(command, capture_output=True, timeout=20, check=True).stdout
    assert json.loads(answer) == {"success": True, "event_id": event["event_id"]}
    assert server.records()[-1]["event_id"] == event["event_id"]


@pytest.mark.parametrize("authorization", ["bearer", "BEARER", "Bearer  ", "Bearer \t"])
def test_scheme_is_taken_in_any_case_and_blanks_are_none_of_the_key(
    server: Any, authorization: str
) -> None:
    head = get("/event/recent", f"Authorization: {authorization} {KEY} \t")
    assert ask(server.port, head)[0] == 200


@pytest.mark.parametrize("path", ["/health", "/event/recent", "/openapi.json", "/api/v1/health"])
def test_head_answers_as_get_does_without_the_body(server: Any, path: str) -> None:
    wanted, found = server.http.get(path), server.http.head(path)
    assert (found.status_code, found.content) == (200, b"")
    assert found.headers["content-length"] == str(len(wanted.content))
    assert {name for name in wanted.headers if name != "date"} <= set(found.headers)
    # What a monitor of uptime does.
    assert httpx.head(f"{server.url}{path}", trust_env=False).status_code == (
        200 if path in ("/health", "/openapi.json") else 401
    )


def test_head_of_what_can_only_be_posted_is_refused(server: Any) -> None:
    assert server.http.head("/event/payload").status_code == 405


def test_server_on_every_address_of_both_kinds_is_found_by_both(
    command: Any, tmp_path: Path
) -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("needs IPv6")
    port = free_port()
    settings = {"DATA_DIR": tmp_path / "data", "ALERT_URLS": ""}
    part = command.start("run-backend", "--host", "::", "--port", str(port), **settings)
    wait_ready(part, f"http://127.0.0.1:{port}/health")
    said = part.log.read_text(encoding="utf-8")
    printed = said.partition("BACKEND_BASE_URL=")[2].split()[0]
    for url in (f"http://127.0.0.1:{port}", f"http://[::1]:{port}", printed):
        assert httpx.get(f"{url}/health", trust_env=False).json()["status"] in ("ok", "degraded")
    # It is this machine to the commands, too, which show the key that it made.
    url = f"http://[::1]:{port}"
    status, said = command.run("resend-alerts", "--list", "--backend-url", url, **settings)
    assert status == 0, said


# --- browsers


def preflight(server: Any, origin: str) -> httpx.Response:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    with httpx.Client(base_url=server.url, trust_env=False) as browser:
        return browser.options("/event/payload", headers=headers)


def test_page_of_an_allowed_origin_asks_with_a_key_and_others_do_not(server: Any) -> None:
    answer = preflight(server, PAGE)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert "authorization" in answer.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-origin" not in preflight(server, "https://evil.example").headers
    for authorization, status in ((f"Bearer {KEY}", 200), ("Basic x", 401)):
        headers = {"Origin": PAGE, "Authorization": authorization}
        answer = server.http.get("/event/recent", headers=headers)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, PAGE)


def test_pages_of_allowed_origins_listen_and_others_do_not(server: Any) -> None:
    assert can_listen(server.url, PAGE)
    assert can_listen(server.url, server.url)
    for origin in ("https://evil.example", "http://192.168.0.20:3001", "null"):
        assert not can_listen(server.url, origin)


def can_listen(url: str, origin: str) -> bool:
    """Whether a page of `origin` hears of events."""

    async def listen() -> Any:
        # A session of its own the client closes before it has read why it is refused.
        async with aiohttp.ClientSession() as http:
            client = socketio.AsyncClient(reconnection=False, http_session=http)
            await client.connect(
                url,
                headers={"Origin": origin},
                auth={"token": KEY},
                transports=["websocket"],
                wait_timeout=PATIENCE_SEC,
            )
            answer = await client.call("subscribe", {"rooms": ["events"]}, timeout=PATIENCE_SEC)
            await client.disconnect()
            return answer

    try:
        return bool(asyncio.run(listen())["rooms"] == ["events"])
    except socketio.exceptions.ConnectionError:
        return False


# --- strangers


def test_health_tells_strangers_of_no_room_and_other_names_nothing(
    server: Any, make_event: MakeEvent, eventually: Eventually
) -> None:
    server.send(make_event("HEARTBEAT", camera_id="어머니 침실"))
    eventually(lambda: "어머니 침실" in server.health()["cameras"]["seen"])
    for host in ("localhost", "127.0.0.1:8000", "care.example.org", socket.gethostname()):
        status, said = ask(server.port, get("/health", host=host))
        assert status == 200
        assert json.loads(said).keys() == {"status"}
    status, said = ask(server.port, get("/health", host="evil.example"))
    assert (status, json.loads(said)["code"]) == (403, "forbidden")
    assert b"status" not in said
    # Control: with the key the name does not matter.
    head = get("/health", f"Authorization: Bearer {KEY}", host="evil.example")
    assert "cameras" in json.loads(ask(server.port, head)[1])


def test_health_tells_a_camera_of_no_room(server: Any) -> None:
    answer = server.http.get("/health", headers={"Authorization": f"Bearer {HALL}"})
    assert answer.json().keys() == {"status"}


def test_wrong_key_leaves_one_line_without_it_and_the_right_one_is_served(server: Any) -> None:
    wrong = get("/event/recent", "Authorization: Bearer wr0ng-and-secret")
    answers = [ask(server.port, wrong, source="127.0.0.31")[0] for _ in range(60)]
    assert answers[0] == 401
    assert answers[-1] == 429
    right = get("/event/recent", f"Authorization: Bearer {KEY}")
    assert ask(server.port, right, source="127.0.0.31")[0] == 200
    (line,) = [line for line in server.log().splitlines() if "127.0.0.31 " in line]
    assert "127.0.0.31 shows a wrong key at '/event/recent'" in line
    assert "wr0ng" not in server.log()


def test_path_of_a_stranger_cannot_write_lines_of_its_own(server: Any) -> None:
    path = "/a%0A2026-01-01%20INFO%20all%20is%20well"
    assert ask(server.port, get(path), source="127.0.0.32")[0] == 401
    assert r"/a\n2026-01-01 INFO all is well" in server.log()


@pytest.mark.parametrize(
    "request_",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
        b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /socket.io/?transport=x HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_requests_of_strangers_fill_no_log(server: Any, request_: bytes) -> None:
    before = len(server.log())
    for _ in range(200):
        with socket.create_connection(("127.0.0.1", server.port), 10) as client:
            client.sendall(request_)
            assert client.recv(100).startswith(b"HTTP/1.1 ")
    assert len(server.log()) - before < 1000
