"""What a server stands: requests made up from its description, and hostile bodies."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request

from backend.http.listener import listen
from benchmarks.fuzz_backend import fuzz
from benchmarks.hostile_clients import MAX_ANSWER_SEC, MAX_GROWTH_BYTES, Outcome, attack

KEY = "key-of-the-fuzzer"
TRIES = 3


@pytest.fixture
def server(server_factory: Callable[..., Any]) -> Any:
    return server_factory(API_KEY=KEY, CLIENT_REQUESTS_PER_SEC=1_000_000)


def test_requests_made_up_from_the_description_make_no_server_error(
    server: Any, tmp_path: Path
) -> None:
    passed, report = fuzz(server.url, KEY, tmp_path, examples=5, seed=1)
    assert passed, report
    paths = server.get("/openapi.json").json()["paths"]
    asked = sum(map(len, paths.values()))
    assert asked >= 120
    assert {"/datasets/uploads/{upload_id}", "/training/jobs", "/exports"} <= paths.keys()
    assert f"{asked} selected / {asked} total" in report
    assert "Traceback" not in server.log()


def test_hostile_bodies_neither_delay_a_heartbeat_nor_stay_in_memory(server: Any) -> None:
    # A machine that stands still for a second fails a try; a server that does fails all of them.
    for seed in range(TRIES):
        found = attack(server.url, server.pid, KEY, seconds=4, seed=seed)
        assert found.grown_bytes <= MAX_GROWTH_BYTES
        if found.slowest_sec <= MAX_ANSWER_SEC:
            break
    assert found.failures == []
    assert found.sent > 20
    assert {400, 413, 415, 422} <= found.statuses
    assert "Traceback" not in server.log()


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none"))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.force_exit = server.should_exit = True
    thread.join(5)


def test_control_a_route_that_fails_is_found_by_the_same_requests(tmp_path: Path) -> None:
    app = FastAPI()

    @app.get("/recent")
    def recent(limit: int) -> float:
        return 1 / limit

    with serving(app) as url:
        passed, report = fuzz(url, KEY, tmp_path, examples=20, seed=1)
    assert not passed
    assert "Server error" in report


def test_control_a_server_that_keeps_what_it_is_sent_is_found_by_the_same_bodies() -> None:
    app, kept = FastAPI(), []

    @app.post("/{path:path}")
    async def keep(request: Request) -> None:
        kept.append(await request.body())
        if len(kept[-1]) > 10_000_000:
            raise RuntimeError("as a server that was not prepared")

    with serving(app) as url:
        found = attack(url, os.getpid(), KEY, seconds=4)
    assert any("answered 500" in failure for failure in found.failures)
    assert any("grown by" in failure for failure in found.failures)


def test_control_a_slow_heartbeat_is_a_failure() -> None:
    assert Outcome(slowest_sec=0.9, grown_bytes=MAX_GROWTH_BYTES).failures == []
    assert len(Outcome(slowest_sec=1.1).failures) == 1
    assert len(Outcome(unanswered=1).failures) == 1
