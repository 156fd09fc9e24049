"""A fall test over HTTP: what a killed server knows of it, and who may make one."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx2 as httpx
import pytest

from testkit.escalations import KIM, LEE
from testkit.family import family_server, told
from testkit.ntfy_server import NtfyServer

FALL = "낙상 (넘어짐) 감지 - 거실"
Eventually = Callable[..., Any]


@pytest.fixture
def phones() -> Iterator[NtfyServer]:
    with closing(NtfyServer()) as phones:
        yield phones


@pytest.fixture
def server(server_factory: Callable[..., Any], phones: NtfyServer) -> Any:
    """A server of a family, which has a camera and knows no alarm yet."""
    return family_server(server_factory, phones)


def begin(server: Any, **wanted: object) -> httpx.Response:
    answer: httpx.Response = server.post("/fall-test", {"camera_id": "거실"} | wanted)
    return answer


def titles(phones: NtfyServer) -> list[list[str]]:
    return [[it.title for it in told(phones, member)] for member in (KIM, LEE)]


def test_killed_server_hides_the_fall_from_nobody_who_takes_it_for_real(
    server: Any, phones: NtfyServer, make_event: Callable[..., Any], eventually: Eventually
) -> None:
    test = begin(server).raise_for_status().json()
    assert test["until"] - test["began_at"] == 300.0
    server.send(make_event("END", ts=time.time(), duration_sec=0.0))
    (seen,) = eventually(lambda: server.get("/fall-test").json()["incidents"])
    assert server.get(f"/incidents/{seen}").json()["is_test"]
    server.kill()
    server.start()
    assert server.get("/fall-test").json() == test | {"incidents": [seen]}
    time.sleep(2.5)  # more than two rounds
    assert titles(phones) == [[], []]
    said = server.post(f"/incidents/{seen}/acknowledgement", {"answer": "called_119"})
    assert said.status_code == 200
    eventually(lambda: titles(phones)[0])
    assert not server.get(f"/incidents/{seen}").json()["is_test"]
    assert server.get("/fall-test").json()["code"] == "no_fall_test"


def test_fall_after_the_test_alarms_everybody(
    server: Any, phones: NtfyServer, make_event: Callable[..., Any], eventually: Eventually
) -> None:
    begin(server).raise_for_status()
    assert server.http.delete("/fall-test").json()["camera_id"] == "거실"
    assert server.http.delete("/fall-test").json()["code"] == "no_fall_test"
    server.send(make_event("END", ts=time.time(), duration_sec=0.0))
    eventually(lambda: FALL in titles(phones)[0])
    assert begin(server).json()["code"] == "somebody_in_need"


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ({"camera_id": "nowhere"}, 404, "unknown_camera"),
        ({"minutes": 6}, 422, "invalid_input"),
        ({"minutes": 0}, 422, "invalid_input"),
        ({"person_id": 1}, 422, "invalid_input"),
    ],
)
def test_test_of_no_camera_or_too_long_is_refused(
    server: Any, wanted: dict[str, object], status: int, code: str
) -> None:
    refused = begin(server, **wanted)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert begin(server).status_code == 200
    assert begin(server).json()["code"] == "fall_test_under_way"
