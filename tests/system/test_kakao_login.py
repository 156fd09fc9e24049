"""`run-kakao-login` with the stand-in as Kakao, and an HTTP client as the person's browser."""

import json
import re
import socket
import stat
from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest

from testkit.processes import Part, free_port

Eventually = Callable[..., Any]


def settings_of(sandbox: Any, **changes: object) -> dict[str, object]:
    """A household that has registered its app, and nobody has logged in yet."""
    return {
        "KAKAO_REST_API_KEY": "sandbox-rest-api-key",
        "KAKAO_CLIENT_SECRET": "sandbox-client-secret",
        "KAKAO_API_URL": sandbox.url,
        "KAKAO_AUTH_URL": sandbox.url,
    } | changes


def said(part: Part) -> str:
    return part.log.read_text(encoding="utf-8")


@pytest.fixture
def begin(command: Any, sandbox: Any, eventually: Eventually) -> Callable[..., tuple[Part, str]]:
    """Starts a login; returns the running command and the URL that it asks the person to open."""

    def start(*options: str, **changes: object) -> tuple[Part, str]:
        part = command.start(
            "run-kakao-login",
            *("--no-browser", "--port", str(free_port()), *options),
            **settings_of(sandbox, DATA_DIR=command.folder / "data", **changes),
        )
        found = eventually(lambda: re.search(r"http\S+/oauth/authorize\S+", said(part)), 30)
        return part, found[0]

    return start


def browse(url: str) -> httpx.Response:
    """What the person sees who opens `url` and agrees."""
    return httpx.get(url, follow_redirects=True, trust_env=False)


def test_login_stores_the_tokens_and_a_running_server_sends_with_them(
    command: Any,
    begin: Any,
    sandbox: Any,
    server_factory: Any,
    make_event: Any,
    eventually: Eventually,
) -> None:
    server = server_factory(KAKAO_ACCESS_TOKEN="", KAKAO_REFRESH_TOKEN="")
    server.send(make_event("END"))
    eventually(lambda: "nobody has logged in" in str(server.health()["channel"]["reason"]))
    part, url = begin()
    page = browse(url)
    assert page.status_code == 200
    assert "로그인했습니다." in page.text
    assert "Logged in." not in page.text
    assert part.process.wait(20) == 0
    path = server.data_dir / "kakao" / "tokens.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    tokens = json.loads(path.read_text())
    for name in ("access_token", "refresh_token"):
        assert tokens[name]
        assert tokens[name] not in said(part)
    # At once by hand; what waits goes out with the next check, half a minute later at most.
    answer = server.post("/debug/kakao/send-test", {"text": "시험"}).json()
    assert answer["sent"] is True, answer
    assert server.get("/debug/kakao/token-check").json()["can_send"] is True
    server.restart()
    eventually(lambda: len(sandbox.texts()) == 2)
    assert server.health()["channel"]["status"] == "ok"


def test_login_that_nobody_answers_ends_in_time(begin: Any) -> None:
    part, _ = begin("--timeout", "1")
    assert part.process.wait(20) == 1
    assert said(part).splitlines()[-1] == "not logged in: nobody came back within 1 s"


def test_login_without_a_key_or_a_port_is_one_plain_line(command: Any, sandbox: Any) -> None:
    status, text = command.run("run-kakao-login", "--no-browser")
    assert (status, text.count("\n")) == (2, 1)
    assert text.startswith("wrong setting: KAKAO_REST_API_KEY: expected")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        status, text = command.run(
            "run-kakao-login", "--no-browser", "--port", port, **settings_of(sandbox)
        )
    assert (status, text) == (1, f"cannot listen on port {port}: Address already in use\n")
