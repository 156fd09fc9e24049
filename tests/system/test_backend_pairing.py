"""A camera box is paired with a real server by a code, and works by the key that it got."""

import base64
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from cryptography.hazmat.primitives import serialization

from testkit.processes import Part

Json = dict[str, Any]
Eventually = Callable[..., Any]
KEY, HALL = "k3y-of-the-house", "k3y-of-the-hallway"


@pytest.fixture
def guarded(server_factory: Callable[..., Any]) -> Any:
    """A server with a key, and one camera that has its own in the settings."""
    return server_factory(API_KEY=KEY, CAMERA_KEYS=f"hall={HALL}")


@pytest.fixture(scope="module")
def shared(serve: Callable[..., Any]) -> Any:
    """The same for several tests, each of which shows its codes from an address of its own."""
    return serve(API_KEY=KEY, CAMERA_KEYS=f"hall={HALL}", TRUSTED_PROXIES="127.0.0.1")


@pytest.fixture
def recording(repository: Path) -> Path:
    return repository / "demo" / "recordings" / "fall.npz"


@pytest.fixture
def run_box(command: Any, tmp_path: Path) -> Callable[..., Part]:
    """Starts `run-agent` on the box's own DATA_DIR, without any other setting."""

    def start(*options: object, **settings: object) -> Part:
        told = [str(option) for option in options]
        part: Part = command.fork("run-agent", *told, DATA_DIR=tmp_path / "box", **settings)
        return part

    return start


def code_for(server: Any, camera_id: str) -> str:
    answer = server.post("/cameras", {"camera_id": camera_id}).raise_for_status().json()
    assert answer["camera_id"] == camera_id
    code: str = answer["code"]
    return code


def shown(server: Any) -> dict[str, Json]:
    return {camera["camera_id"]: camera for camera in server.get("/cameras").json()}


def pair(server: Any, body: Any, **headers: str) -> httpx.Response:
    content = {"content": body} if isinstance(body, bytes) else {"json": body}
    return httpx.post(f"{server.url}/pairing", headers=headers, trust_env=False, **content)


def event_status(server: Any, key: str, camera_id: str = "거실") -> int:
    beat = {"event_type": "HEARTBEAT", "event_id": "e1", "camera_id": camera_id, "ts": 1.8e9}
    headers = {"Authorization": f"Bearer {key}"}
    url = f"{server.url}/event/payload"
    return httpx.post(url, json=beat, headers=headers, trust_env=False).status_code


def test_box_is_paired_and_starts_later_without_an_option(
    guarded: Any, run_box: Callable[..., Part], recording: Path, tmp_path: Path
) -> None:
    options = ("--pair", code_for(guarded, "거실"), "--backend-url", guarded.url)
    first = run_box(*options, "--source", recording, PACE="fast")
    assert first.process.wait(60) == 0, first.log.read_text()
    recorded = len(guarded.recent(camera_id="거실", limit=1000))
    assert recorded > 0
    again = run_box(PACE="fast")
    assert again.process.wait(60) == 0, again.log.read_text()
    assert len(guarded.recent(camera_id="거실", limit=1000)) > recorded
    assert shown(guarded)["거실"]["key"] == "paired"
    kept = {path.name: path for path in (tmp_path / "box" / "access").iterdir()}
    assert {path.stat().st_mode & 0o777 for path in kept.values()} == {0o600}
    signs = guarded.data_dir / "access" / "package.pem"
    private = serialization.load_pem_private_key(signs.read_bytes(), None)
    public = base64.b64encode(private.public_key().public_bytes_raw()).decode()
    assert kept.keys() == {"pairing.json", "package-key"}
    assert kept["package-key"].read_text() == public
    said = first.log.read_text() + again.log.read_text() + guarded.log()
    assert options[1] not in said
    assert '"key"' not in said


def test_box_that_is_only_to_be_paired_ends_then_and_is_heard_at_its_next_start(
    guarded: Any, run_box: Callable[..., Part], recording: Path
) -> None:
    options = ("--pair", code_for(guarded, "거실"), "--backend-url", guarded.url, "--no-watch")
    first = run_box(*options, "--source", recording)
    assert first.process.wait(60) == 0, first.log.read_text()
    assert guarded.recent(camera_id="거실", limit=1000) == []
    again = run_box(PACE="fast")
    assert again.process.wait(60) == 0, again.log.read_text()
    assert "hears this camera" in again.log.read_text()


def test_wrong_code_ends_the_start_with_what_to_do(
    shared: Any, run_box: Callable[..., Part]
) -> None:
    code = code_for(shared, "거실")
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    part = run_box("--pair", wrong, "--backend-url", shared.url)
    assert part.process.wait(60) == 1
    (line,) = part.log.read_text(encoding="utf-8").splitlines()
    assert "let an owner make a new one" in line


@pytest.mark.parametrize(
    "options", [("--pair", "12345"), ("--pair", "123456", "--farewell"), ("--no-watch",),
                ("--pair", "123456", "--camera", "a=0", "--camera", "b=1")]
)  # fmt: skip
def test_bad_usage_of_pair_is_status_2(
    run_box: Callable[..., Part], options: tuple[str, ...]
) -> None:
    assert run_box(*options).process.wait(60) == 2


def test_paired_key_opens_its_own_camera_alone_until_it_is_removed(guarded: Any) -> None:
    paired = pair(guarded, {"code": code_for(guarded, "거실")}).json()
    assert paired["camera_id"] == "거실"
    key = paired["key"]
    assert [event_status(guarded, key, camera) for camera in ("거실", "hall")] == [200, 403]
    headers = {"Authorization": f"Bearer {key}"}
    reads = [
        httpx.get(f"{guarded.url}{path}", headers=headers, trust_env=False).status_code
        for path in ("/cameras", "/visits", "/activity", "/self-tests", "/cameras/거실")
    ]
    assert reads == [403] * 5
    guarded.restart()
    assert event_status(guarded, key) == 200
    answer = guarded.http.delete("/cameras/거실")
    assert answer.json() == {"camera_id": "거실"}
    assert event_status(guarded, key) == 401
    assert event_status(guarded, HALL, "hall") == 200
    guarded.restart()
    assert event_status(guarded, key) == 401


def test_key_of_the_settings_cannot_be_replaced_by_a_code(shared: Any) -> None:
    answer = shared.post("/cameras", {"camera_id": "hall"})
    assert (answer.status_code, answer.json()["code"]) == (409, "camera_has_key")
    assert shown(shared)["hall"]["key"] == "environment"


def test_who_guesses_is_stopped_by_address_and_spoils_no_other_camera(shared: Any) -> None:
    code = code_for(shared, "거실")
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    there = {"x-forwarded-for": "192.0.2.1"}
    answers = [pair(shared, {"code": wrong}, **there) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [403] * 3 + [429] * 5
    assert int(answers[-1].headers["retry-after"]) <= 60
    # Three wrong tries are not five, but this address has to wait as well.
    assert pair(shared, {"code": code}, **there).status_code == 429


def test_nobody_but_an_owner_makes_a_code(shared: Any) -> None:
    body = {"camera_id": "거실"}
    for headers in ({}, {"Authorization": f"Bearer {HALL}"}):
        answer = httpx.post(f"{shared.url}/cameras", json=body, headers=headers, trust_env=False)
        assert answer.status_code in (401, 403)


def test_page_of_another_site_shows_no_codes(shared: Any) -> None:
    code = code_for(shared, "거실")
    answer = pair(shared, {"code": code}, origin="https://evil.example")
    assert answer.status_code == 403
    assert answer.json()["code"] == "forbidden"


def test_pairing_takes_anything_without_failing(shared: Any) -> None:
    numbers = random.Random(7)  # noqa: S311 (no secret)
    bodies: list[Any] = [
        b"", b"{", b"[]", b"null", b"NaN", b'{"code": 1e400}', {"code": 123456}, {"code": None},
        {"code": ""}, {"code": "1" * 10_000}, {"code": "12345\n6"}, {"code": "١٢٣٤٥٦"},
        {"code": "123456", "camera_id": "거실"}, {"code": ["123456"]}, {"code": {"$ne": ""}},
        b'{"code": "123456"' + b" " * 70_000 + b"}", b'{"code": "\\ud800"}',
        *(numbers.randbytes(numbers.randrange(1, 200)) for _ in range(60)),
    ]  # fmt: skip
    there = {"x-forwarded-for": "192.0.2.2"}
    statuses = [pair(shared, body, **there).status_code for body in bodies]
    assert set(statuses) <= {400, 413, 422}
    # None of them was a guess: the address may still show its code.
    assert pair(shared, {"code": code_for(shared, "거실")}, **there).status_code == 200


@pytest.mark.parametrize("name", ["server", " ", "a\u202eb", "", "x" * 129, None, 5])
def test_camera_that_can_be_none_gets_no_code(shared: Any, name: Any) -> None:
    assert shared.post("/cameras", {"camera_id": name}).status_code == 422


def test_place_of_a_camera_is_kept_as_it_was_written(shared: Any) -> None:
    there = {"x-forwarded-for": "192.0.2.3"}
    pair(shared, {"code": code_for(shared, "1층/거실")}, **there).raise_for_status()
    place = "<script>alert(1)</script> & 책장"
    path = "/cameras/1%EC%B8%B5%2F%EA%B1%B0%EC%8B%A4"
    assert shared.http.put(path, json={"place": place}).json()["place"] == place
    assert shared.get(path).json()["place"] == place
    assert shared.get(f"{path}/zones").json() == {"zones": []}
    assert shared.http.put("/cameras/nowhere", json={"place": "x"}).status_code == 404
    assert shared.http.put(path, json={"place": "x" * 61}).status_code == 422


def test_visit_is_said_and_taken_back(shared: Any) -> None:
    visit = shared.post("/visits", {"minutes": 60}).raise_for_status().json()
    assert visit["until"] - visit["began_at"] == 3600
    assert shared.get("/visits").json() == [visit]
    assert shared.http.delete(f"/visits/{visit['id']}").json() == {"id": visit["id"]}
    assert shared.get("/visits").json() == []
    gone = shared.http.delete(f"/visits/{visit['id']}")
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_visit")
    for minutes in (0, 481, "x", None, 1.5):
        assert shared.post("/visits", {"minutes": minutes}).status_code == 422
    for number in (0, -1, 2**63, "x"):
        assert shared.http.delete(f"/visits/{number}").status_code == 422
