"""The key picture of a fall: sent once to be kept, refused in peace, and never waited for."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import httpx2 as httpx
import numpy as np
import pytest
from pydantic import SecretStr

from agent.backend_client import connect
from agent.key_pictures import PATH, KeyPictures
from agent.recent_frames import RecentFrames
from modeling.perception.frames.frame import Frame
from testkit.scripted_server import ScriptedServer

MOMENT = 5.0


@pytest.fixture
def client(scripted_server: ScriptedServer) -> Iterator[httpx.Client]:
    with connect(scripted_server.url, SecretStr("a-key"), 5.0) as client:
        yield client


@pytest.fixture
def key_pictures(client: httpx.Client) -> KeyPictures:
    frames = RecentFrames()
    frames.keep(Frame(150, MOMENT, np.full((48, 64, 3), 90, np.uint8)))
    return KeyPictures(frames, client, "거실")


def test_it_is_sent_with_its_camera_and_incident(
    key_pictures: KeyPictures, scripted_server: ScriptedServer, eventually: Callable[..., Any]
) -> None:
    scripted_server.script = lambda _: (200, b"{}")
    key_pictures.send(MOMENT, "an-incident")
    eventually(lambda: scripted_server.requests)
    (request,) = scripted_server.requests
    address = httpx.URL(f"http://it{request.path}")
    assert address.path == "/images/of-camera"
    assert dict(address.params) == {"camera_id": "거실", "incident_id": "an-incident"}
    assert request.headers["Content-Type"] == "image/jpeg"
    assert request.body.startswith(b"\xff\xd8\xff")


def test_without_a_picture_of_the_moment_nothing_is_sent(
    key_pictures: KeyPictures, scripted_server: ScriptedServer, eventually: Callable[..., Any]
) -> None:
    scripted_server.script = lambda _: (200, b"{}")
    key_pictures.send(MOMENT + 1, "too-late")
    key_pictures.send(MOMENT, "in-time")
    eventually(lambda: scripted_server.requests)
    assert ["in-time" in it.path for it in scripted_server.requests] == [True]


@pytest.mark.parametrize(
    ("status", "said"), [(403, ""), (503, "the picture of the fall is not kept: it answers 503")]
)
def test_only_what_is_no_refusal_is_said(
    key_pictures: KeyPictures,
    scripted_server: ScriptedServer,
    caplog: pytest.LogCaptureFixture,
    eventually: Callable[..., Any],
    status: int,
    said: str,
) -> None:
    caplog.set_level(logging.WARNING, logger="agent")
    scripted_server.script = lambda _: (status, b"{}")
    key_pictures.send(MOMENT, None)
    eventually(lambda: scripted_server.requests and said in caplog.text)
    assert bool(caplog.text) is bool(said)


def test_a_server_that_hangs_is_not_waited_for(
    key_pictures: KeyPictures,
    scripted_server: ScriptedServer,
    caplog: pytest.LogCaptureFixture,
    eventually: Callable[..., Any],
) -> None:
    scripted_server.script = scripted_server.hang
    key_pictures.send(MOMENT, "first")
    key_pictures.send(MOMENT, "second")
    assert "the last one is on its way" in caplog.text
    eventually(lambda: scripted_server.requests)
    assert ["first" in it.path for it in scripted_server.requests] == [True]
    scripted_server.released.set()


def test_a_server_keeps_it_where_the_household_wants_that(
    server_factory: Callable[..., Any], eventually: Callable[..., Any]
) -> None:
    server = server_factory(API_KEY="key-of-the-household", CAMERA_KEYS="거실=key-of-the-camera")
    frames = RecentFrames()
    frames.keep(Frame(150, MOMENT, np.full((48, 64, 3), 90, np.uint8)))
    house = {"Authorization": "Bearer key-of-the-household"}
    with (
        connect(server.url, SecretStr("key-of-the-camera"), 30.0) as camera,
        httpx.Client(base_url=server.url, headers=house, trust_env=False, timeout=30.0) as http,
    ):
        refused = camera.post(PATH, params={"camera_id": "거실"}, content=frames.jpeg_at(MOMENT))
        assert (refused.status_code, refused.json()["code"]) == (403, "no_consent")
        wanted = {"camera_id": "거실", "days": 7}
        http.put("/images/consents", json=wanted).raise_for_status()
        KeyPictures(frames, camera, "거실").send(MOMENT, "after")
        (kept,) = eventually(lambda: http.get("/images").json(), timeout=30.0)
        assert (kept["camera_id"], kept["incident_id"]) == ("거실", "after")
        assert http.get(f"/images/{kept['id']}/thumbnail").raise_for_status().content
    # What lies on the disk is encrypted.
    written = b"".join(f.read_bytes() for f in server.data_dir.rglob("*") if f.is_file())
    assert b"\xff\xd8\xff\xe0" not in written
