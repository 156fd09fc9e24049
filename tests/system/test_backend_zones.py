"""The zones of the cameras over HTTP, and on their way to a camera box."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from pydantic import SecretStr

from agent.backend_client import connect
from agent.zones import ZonePoller
from contract.zones import Zones, zones_path

Json = dict[str, Any]
Eventually = Callable[..., Any]

KEY, HALL = "k3y-of-the-house", "k3y-of-the-hallway"
BED: Json = {"name": "침대", "kind": "rest", "polygon": [[0.1, 0.5], [0.4, 0.5], [0.4, 0.8]]}
ZONES: Json = {"zones": [BED, BED | {"name": "rug", "kind": "floor"}]}


def put(server: Any, camera_id: str, body: Any, key: str | None = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    content = {"content": body} if isinstance(body, bytes) else {"json": body}
    return httpx.put(f"{server.url}{zones_path(camera_id)}", headers=headers, **content)


@pytest.mark.parametrize("camera_id", ["hall", "거실", "1층/거실", "a b?c#d%2Fe"])
def test_zones_are_read_as_they_were_set_and_outlive_a_restart(
    common_server: Any, camera_id: str
) -> None:
    path = zones_path(camera_id)
    assert common_server.get(path).json() == {"zones": []}
    assert put(common_server, camera_id, ZONES).json() == ZONES
    assert common_server.get(path).json() == ZONES
    assert common_server.get(zones_path(camera_id + "x")).json() == {"zones": []}
    assert put(common_server, camera_id, {"zones": []}).json() == {"zones": []}
    assert common_server.get(path).json() == {"zones": []}


def test_zones_outlive_a_restart(server: Any) -> None:
    put(server, "hall", ZONES)
    server.restart()
    assert server.get("/cameras/hall/zones").json() == ZONES


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"", 400, "expected a JSON body"),
        (b"{", 400, "expected a JSON body"),
        (b"[]", 422, "body"),
        (b"NaN", 422, "finite"),
        ({"zones": [BED | {"kind": "sofa"}]}, 422, "zones.0.kind: Input should be 'rest' or"),
        ({"zones": [BED | {"polygon": [[0, 0], [1, 1], [2, 2]]}]}, 422, "less than or equal to 1"),
        ({"zones": [BED | {"polygon": [[0, 0], [0.5, 0.5], [1, 1]]}]}, 422, "with an area"),
        ({"zones": [BED] * 51}, 422, "at most 50"),
        (b'{"zones": [' + b" " * 70_000 + b"]}", 413, "at most 65536 bytes"),
    ],
    ids=str,
)
def test_what_are_no_zones_is_refused_and_changes_nothing(
    common_server: Any, body: Any, status: int, said: str
) -> None:
    put(common_server, "refused", ZONES)
    answer = put(common_server, "refused", body)
    assert (answer.status_code, said in answer.json()["message"]) == (status, True), answer.text
    assert common_server.get("/cameras/refused/zones").json() == ZONES


@pytest.mark.parametrize("name", ["server", " ", "a%E2%80%AEb", "", "%00", "x" * 129])
def test_camera_that_can_be_none_has_no_zones(common_server: Any, name: str) -> None:
    assert common_server.get(f"/cameras/{name}/zones").status_code == 422


def test_camera_reads_its_own_zones_alone_and_sets_none(
    server_factory: Callable[..., Any],
) -> None:
    server = server_factory(API_KEY=KEY, CAMERA_KEYS=f"hall={HALL},1층/거실={HALL[::-1]}")

    def read(camera_id: str, key: str) -> int:
        headers = {"Authorization": f"Bearer {key}"}
        return httpx.get(f"{server.url}{zones_path(camera_id)}", headers=headers).status_code

    assert [read("hall", key) for key in (KEY, HALL, HALL[::-1], "wr0ng-key-of-nobody")] == [
        200, 200, 403, 401,
    ]  # fmt: skip
    assert read("1층/거실", HALL[::-1]) == 200
    assert [put(server, "hall", ZONES, key).status_code for key in (None, HALL, KEY)] == [
        401, 403, 200,
    ]  # fmt: skip


def test_camera_box_gets_the_zones_that_the_household_has_set(
    server_factory: Callable[..., Any], tmp_path: Path, eventually: Eventually
) -> None:
    server = server_factory(API_KEY=KEY, CAMERA_KEYS=f"1층/거실={HALL}")
    with connect(server.url, SecretStr(HALL), 5.0) as client:
        poller = ZonePoller(client, "1층/거실", tmp_path / "box" / "zones.json", 0.1)
        poller.start()
        put(server, "1층/거실", ZONES, KEY)
        eventually(lambda: poller.zones == Zones.model_validate(ZONES))
        poller.stop()
