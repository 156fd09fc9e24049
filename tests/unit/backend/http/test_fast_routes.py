"""The way past the framework."""

import asyncio
from collections.abc import Iterator
from typing import NoReturn

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient
from starlette.requests import ClientDisconnect
from starlette.types import Message

from backend.config import VisionSettings
from backend.errors import BodyTooLarge
from backend.guarded_app import guarded_app
from backend.http.fast_routes import Shortcut


async def short(request: Request) -> Response:
    return Response(f"short {request.state.caller.name} {(await request.body()).decode()}")


async def refusing(_request: Request) -> NoReturn:
    raise BodyTooLarge("expected less")


async def failing(_request: Request) -> NoReturn:
    raise ValueError("a secret")


async def leaving(_request: Request) -> NoReturn:
    raise ClientDisconnect


@pytest.fixture
def app() -> FastAPI:
    handlers = {"/short": short, "/refused": refusing, "/failed": failing}
    settings = VisionSettings(_env_file=None, allow_without_key=True)
    app = guarded_app("test", settings, None, shortcuts=handlers)

    @app.get("/short")
    async def long() -> str:
        return "long"

    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    address = ("127.0.0.1", 5000)
    with TestClient(
        app, "http://localhost", raise_server_exceptions=False, client=address
    ) as client:
        yield client


def test_post_is_answered_there_and_all_else_by_the_framework(client: TestClient) -> None:
    assert client.post("/short", content="body").text == "short household body"
    assert client.get("/short").json() == "long"
    assert client.post("/other").status_code == 404


def test_errors_are_answered_as_the_framework_would(client: TestClient) -> None:
    refused, failed = client.post("/refused"), client.post("/failed")
    assert (refused.status_code, refused.json()["code"]) == (413, "body_too_large")
    assert refused.headers["connection"] == "close"
    assert (failed.status_code, failed.json()["code"]) == (500, "internal_error")
    assert "secret" not in failed.text


def test_shortcut_lies_behind_the_door(app: FastAPI) -> None:
    stranger = TestClient(app, "http://localhost", client=("192.168.0.7", 5000))
    assert stranger.post("/short", content="body").status_code == 403


def test_client_that_left_is_not_answered() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def nothing(*_: object) -> NoReturn:
        raise AssertionError

    scope = {"type": "http", "method": "POST", "path": "/left", "headers": []}
    asyncio.run(Shortcut(nothing, {"/left": leaving})(scope, nothing, send))
    assert sent == []
