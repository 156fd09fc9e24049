"""A server process that somebody asks and leaves, that is started again, and that erases."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2 as httpx
import pytest

from testkit.language_models.base import KEY, LanguageModel
from testkit.language_models.openai import OpenAIDialect
from testkit.language_models.turns import Turn

PATH = "/api/chat/message"
HEADERS = {"X-OpenAI-API-Key": KEY}


@pytest.fixture(scope="module")
def model() -> Iterator[LanguageModel]:
    standing_in = LanguageModel(OpenAIDialect())
    yield standing_in
    standing_in.close()


@pytest.fixture(scope="module")
def server(serve: Callable[..., Any], model: LanguageModel) -> Any:
    return serve(OPENAI_BASE_URL=f"{model.url}/v1")


def ask(server: Any, message: str) -> httpx.Response:
    answer: httpx.Response = server.http.post(PATH, json={"message": message}, headers=HEADERS)
    return answer


def wait(condition: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < ends_at
        time.sleep(0.02)


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
def test_who_leaves_stops_the_work(server: Any, model: LanguageModel, accept: str) -> None:
    model.script = [Turn("기다려 주세요. " * 10, hangs=True)]
    model.left.clear()
    headers, body = {**HEADERS, "Accept": accept}, {"message": "안녕"}
    if accept == "text/event-stream":
        with httpx.stream("POST", server.url + PATH, json=body, headers=headers) as answer:
            pieces = answer.iter_text()  # who lets go of it leaves
            assert next(pieces).startswith("event: text\n")
            assert ask(server, "또").json()["code"] == "answer_going"
    else:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(server.url + PATH, json=body, headers=headers, timeout=2)
    assert model.left.wait(10)
    model.script = [Turn("안녕하세요.")]
    wait(lambda: ask(server, "안녕").status_code == 200)


def test_conversations_outlive_the_server_and_the_key_is_nowhere(
    server: Any, model: LanguageModel
) -> None:
    model.script = [Turn("안녕하세요.")]
    said = ask(server, "안녕").raise_for_status().json()
    server.restart()
    shown = server.get(f"/api/chat/conversations/{said['conversation_id']}").json()
    assert [turn["text"] for turn in shown["turns"]] == ["안녕", "안녕하세요."]
    assert server.get("/api/chat/usage").json()["messages"] > 0
    server.http.delete("/api/chat/conversations").raise_for_status()
    server.stop()
    files = [path.read_bytes() for path in server.data_dir.rglob("*") if path.is_file()]
    assert not any("안녕하세요.".encode() in content for content in files)
    assert not any(KEY.encode() in content for content in [*files, server.log().encode()])
