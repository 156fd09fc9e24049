"""The split in two: `run-backend` asks `run-vision`, and says so while it is away."""

from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest

PATH = "/api/v1/predict"
KEY = "key-of-the-image-half"


@pytest.fixture
def vision(vision_factory: Callable[..., Any]) -> Any:
    return vision_factory(API_KEY=KEY)


@pytest.fixture
def server(server_factory: Callable[..., Any], vision: Any, tmp_path: Any) -> Any:
    """One without a model of its own."""
    return server_factory(
        VISION_URL=vision.url, VISION_API_KEY=KEY, VISION_CHECKPOINTS_PATH=tmp_path / "nowhere"
    )


def ask(http: httpx.Client, image: bytes, model_name: str = "posture", **files: bytes) -> Any:
    return http.post(PATH, data={"model_name": model_name}, files={"image": image, **files})


def test_question_is_answered_or_refused_by_the_other_server(
    server: Any, vision: Any, make_picture: Any, eventually: Callable[..., Any]
) -> None:
    previous = make_picture((9, 90, 90))
    with vision.client() as http:
        for question in (
            {"image": make_picture((0, 0, 255))},
            {"image": make_picture((0, 255, 0), kind="WEBP")},
            {"image": previous, "previous": previous, "model_name": "camera_health"},
        ):
            answers = [ask(client, **question).json() for client in (server.http, http)]
            assert all(answer.pop("took_ms") > 0 for answer in answers)
            assert answers[0] == answers[1]
        eventually(lambda: server.health()["vision"]["status"] == "ok", timeout=30)
        models = server.get("/api/v1/health").json()
        assert models == http.get("/api/v1/health").json()
    assert [model["status"] for model in models["models"]] == ["ready", "ready"]
    broken = make_picture(kind="PNG")[:100]
    with vision.client() as http:
        for question, status in (
            ({"image": make_picture(), "model_name": "face"}, 404),
            ({"image": make_picture(size=(4000, 3000))}, 413),
            ({"image": b"GIF89a"}, 415),
            ({"image": broken}, 422),
        ):
            answers = [ask(client, **question) for client in (server.http, http)]
            assert [answer.status_code for answer in answers] == [status, status]
            assert answers[0].json() == answers[1].json()
    assert KEY not in server.log() + vision.log()


def test_server_says_that_the_other_is_away_and_asks_it_again_when_it_is_back(
    server: Any, vision: Any, make_picture: Any, eventually: Callable[..., Any]
) -> None:
    assert ask(server.http, make_picture()).status_code == 200
    vision.process.terminate()
    assert vision.process.wait(30) == 0
    vision.start()
    # The connection of before is gone, and nobody notices.
    assert ask(server.http, make_picture()).status_code == 200
    vision.kill()
    for _ in range(10):
        answer = ask(server.http, make_picture())
        assert (answer.status_code, answer.json()["code"]) == (503, "vision_away")
        assert 1 <= int(answer.headers["Retry-After"]) <= 5
    assert "has not answered of late" in answer.json()["message"]
    health = eventually(lambda: _degraded(server), timeout=30)
    assert "the server at VISION_URL does not answer" in health["reason"]
    assert {model["status"] for model in health["models"]} <= {"unavailable"}
    assert server.get("/event/recent").status_code == 200
    vision.start()
    eventually(lambda: ask(server.http, make_picture()).status_code == 200, timeout=30)
    eventually(lambda: server.health()["vision"]["status"] == "ok", timeout=30)
    assert "Traceback" not in server.log()


def _degraded(server: Any) -> Any:
    part = server.health()["vision"]
    return part if part["status"] == "degraded" else None


def test_wrong_key_is_reported_without_being_shown(
    server_factory: Callable[..., Any],
    vision: Any,
    make_picture: Any,
    eventually: Callable[..., Any],
) -> None:
    server = server_factory(VISION_URL=vision.url, VISION_API_KEY="a-wr0ng-k3y-of-a-house")
    answer = ask(server.http, make_picture())
    assert (answer.status_code, answer.json()["code"]) == (502, "vision_failed")
    assert "expects another VISION_API_KEY" in answer.json()["message"]
    eventually(lambda: "VISION_API_KEY" in (server.health()["vision"]["reason"] or ""))
    assert "a-wr0ng-k3y-of-a-house" not in server.log() + vision.log() + answer.text
