"""What a camera box has found and an owner has chosen, over HTTP."""

from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest

Json = dict[str, Any]
KEY, HALL = "k3y-of-the-house", "k3y-of-the-hallway"
STREAM: Json = {
    "token": "sub", "name": "SubStream", "codec": "H264", "width": 640, "height": 480,
    "fps": 15.0, "fit": "good",
}  # fmt: skip
CAMERA: Json = {
    "id": "cam-1", "name": "Door", "maker": None, "model": None, "access": "open",
    "streams": [STREAM],
}  # fmt: skip
CHOSEN = {"camera": "cam-1", "stream": "sub"}


def put(server: Any, path: str, body: Json, key: str = KEY) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.put(f"{server.url}{path}", json=body, headers=headers, trust_env=False)


@pytest.fixture(scope="module")
def guarded(serve: Callable[..., Any]) -> Any:
    return serve(API_KEY=KEY, CAMERA_KEYS=f"hall={HALL},kitchen={HALL[::-1]}")


def test_box_tells_by_its_own_key_and_hears_what_an_owner_has_chosen(guarded: Any) -> None:
    found = {"cameras": [CAMERA]}
    assert put(guarded, "/cameras/hall/found", found, HALL).json() == {"chosen": None}
    assert put(guarded, "/cameras/hall/found", found, HALL[::-1]).status_code == 403
    assert put(guarded, "/cameras/hall/chosen", {"chosen": CHOSEN}, HALL).status_code == 403
    shown = put(guarded, "/cameras/hall/chosen", {"chosen": CHOSEN}).json()
    assert (shown["cameras"], shown["chosen"]) == ([CAMERA], CHOSEN)
    assert put(guarded, "/cameras/hall/found", {"cameras": []}, HALL).json() == {"chosen": CHOSEN}
    assert put(guarded, "/cameras/hall/chosen", {"chosen": None}).json()["chosen"] is None
    assert guarded.get("/cameras/hall/found").json()["cameras"] == []
    assert guarded.get("/cameras/kitchen/found").json()["found_at"] is None


def test_what_no_box_has_found_is_not_chosen(guarded: Any) -> None:
    for camera in ("hall", "nobody"):
        answer = put(guarded, f"/cameras/{camera}/chosen", {"chosen": CHOSEN | {"stream": "x"}})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found_by_box")


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "rtsp://admin:word@10.0.0.1/live"},
        {"id": "a b"},
        {"access": "perhaps"},
        {"streams": [STREAM | {"width": 0}]},
        {"streams": [STREAM] * 33},
    ],
    ids=str,
)
def test_what_is_no_found_camera_is_refused(guarded: Any, wrong: Json) -> None:
    body = {"cameras": [CAMERA | wrong]}
    assert put(guarded, "/cameras/hall/found", body, HALL).status_code == 422
