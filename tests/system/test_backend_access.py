"""Who may what, against the whole application and the real process."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from pydantic import SecretStr
from starlette.testclient import TestClient

from backend.access.keys import Caller
from backend.access.rights import OPEN_PATHS, is_for_everybody, is_public
from backend.access.roles import Role
from backend.app import create_app
from backend.config import BackendSettings
from testkit.households import HOME

KEY, HALL, BEDROOM = "k3y-of-the-house", "k3y-of-the-hallway", "k3y-of-the-bedroom"
CAMERA_KEYS = f"hall={HALL},bedroom={BEDROOM}"
# Neither a window nor a picture names a camera: every camera may have its own analyzed.
EDGE = "/deployments/edge/{recipe}"
OPEN_TO_CAMERAS = {
    "/behavior/analyze",
    "/api/v1/predict",
    EDGE,
    f"{EDGE}/files/{{sha256}}",
    "/styles/night/package",
    "/styles/night/package/files/{sha256}",
    "/images/of-camera",  # which camera's stands in the query
}
FOR_THE_HOUSEHOLDS_KEY = {"/datasets/blobs/{sha256}"}

MakeEvent = Callable[..., dict[str, Any]]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    cameras = {"hall": SecretStr(HALL), "bedroom": SecretStr(BEDROOM)}
    app = create_app(
        BackendSettings(
            _env_file=None, data_dir=tmp_path, api_key=SecretStr(KEY), camera_keys=cameras
        )
    )
    with TestClient(app):
        yield app


def routes(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path that the application has."""
    found = iter_route_contexts(app.routes)
    return sorted((method, str(route.path)) for route in found for method in route.methods or ())


def is_closed(path: str) -> bool:
    return not (is_for_everybody(path) or is_public(path))


def let_in(app: FastAPI, authorization: str | None, event: dict[str, Any]) -> list[str]:
    """The routes that are not open anyhow, and answer anything but 401, 403 and 429."""
    headers = {"Authorization": authorization} if authorization else {}
    http = TestClient(app, client=("192.168.0.7", 50_000), headers=headers)
    found = []
    for method, path in routes(app):
        body = [event] if path == "/event/payloads" else event
        answer = http.request(method, path, json=body if method == "POST" else None)
        if is_closed(path) and answer.status_code not in (401, 403, 429):
            found.append(path)
    return found


def without_access_control(app: Any) -> Any:
    """Lets everybody in as an owner who may make households, too."""
    owner = Caller("owner", HOME, person_id=1, role=Role.OWNER, is_operator=True)

    async def open_door(scope: Any, receive: Any, send: Any) -> None:
        scope.setdefault("state", {})["caller"] = owner
        await app.inside(scope, receive, send)

    app.guard = open_door
    return app


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        pytest.param(None, set(), id="no key"),
        pytest.param("Bearer wrong", set(), id="wrong key"),
        pytest.param(f"Basic {KEY}", set(), id="another scheme"),
        pytest.param(f"Bearer {BEDROOM}", OPEN_TO_CAMERAS, id="another camera's key"),
    ],
)
def test_every_route_refuses_who_may_not(
    app: FastAPI, make_event: MakeEvent, authorization: str | None, expected: set[str]
) -> None:
    paths = {path for _, path in routes(app)}
    assert {"/event/payload", "/debug/kakao/send-test", *OPEN_PATHS} <= paths
    assert set(let_in(app, authorization, make_event(camera_id="hall"))) == expected
    assert app.state.events.recent.newest(10) == []


@pytest.mark.parametrize("authorization", [None, "Bearer wrong", f"Bearer {BEDROOM}"])
def test_control_the_same_check_finds_every_route_of_a_server_that_asks_for_no_key(
    app: FastAPI, make_event: MakeEvent, authorization: str | None
) -> None:
    paths = {path for _, path in routes(app) if is_closed(path)}
    event = make_event(camera_id="hall")
    found = set(let_in(without_access_control(app), authorization, event))
    assert found == paths - FOR_THE_HOUSEHOLDS_KEY


def test_new_route_is_closed_from_the_start(app: FastAPI, make_event: MakeEvent) -> None:
    app.get("/new")(lambda: "in")
    assert ("GET", "/new") in routes(app)
    assert "/new" not in let_in(app, f"Bearer {HALL}", make_event(camera_id="hall"))


@pytest.fixture
def server(server_factory: Callable[..., Any]) -> Any:
    return server_factory(API_KEY=KEY, CAMERA_KEYS=CAMERA_KEYS)


def test_camera_posts_its_own_events_and_a_list_with_a_foreign_one_is_refused_whole(
    server: Any, make_event: MakeEvent
) -> None:
    own, foreign = make_event(camera_id="hall"), make_event(camera_id="bedroom")
    headers = {"Authorization": f"Bearer {HALL}"}
    refusal = server.post("/event/payloads", [own, foreign], headers=headers)
    assert (refusal.status_code, refusal.json()["code"]) == (403, "forbidden")
    assert server.post("/event/payload", foreign, headers=headers).status_code == 403
    assert server.records() == []
    assert server.post("/event/payloads", [own], headers=headers).status_code == 200
    assert [record["event_id"] for record in server.records()] == [own["event_id"]]
    # Control: with the household's key the same list is good.
    assert server.post("/event/payloads", [own, foreign]).status_code == 200


def test_camera_box_watches_with_a_key_of_its_own_alone(
    server: Any, command: Any, repository: Path
) -> None:
    recording = repository / "demo" / "recordings" / "fall.npz"
    options = ("--source", str(recording), "--pace", "fast", "--backend-url", server.url)
    status, said = command.run(
        "run-agent", *options, CAMERA_ID="hall", API_KEY=HALL, INFERENCE="remote", DATA_DIR="box"
    )
    assert status == 0, said
    assert {"START", "END"} <= {record["event_type"] for record in server.records()}
    # Control: the other camera's key sends nothing, and says why.
    recorded = len(server.records())
    status, said = command.run(
        "run-agent", *options, CAMERA_ID="hall", API_KEY=BEDROOM, DATA_DIR="box", DRAIN_SEC="1"
    )
    assert status == 1
    assert "it answers 403" in said
    assert len(server.records()) == recorded


def test_start_says_how_a_camera_box_finds_the_server_and_not_the_key(server: Any) -> None:
    line = next(line for line in server.log().splitlines() if "start a camera box" in line)
    assert f"BACKEND_BASE_URL=http://127.0.0.1:{server.port} " in line
    assert line.endswith("API_KEY=<as on the server> uv run --no-sync run-agent --camera-id NAME")
    assert "k3y" not in server.log()


def test_flood_is_slowed_down_and_a_camera_is_not(
    server_factory: Any, make_event: MakeEvent
) -> None:
    server = server_factory(API_KEY=KEY, CAMERA_KEYS=CAMERA_KEYS, CLIENT_REQUESTS_PER_SEC=50)
    paths = ["/event/recent", "/health"] * 750
    with (
        httpx.Client(base_url=server.url, trust_env=False, timeout=60) as stranger,
        ThreadPoolExecutor(8) as threads,
    ):
        answers = list(threads.map(stranger.get, paths))
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(answers) - len(refused) >= 500
    assert {answer.url.path for answer in refused} == set(paths)
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}
    event = make_event(camera_id="hall")
    headers = {"Authorization": f"Bearer {HALL}"}
    assert server.post("/event/payload", event, headers=headers).status_code == 200
