"""`run-vision` as a process: hostile pictures, a full line, new versions, and its end."""

import base64
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from backend.vision.local import THREADS
from benchmarks.hostile_clients import resident_bytes

PATH = "/api/v1/predict"
MIB = 2**20
LARGEST = (3840, 2160)


def ask(http: httpx.Client, picture: bytes) -> httpx.Response:
    """The posture in `picture`."""
    return http.post(PATH, data={"model_name": "posture"}, files={"image": picture})


def ask_often(vision: Any, picture: bytes, clients: int, times: int) -> list[httpx.Response]:
    """So many clients at once, each so many times."""
    with vision.client() as http, ThreadPoolExecutor(clients) as pool:
        return list(pool.map(lambda _: ask(http, picture), range(clients * times)))


def test_picture_of_ten_thousand_by_ten_thousand_costs_no_memory(
    common_vision: Any, make_picture: Any
) -> None:
    bomb = make_picture(0, (10_000, 10_000), "PNG", "1", compress_level=9)
    assert len(bomb) < 20_000
    assert ask_often(common_vision, make_picture(), 8, 10)[-1].json()["label"] == "upright"
    before = resident_bytes(common_vision.process.pid)
    answers = ask_often(common_vision, bomb, 16, 20)
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {
        (413, "image_too_large")
    }
    assert resident_bytes(common_vision.process.pid) - before < 20 * MIB


def test_largest_pictures_at_once_are_decoded_one_a_thread(
    common_vision: Any, make_picture: Any
) -> None:
    picture = make_picture((0, 0, 255), LARGEST, "PNG")
    sizes: list[int] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.01):
            sizes.append(resident_bytes(common_vision.process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    answers = ask_often(common_vision, picture, 12, 1)
    ended.set()
    watcher.join()
    assert {answer.json()["label"] for answer in answers} == {"lying"}
    # Two copies of each are needed for a moment: all at once would hold 12 times 50 MiB and more.
    assert max(sizes) - min(sizes) < (THREADS + 1) * 120 * MIB


def test_line_that_is_full_refuses_politely_and_answers_the_others(
    common_vision: Any, make_picture: Any
) -> None:
    picture = make_picture(0, (1920, 1080), "PNG", "L")
    # A machine that stands still while it asks fills no line: it tries again.
    tries = (ask_often(common_vision, picture, 100, 1) for _ in range(5))
    answers = next(some for some in tries if any(each.status_code == 503 for each in some))
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {200, 503}
    assert statuses.count(200) >= 64
    refused = [answer for answer in answers if answer.status_code == 503]
    assert {answer.json()["code"] for answer in refused} == {"vision_busy"}
    assert {answer.headers["Retry-After"] for answer in refused} == {"1"}
    with common_vision.client() as http:
        assert ask(http, make_picture()).status_code == 200


def test_body_in_chunks_is_read_within_the_limit_of_a_picture(
    common_vision: Any, make_picture: Any
) -> None:
    picture = base64.b64encode(make_picture())
    with common_vision.client() as http:
        body = [b'{"model_name":"posture","image_base64":"', picture, b'"}']
        assert http.post(PATH, content=iter(body)).json()["label"] == "upright"
        before = resident_bytes(common_vision.process.pid)
        body = [b'{"model_name":"posture","image_base64":"', *[b"A" * MIB] * 60]
        answer = http.post(PATH, content=iter(body))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert resident_bytes(common_vision.process.pid) - before < 40 * MIB


def test_new_versions_are_taken_up_under_load_without_a_failed_request(
    vision_factory: Callable[..., Any],
    make_image_checkpoint: Any,
    make_picture: Any,
    tmp_path: Path,
    eventually: Callable[..., Any],
) -> None:
    folder = tmp_path / "checkpoints"
    for name in ("posture", "camera_health"):
        make_image_checkpoint(folder, name)
    vision = vision_factory(VISION_CHECKPOINTS_PATH=folder)
    answers: list[httpx.Response] = []
    ended = threading.Event()

    def client() -> None:
        with vision.client() as http:
            while not ended.is_set():
                answers.append(ask(http, make_picture()))

    def state() -> Any:
        with vision.client() as http:
            return http.get("/api/v1/health").json()["models"][0]

    clients = [threading.Thread(target=client) for _ in range(4)]
    for thread in clients:
        thread.start()
    try:
        eventually(lambda: answers)
        make_image_checkpoint(folder, "posture", "2")
        eventually(lambda: state()["version"] == "2", timeout=60)
        (folder / "posture" / "model.onnx").write_bytes(b"half of it")
        eventually(lambda: state()["reason"], timeout=60)
        assert (state()["version"], state()["status"]) == ("2", "ready")
        with vision.client() as http:
            assert http.get("/health").json()["status"] == "degraded"
        make_image_checkpoint(folder, "posture", "3")
        eventually(lambda: state()["version"] == "3", timeout=60)
        assert state()["reason"] is None
        eventually(lambda: answers[-1].json()["version"] == "3")
    finally:
        ended.set()
        for thread in clients:
            thread.join()
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["version"] for answer in answers} == {"1", "2", "3"}


def test_end_answers_who_was_let_in(vision_factory: Callable[..., Any], make_picture: Any) -> None:
    vision = vision_factory()
    picture = make_picture((0, 255, 0), (1920, 1080), "PNG")
    request = httpx.Request(
        "POST", vision.url + PATH, data={"model_name": "posture"}, files={"image": picture}
    )
    lines = [f"{name}: {value}" for name, value in request.headers.items()]
    head = "\r\n".join([f"POST {PATH} HTTP/1.1", *lines, "", ""]).encode()
    clients = [socket.create_connection(("127.0.0.1", vision.port), 30) for _ in range(8)]
    for client in clients:
        client.sendall(head + request.read())
    with vision.client() as http:
        http.get("/api/v1/health").raise_for_status()  # by then the others are let in
    vision.process.terminate()
    for client in clients:
        with client, client.makefile("rb") as answer:
            assert b'"label":"transition"' in answer.read()
    assert vision.process.wait(30) == 0


def test_missing_models_are_reported_and_answered_with_503(
    vision_factory: Callable[..., Any], make_picture: Any, tmp_path: Path
) -> None:
    vision = vision_factory(VISION_CHECKPOINTS_PATH=tmp_path / "nowhere")
    with vision.client() as http:
        health = http.get("/health").json()
        assert (health["status"], health["vision"]["status"]) == ("degraded", "degraded")
        assert "posture: cannot read" in health["vision"]["reason"]
        answer = ask(http, make_picture())
    assert (answer.status_code, answer.json()["code"]) == (503, "model_unavailable")


def test_without_a_key_only_this_machine_is_answered(vision_factory: Callable[..., Any]) -> None:
    vision = vision_factory()
    with vision.client() as http:
        assert http.get("/api/v1/health").status_code == 200
        assert http.get("/api/v1/health", headers={"Host": "elsewhere"}).status_code == 403


def test_with_a_key_nobody_else_is_answered(common_vision: Any, make_picture: Any) -> None:
    url = common_vision.url
    with common_vision.client() as http, httpx.Client(base_url=url, trust_env=False) as stranger:
        assert ask(http, make_picture()).status_code == 200
        assert ask(stranger, make_picture()).status_code == 401
        assert stranger.get("/api/v1/health").status_code == 401
        assert stranger.get("/health").status_code == 200


@pytest.mark.parametrize(
    ("settings", "status", "said"),
    [
        ({"CLIENT_REQUESTS_PER_SEC": "1"}, 2, "wrong setting: CLIENT_REQUESTS_PER_SEC: "),
        ({"API_KEY": "열쇠"}, 2, "wrong setting: API_KEY: "),
        # What it does not read may be as wrong as it likes.
        ({"TZ": "Mars", "ALERT_BUTTON_TITLE": "가" * 15}, 1, "cannot listen: "),
    ],
)
def test_start_that_fails_is_one_plain_line(
    command: Any, settings: dict[str, str], status: int, said: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = command.run("run-vision", "--host", "127.0.0.1", "--port", port, **settings)
    assert result[0] == status
    assert result[1].startswith(said)
    assert result[1].count("\n") == 1
