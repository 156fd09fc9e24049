"""Webhooks from a real server to real receivers: signed, again after failures, and after a kill."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from pydantic import SecretStr

from backend.integrations.webhooks.signing import Signer
from testkit.processes import free_port
from testkit.scripted_server import Request, ScriptedServer

Json = dict[str, Any]
Eventually = Callable[..., Any]
MakeEvent = Callable[..., Json]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr"


@pytest.fixture
def receiver() -> Iterator[ScriptedServer]:
    """Takes everything."""
    receiver = ScriptedServer(script=lambda _: (204, b""))
    yield receiver
    receiver.close()


@pytest.fixture
def moved() -> Iterator[ScriptedServer]:
    """Answers with a redirect, until it is told otherwise."""
    moved = ScriptedServer(script=lambda _: (307, b""))
    yield moved
    moved.close()


def types(receiver: ScriptedServer) -> list[str]:
    return [json.loads(it.body)["type"] for it in receiver.requests]


def is_signed(request: Request) -> bool:
    headers = {name.lower(): value for name, value in request.headers.items()}
    said = float(headers["webhook-timestamp"])
    signer = Signer.of(SecretStr(SECRET))
    good = signer.headers(headers["webhook-id"], request.body.decode(), said)
    return (
        abs(said - time.time()) < 60 and headers["webhook-signature"] == good["webhook-signature"]
    )


def ids(receiver: ScriptedServer) -> list[str]:
    return [it.headers["webhook-id"] for it in receiver.requests]


def test_what_happens_is_told_to_each_address_until_it_takes_it_and_once_after_a_kill(
    server_factory: Callable[..., Any], receiver: ScriptedServer, moved: ScriptedServer,
    make_event: MakeEvent, eventually: Eventually,
) -> None:  # fmt: skip
    moved.headers["Location"] = f"{receiver.url}/stolen"
    urls = f"{receiver.url}/hook?token=s3cret, {moved.url}"
    server = server_factory(WEBHOOK_URLS=urls, WEBHOOK_SECRET=SECRET)
    server.send(make_event("START", ts=time.time()))
    eventually(lambda: types(receiver) == ["incident.began"])
    (incident,) = server.get("/incidents").json()
    server.post(f"/incidents/{incident['id']}/acknowledgement", {"answer": "going"})
    eventually(lambda: types(receiver) == ["incident.began", "incident.answered"])
    server.post(f"/incidents/{incident['id']}/verdict", {"verdict": "fall"}).raise_for_status()
    eventually(lambda: len(receiver.requests) == 3)
    assert all(is_signed(it) and it.path == "/hook?token=s3cret" for it in receiver.requests)
    health = eventually(lambda: server.health()["webhooks"]["reason"] and server.health())
    assert health["webhooks"]["reason"] == "address 2 of WEBHOOK_URLS: it answered 307"
    assert health["webhooks"]["waiting"] == 3

    server.kill()
    refused = set(ids(moved))
    moved.script = lambda _: (200, b"")
    server.start()
    eventually(lambda: server.health()["webhooks"]["waiting"] == 0, timeout=60)
    assert set(ids(moved)) == set(ids(receiver)) >= refused
    assert len(receiver.requests) == 3
    assert "s3cret" not in server.log()


def test_receiver_of_the_docs_takes_what_is_signed_once_and_nothing_else(
    repository: Path, tmp_path: Path, eventually: Eventually
) -> None:
    text = (repository / "docs" / "webhooks.md").read_text(encoding="utf-8")
    code = text.partition("```python\n")[2].partition("```")[0]
    (tmp_path / "receiver.py").write_text(code)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "receiver.py", str(port), SECRET], cwd=tmp_path, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        signer = Signer.of(SecretStr(SECRET))
        good = signer.headers("msg_1", "{}", time.time())
        old = signer.headers("msg_2", "{}", time.time() - 3600)
        eventually(lambda: answers(port, good) == 204)
        assert answers(port, good) == 204
        assert answers(port, good | {"webhook-id": "msg_3"}) == 401
        assert answers(port, old) == 401
    finally:
        process.terminate()
    assert process.communicate(timeout=10)[0] == b"{}\n"


def answers(port: int, headers: dict[str, str]) -> int | None:
    try:
        url = f"http://127.0.0.1:{port}/"
        return httpx.post(url, content="{}", headers=headers, trust_env=False).status_code
    except httpx.TransportError:
        return None
