"""Network cameras that a box has found, on the page of the cameras."""

from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest

from testkit.browser import Device
from testkit.web_server import WebServer

SUB = {
    "token": "sub", "name": "SubStream", "codec": "H264", "width": 640, "height": 480,
    "fps": 15.0, "fit": "good",
}  # fmt: skip
MAIN = SUB | {"token": "main", "name": "MainStream", "codec": "H265", "fit": "other_codec"}
DOOR = {
    "id": "cam-1", "name": "<b>Front</b> door", "maker": "Dolcam", "model": "DC-1",
    "access": "open", "streams": [SUB, MAIN],
}  # fmt: skip
LOCKED = DOOR | {"id": "cam-2", "name": "Garden", "access": "password_wanted", "streams": []}


@pytest.fixture
def tell(server: WebServer) -> Callable[[str, list[dict[str, Any]]], httpx.Response]:
    """Says as the box of a camera what it has found; the camera is heard of, too."""

    def send(camera_id: str, cameras: list[dict[str, Any]]) -> httpx.Response:
        headers = {"Authorization": f"Bearer {server.api_key}"}
        beat = {
            "type": "HEARTBEAT", "session_id": "s", "seq": 1, "state": "running",
            "event_id": f"beat of {camera_id}", "camera_id": camera_id, "ts": 1_795_939_200.0,
        }  # fmt: skip
        with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as box:
            box.post("/event/payload", json=beat).raise_for_status()
            return box.put(f"/cameras/{camera_id}/found", json={"cameras": cameras})

    return send


def test_owner_chooses_a_stream_and_is_told_what_to_type_for_a_password(
    phone: Device, tell: Callable[..., httpx.Response]
) -> None:
    assert tell("hall", [DOOR, LOCKED]).json() == {"chosen": None}
    phone.page.goto("/cameras")
    assert phone.page.get_by_text("<b>Front</b> door").is_visible()
    assert phone.page.get_by_text("suits well").is_visible()
    assert phone.page.get_by_text("--camera-login cam-2").is_visible()
    phone.check()
    phone.page.get_by_role("button", name="Watch SubStream of").click()
    phone.page.get_by_text("follows within half a minute").wait_for()
    chosen = {"camera": "cam-1", "stream": "sub"}
    assert tell("hall", [DOOR, LOCKED]).json() == {"chosen": chosen}
    phone.page.get_by_text("Found in the network of this box: 2").click()
    assert phone.page.get_by_text("Chosen", exact=True).is_visible()
    phone.check()


def test_owner_reads_it_in_their_own_language(
    phone: Device, server: WebServer, tell: Callable[..., httpx.Response]
) -> None:
    tell("거실", [LOCKED]).raise_for_status()
    headers = {"Authorization": f"Bearer {server.api_key}"}
    mine = f"{server.url}/people/1"
    korean = {"language": "ko"}
    httpx.put(mine, json=korean, headers=headers, trust_env=False).raise_for_status()
    phone.page.goto("/cameras")
    assert phone.page.get_by_text("비밀번호가 필요합니다.").last.is_visible()
    phone.check()
