"""A camera box, the server, and who looks on: poses live, and those of a fall for later."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import httpx2 as httpx
import numpy as np
import pytest
import socketio

from contract.analysis import NPY_MEDIA_TYPE
from contract.poses import source_parameters
from modeling.perception.poses.pose import Poses, PoseTrack

Json = dict[str, Any]
BEFORE_SEC, AFTER_SEC = 10.0, 20.0
FPS = 30
PATIENCE_SEC = 90.0


@pytest.fixture
def evening(recording: Path, tmp_path: Path) -> Path:
    """Somebody is up and about for 11 s, falls as in the recording, and lies still for 23 s."""
    shown = [*PoseTrack.load(recording)]
    start = shown[:15]
    about = [(start + start[::-1])[number % 30] for number in range(11 * FPS)]
    lying = [poses for poses in shown if poses.bodies][-1]
    frames: list[Poses] = [*about, *shown, *[lying] * (23 * FPS)]
    track = PoseTrack.from_poses(
        [replace(poses, frame_idx=n, time=n / FPS) for n, poses in enumerate(frames)]
    )
    path = tmp_path / "evening.npz"
    track.save(path)
    return path


async def looked_on(
    url: str, camera_id: str, until: Callable[[], object]
) -> list[tuple[float, Json]]:
    """What a client hears, and when, while the camera box runs."""
    heard: list[tuple[float, Json]] = []
    client = socketio.AsyncClient(reconnection=False)
    client.on("pose", lambda poses: heard.append((time.time(), poses)))
    await client.connect(url, transports=["websocket"], wait_timeout=PATIENCE_SEC)
    await client.call("subscribe", {"rooms": ["poses"], "cameras": [camera_id]})
    await asyncio.wait_for(asyncio.to_thread(until), PATIENCE_SEC)
    await client.disconnect()
    return heard


def fall_of(server: Any) -> Json | None:
    falls: list[Json] = server.get("/incidents", label="fall").json()
    return falls[0] if falls else None


def poses_of(server: Any, incident: Json) -> Json:
    replay: Json = server.get(f"/incidents/{incident['id']}/poses").raise_for_status().json()
    return replay


def test_fall_is_seen_live_and_kept_from_before_to_after(
    server: Any, start_agent: Callable[..., Any], evening: Path, eventually: Callable[..., Any]
) -> None:
    agent = start_agent("--backend-url", server.url, source=evening, pace="realtime")
    heard = asyncio.run(looked_on(server.url, "거실", agent.process.wait))
    assert agent.process.returncode == 0
    fall = fall_of(server)
    assert fall is not None
    moving = [(at, poses) for at, poses in heard if poses["at"] < fall["began_at"] + 1.0]
    seconds = moving[-1][0] - moving[0][0]
    assert len(moving) / seconds >= 5.0
    delays = sorted(at - poses["at"] for at, poses in moving)
    assert delays[len(delays) // 2] < 0.3
    assert {poses["camera_id"] for _, poses in heard} == {"거실"}
    assert all(len(person["joints"]) == 13 for _, poses in heard for person in poses["people"])
    # Somebody who lies still is shown once a second, so that still is not taken for stale.
    still = [at for at, poses in heard if poses["at"] > fall["began_at"] + 10.0]
    assert max(later - at for at, later in pairwise(still)) < 2.0

    replay = eventually(lambda: complete(server, fall))
    times = [frame["at"] for frame in replay["frames"]]
    assert times == sorted(times)
    assert times[0] < fall["began_at"] - BEFORE_SEC + 0.5
    assert fall["began_at"] + AFTER_SEC - 1.5 < times[-1] <= fall["began_at"] + AFTER_SEC
    assert max(entry["scores"]["fall"] for entry in replay["scores"]) > 0.9
    (kept,) = (server.data_dir / "poses").glob(f"{fall['id']}.npz")
    assert kept.stat().st_size < 100_000


def complete(server: Any, incident: Json) -> Json | None:
    replay = poses_of(server, incident)
    return None if replay["is_partial"] else replay


def window(people: int = 1) -> bytes:
    body = BytesIO()
    np.save(body, np.full((people, 16, 13, 3), 0.5, dtype=np.float16))
    return body.getvalue()


def analyze(server: Any, source: str, body: bytes = b"") -> httpx.Response:
    headers = {"Content-Type": f"{NPY_MEDIA_TYPE}; {source}".encode("latin-1")}
    answer: httpx.Response = server.post(
        "/behavior/analyze", content=body or window(), headers=headers
    )
    return answer


def start_of_fall(server: Any, make_event: Callable[..., Json], camera_id: str, at: float) -> Json:
    server.send(make_event("START", camera_id=camera_id, ts=at))
    fall = fall_of(server)
    assert fall is not None
    return fall


def test_kill_between_leaves_the_poses_that_came_before_it(
    server: Any, make_event: Callable[..., Json], eventually: Callable[..., Any]
) -> None:
    for number in range(20):
        at = source_parameters("hall", 1000.0 + number / 10, [1])
        assert analyze(server, at).status_code == 200
    fall = start_of_fall(server, make_event, "hall", 1002.0)
    eventually(lambda: list((server.data_dir / "poses").glob("*.npz")))
    server.kill()
    server.start()
    replay = poses_of(server, fall)
    assert replay["is_partial"]
    assert len(replay["frames"]) == 20
    # The rest of it does not take the place of what there is.
    assert analyze(server, source_parameters("hall", 1003.0, [1])).status_code == 200
    server.send(make_event("END", camera_id="hall", ts=1003.0, incident_id=fall["sent_id"]))
    assert server.stop() == 0
    server.start()
    assert poses_of(server, fall) == replay


def test_incident_without_poses_says_so_with_a_code(
    server: Any, make_event: Callable[..., Json]
) -> None:
    fall = start_of_fall(server, make_event, "hall", 1000.0)
    answer = server.get(f"/incidents/{fall['id']}/poses")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_poses")
    unknown = server.get("/incidents/..%2f..%2fetc/poses")
    assert unknown.status_code == 404
    assert server.get("/incidents/0000/poses").json()["code"] == "unknown_incident"


def test_camera_speaks_for_itself_alone(server_factory: Callable[..., Any]) -> None:
    keys = {"API_KEY": "k3y-of-the-house", "CAMERA_KEYS": "hall=k3y-of-the-hallway"}
    server = server_factory(**keys, ALLOW_WITHOUT_KEY="false")
    server.http.headers["Authorization"] = "Bearer k3y-of-the-hallway"
    assert analyze(server, source_parameters("hall", 1.0, [1])).status_code == 200
    refused = analyze(server, source_parameters("bedroom", 1.0, [1]))
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


def made_up(random: Random) -> str:
    """Something like what a camera box says, with a few characters that are not."""
    said = [
        f"camera={random.choice(['hall', '%EA%B1%B0', '%ff', '%00', 'server', '', 'x' * 500])}",
        f"at={random.choice(['1.5', '0', '-1', 'nan', '1e9', '9' * 12, '9' * 400, ''])}",
        f"people={random.choice(['1', '1+2', '2+1+3', '0', '1_0', '1+1', '9' * 19, '9' * 5000])}",
        f"aspect={random.choice(['1.5', '0', 'nan', '1e9', ''])}",
    ]
    text = "; ".join(random.sample(said, random.randint(1, 4)))
    for _ in range(random.choice([0, 0, 1, 3])):
        at = random.randrange(len(text) + 1)
        text = text[:at] + random.choice(";=+%\"'\\ \t,\xb2\xff") + text[at:]
    return text.strip()  # the client of the test sends no blanks at an end


def test_whatever_is_said_of_the_poses_is_taken_or_refused_with_a_code(common_server: Any) -> None:
    random, statuses = Random(7), set[int]()  # noqa: S311 (nothing is kept secret with it)
    for number in range(600):
        said = made_up(random)
        answer = analyze(common_server, said, window(number % 3 + 1))
        statuses.add(answer.status_code)
        assert answer.status_code in (200, 422), said
        assert answer.status_code == 200 or answer.json()["code"] == "invalid_input", said
    assert statuses == {200, 422}


def test_others_may_leave_it_out_and_get_the_same_answer(common_server: Any) -> None:
    without = analyze(common_server, "aspect=1.5")
    said = f"aspect=1.5; {source_parameters('hall', 1.0, [1])}"
    assert without.status_code == 200
    assert analyze(common_server, said).content == without.content
    assert common_server.health()["poses"]["status"] == "ok"
