"""No secret in any log, answer, error or file, whatever goes wrong."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

SECRETS = {
    "API_KEY": "s3cr3tApiKeyOfTheHouse",
    "CAMERA_KEYS": "s3cr3tHallKeyOfTheHouse",
    "KAKAO_ACCESS_TOKEN": "s3cr3tAccessToken",
    "KAKAO_REFRESH_TOKEN": "s3cr3tRefreshToken",
    "KAKAO_REST_API_KEY": "s3cr3tRestKey",
    "KAKAO_CLIENT_SECRET": "s3cr3tClientSecret",
    "ALERT_URLS": "s3cr3tTopic",
    "OPENAI_API_KEY": "s3cr3tKeyOfAProvider",
    "wrong key": "s3cr3tWrongKeyOfAHouse",
    "password in a URL": "s3cr3tPassword",
}
CAMERA_ID = "hall-of-the-house"
TOKEN_FILE = "tokens.json"  # where tokens are kept, readable by the owner alone


def leaks(texts: dict[str, str], secrets: dict[str, str]) -> list[str]:
    """Which secret stands in which text."""
    return [
        f"{name} in {where}"
        for where, text in texts.items()
        for name, secret in secrets.items()
        if secret in text
    ]


def household(server_factory: Callable[..., Any], endpoint: Any) -> Any:
    """A server with every secret, none of which Kakao or the webhook knows."""
    endpoint.statuses = [401] * 50
    return server_factory(
        API_KEY=SECRETS["API_KEY"],
        CAMERA_KEYS=f"{CAMERA_ID}={SECRETS['CAMERA_KEYS']}",
        ALERT_URLS=f"json://user:{SECRETS['ALERT_URLS']}@127.0.0.1:{endpoint.port}/",
        OPENAI_BASE_URL="http://127.0.0.1:9/v1",
        **{name: secret for name, secret in SECRETS.items() if name.startswith("KAKAO_")},
    )


def wrong_starts(command: Any) -> None:
    """Commands with their secrets set and something else wrong, or the secret itself."""
    settings: dict[str, object] = {name: SECRETS[name] for name in SECRETS if name.isupper()}
    assert command.run("run-backend", **settings, TZ="Mars")[0] == 2
    broken = {"API_KEY": SECRETS["API_KEY"] + "열쇠"}
    assert command.run("run-backend", **broken)[0] == 2
    url = f"http://user:{SECRETS['password in a URL']}@127.0.0.1:1"
    assert command.run("run-agent", "--backend-url", url)[0] == 2


def watch_nothing(command: Any, eventually: Callable[..., Any]) -> None:
    """A camera that asks for a password and is not there."""
    url = f"rtsp://user:{SECRETS['password in a URL']}@127.0.0.1:1/live"
    part = command.start("run-agent", "--source", url, DATA_DIR="box", DRAIN_SEC="0")
    eventually(lambda: "no picture from" in part.log.read_text(encoding="utf-8"))
    part.stop()


def watch(command: Any, server: Any, recording: Path) -> None:
    """A fall by a camera box with the right key, and by one with a wrong key."""
    options = ("--source", str(recording), "--pace", "fast", "--backend-url", server.url)
    for key, status in ((SECRETS["CAMERA_KEYS"], 0), (SECRETS["wrong key"], 1)):
        settings = {"API_KEY": key, "CAMERA_ID": CAMERA_ID, "DATA_DIR": "box", "DRAIN_SEC": "2"}
        assert command.run("run-agent", *options, **settings)[0] == status


def answers(server: Any) -> dict[str, str]:
    """What the server says to whoever asks, with a good key and with a wrong one."""
    asked = [
        ("GET", "/health"),
        ("GET", "/openapi.json"),
        ("GET", "/event/recent"),
        ("GET", "/debug/kakao/token-check"),
        ("POST", "/debug/kakao/send-test"),
        ("GET", "/alerts/dead-letters"),
        ("GET", "/nowhere"),
    ]
    said = {path: server.http.request(method, path) for method, path in asked}
    wrong = {"Authorization": f"Bearer {SECRETS['wrong key']}"}
    said |= {f"{path} refused": httpx.get(server.url + path, headers=wrong) for _, path in asked}
    key = {"X-OpenAI-API-Key": SECRETS["OPENAI_API_KEY"]}
    for message in ("train it", ""):
        said[f"chat {message}"] = server.http.post(
            "/chat/training", json={"message": message}, headers=key
        )
    assert "127.0.0.1 did not help" in said["chat train it"].json()["reply"]
    return {path: f"{answer.headers} {answer.text}" for path, answer in said.items()}


def files(folder: Path) -> dict[str, str]:
    """All that was written, logs too, those apart that keep the tokens."""
    return {
        str(path): path.read_bytes().decode("utf-8", "replace")
        for path in folder.rglob("*")
        if path.is_file() and path.name != TOKEN_FILE
    }


def test_no_secret_is_in_what_a_whole_run_says_and_writes(
    server_factory: Callable[..., Any],
    command: Any,
    sandbox: Any,
    endpoint: Any,
    repository: Path,
    eventually: Callable[..., Any],
) -> None:
    server = household(server_factory, endpoint)
    watch(command, server, repository / "demo" / "recordings" / "fall.npz")
    eventually(lambda: server.health()["channel"]["status"] == "degraded")
    eventually(lambda: endpoint.paths)
    said = answers(server)
    server.stop()
    wrong_starts(command)
    watch_nothing(command, eventually)
    texts = said | files(command.folder)
    assert leaks(texts, SECRETS) == []
    # Controls: all of this was looked into, and a secret would have been found.
    assert len(texts) > 20
    found = " ".join(leaks(texts, {"camera": CAMERA_ID, "line": "END fall: alert"}))
    for where in ("/event/recent", "run-agent.log", ".jsonl", "run-backend.log"):
        assert where in found


@pytest.mark.parametrize("name", SECRETS)
def test_control_each_secret_is_found_where_it_stands(name: str) -> None:
    assert leaks({"log": f"token={SECRETS[name]}&x=1"}, SECRETS) == [f"{name} in log"]
