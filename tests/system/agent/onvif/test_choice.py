"""A box tells which cameras it has found, and watches what an owner has chosen."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from pydantic import SecretStr

from agent.backend_client import connect
from agent.capture.connection import BrokenPacket, ConnectionLost, Packet
from agent.onvif.choice import ChoiceFollower
from agent.onvif.chosen_source import WhileChosen, chosen_connection
from agent.onvif.finder import Finder
from agent.onvif.login import CameraLogins, Login
from contract.found_cameras import Access, Choice, ChosenStream, FoundCameras
from testkit.onvif_camera import Behaviour, OnvifCamera
from testkit.rtsp_camera import RtspCamera
from testkit.scripted_server import ScriptedServer

Eventually = Callable[..., Any]
KEY, HALL = "k3y-of-the-house", "k3y-of-the-hallway"
PASSWORD = "s3cret-of-the-camera"
GUARDED = Behaviour(user="admin", password=PASSWORD)


def says(chosen: ChosenStream | None) -> Callable[[object], tuple[int, bytes]]:
    return lambda _request: (200, Choice(chosen=chosen).model_dump_json().encode())


class Following:
    """A follower that asks `url` at once and often, and looks once."""

    def __init__(self, url: str, kept: Path, logins: CameraLogins) -> None:
        self.client = connect(url, None, 1.0)
        self.follower = ChoiceFollower(
            self.client, "hall", Finder(logins).look, kept, ask_sec=0.05, look_sec=1000.0
        )

    def __enter__(self) -> ChoiceFollower:
        self.follower.start()
        return self.follower

    def __exit__(self, *_: object) -> None:
        self.follower.stop()
        self.client.close()


def test_choice_is_taken_kept_and_only_of_what_was_found(
    camera_factory: Callable[..., OnvifCamera],
    scripted_server: ScriptedServer,
    tmp_path: Path,
    eventually: Eventually,
    caplog: pytest.LogCaptureFixture,
) -> None:
    camera, logins, kept = camera_factory(), CameraLogins(tmp_path), tmp_path / "chosen.json"
    sub = ChosenStream(camera=camera.id, stream="sub")
    scripted_server.script = says(sub)
    with Following(scripted_server.url, kept, logins) as follower:
        eventually(lambda: follower.chosen == sub)
        scripted_server.script = says(ChosenStream(camera="of-an-attacker", stream="sub"))
        eventually(lambda: "none that was found" in caplog.text)
        assert follower.chosen == sub
        scripted_server.script = lambda _request: (503, b"")
        asked = len(scripted_server.requests)
        eventually(lambda: len(scripted_server.requests) > asked)
        assert follower.chosen == sub
    told = FoundCameras.model_validate_json(scripted_server.requests[0].body)
    assert scripted_server.requests[0].path == "/cameras/hall/found"
    assert camera.id in {found.id for found in told.cameras}
    with Following("http://127.0.0.1:9", kept, logins) as follower:
        assert follower.chosen == sub
    assert caplog.text.count("none that was found") == 1


def test_connection_is_over_once_another_stream_is_chosen() -> None:
    class Endless:
        def receive(self) -> Packet:
            raise BrokenPacket

        def close(self) -> None:
            """Nothing is open."""

    chosen = ["this"]
    connection = WhileChosen(Endless(), lambda: chosen == ["this"])
    with pytest.raises(BrokenPacket):
        connection.receive()
    chosen.append("that")
    with pytest.raises(ConnectionLost, match="another stream"):
        connection.receive()


def test_box_without_a_choice_says_who_makes_it(tmp_path: Path) -> None:
    logins = CameraLogins(tmp_path)
    with connect("http://127.0.0.1:9", None, 1.0) as client:
        follower = ChoiceFollower(client, "hall", list, tmp_path / "chosen.json")
        with pytest.raises(ConnectionLost, match="an owner does that on the page"):
            chosen_connection(follower, logins)


def test_owner_chooses_and_the_box_watches_and_no_secret_leaves_it(
    camera_factory: Callable[..., OnvifCamera],
    rtsp_camera_factory: Callable[..., RtspCamera],
    server_factory: Callable[..., Any],
    command: Any,
    tmp_path: Path,
    eventually: Eventually,
) -> None:
    server = server_factory(API_KEY=KEY, CAMERA_KEYS=f"hall={HALL}")
    rtsp = rtsp_camera_factory(("admin", PASSWORD))
    rtsp.start()
    camera = camera_factory(replace(GUARDED, rtsp_url=f"rtsp://10.9.9.9:{rtsp.port}/live"))
    logins = CameraLogins(tmp_path / "box")
    logins.keep(camera.id, Login(user="admin", password=SecretStr(PASSWORD)))
    told = [asked.found for asked in Finder(logins).look() if asked.found.id == camera.id]
    assert told[0].access is Access.OPEN
    by_box = {"Authorization": f"Bearer {HALL}"}
    body = FoundCameras(cameras=tuple(told)).model_dump(mode="json")
    url = f"{server.url}/cameras/hall"
    httpx.put(f"{url}/found", json=body, headers=by_box, trust_env=False).raise_for_status()
    chosen = {"chosen": {"camera": camera.id, "stream": "sub"}}
    server.http.put("/cameras/hall/chosen", json=chosen).raise_for_status()
    box = command.start(
        "run-agent", "--source", "onvif://", DATA_DIR=tmp_path / "box", API_KEY=HALL,
        CAMERA_ID="hall", BACKEND_BASE_URL=server.url, INFERENCE="remote", HEARTBEAT_SEC="0.5",
    )  # fmt: skip

    def is_watched() -> bool:
        return any(beat.get("fps") for beat in server.recent(camera_id="hall", limit=50))

    try:
        eventually(is_watched, 40)
    finally:
        box.stop()
    events = json.dumps(server.records())
    everywhere = events + server.log() + box.log.read_text() + json.dumps(server.health())
    assert not any(secret in everywhere for secret in (PASSWORD, "rtsp://", "10.9.9.9"))
    assert time.time() - server.get("/cameras/hall/found").json()["found_at"] < 60
