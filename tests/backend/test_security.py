"""Who is let in."""

from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.testclient import TestClient

from backend.security import AccessControl

KEY = "k3y-of-the-house"
FOREIGN, LOOPBACK, LOOPBACK_6 = "192.168.0.7", "127.0.0.1", "::1"


def ask(
    api_key: str | None, client: str, path: str, authorization: str | bytes | None = None
) -> Any:
    app = FastAPI()
    for known in ("/health", "/event/recent"):
        app.get(known)(lambda: "in")
    app.add_middleware(AccessControl, api_key=SecretStr(api_key) if api_key else None)
    headers = {"Authorization": authorization} if authorization is not None else {}
    return TestClient(app, client=(client, 50_000)).get(path, headers=headers)


@pytest.mark.parametrize(
    ("api_key", "client", "path", "authorization", "status"),
    [
        (None, LOOPBACK, "/event/recent", None, 200),
        (None, LOOPBACK_6, "/event/recent", None, 200),
        (None, "::ffff:127.0.0.1", "/event/recent", None, 200),
        (None, LOOPBACK, "/event/recent", f"Bearer {KEY}", 200),
        (None, FOREIGN, "/event/recent", None, 403),
        (None, FOREIGN, "/event/recent", f"Bearer {KEY}", 403),
        (None, FOREIGN, "/event/recent", "Bearer ", 403),
        (None, FOREIGN, "/docs", None, 403),
        (None, FOREIGN, "/nowhere", None, 403),
        (None, FOREIGN, "/health", None, 200),
        (KEY, FOREIGN, "/event/recent", f"Bearer {KEY}", 200),
        (KEY, FOREIGN, "/event/recent", f"Bearer {KEY}x", 401),
        (KEY, FOREIGN, "/event/recent", f"Bearer {KEY[:-1]}", 401),
        (KEY, FOREIGN, "/event/recent", KEY, 401),
        (KEY, FOREIGN, "/event/recent", "Bearer", 401),
        (KEY, FOREIGN, "/event/recent", b"Bearer \xff\xfe", 401),
        (KEY, FOREIGN, "/event/recent", None, 401),
        (KEY, LOOPBACK, "/event/recent", None, 401),
        (KEY, LOOPBACK, "/openapi.json", None, 401),
        (KEY, LOOPBACK, "/nowhere", None, 401),
        (KEY, FOREIGN, "/health", None, 200),
    ],
)
def test_who_is_let_in(
    api_key: str | None, client: str, path: str, authorization: str | bytes | None, status: int
) -> None:
    answer = ask(api_key, client, path, authorization)
    assert answer.status_code == status
    if status != 200:
        assert answer.json().keys() == {"code", "message"}
        assert KEY not in answer.text
        assert ("www-authenticate" in answer.headers) == (status == 401)


def test_refusal_says_what_to_do() -> None:
    assert "set API_KEY" in ask(None, FOREIGN, "/event/recent").json()["message"]
    assert "`Authorization: Bearer`" in ask(KEY, FOREIGN, "/event/recent").json()["message"]


@pytest.mark.parametrize(("given", "status"), [("열쇠", 200), ("열", 401), ("?", 401)])
def test_key_that_is_no_ascii_is_compared_as_bytes(given: str, status: int) -> None:
    assert ask("열쇠", FOREIGN, "/event/recent", f"Bearer {given}".encode()).status_code == status
