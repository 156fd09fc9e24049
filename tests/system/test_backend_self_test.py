"""A self-test from a real server to a real `run-agent` and back, to the memo and the answer."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from backend.storage.database import SqliteDatabase
from testkit.processes import Part
from testkit.residents import move_in

Json = dict[str, Any]
Eventually = Callable[..., Any]


@pytest.fixture
def settled(server_factory: Callable[..., Any], tmp_path: Path) -> Any:
    """A server of a household with one person who is notified."""
    path = tmp_path / "data" / "database" / "dolbom.sqlite3"
    with closing(SqliteDatabase(path)) as database:
        move_in(database, 0.0, 1)
    return server_factory()


@pytest.fixture
def box(command: Any, repository: Path, tmp_path: Path) -> Callable[[str], Part]:
    """Starts a camera box that shows the shipped recording again and again, as time goes by."""

    def start(url: str) -> Part:
        source = repository / "demo" / "recordings" / "fall.npz"
        settings = {"DATA_DIR": tmp_path / "box", "CAMERA_ID": "거실", "HEARTBEAT_SEC": 0.5}
        options = ("--source", str(source), "--backend-url", url)
        part: Part = command.fork("run-agent", *options, **settings)
        return part

    return start


def test_self_test_goes_from_the_box_to_the_memo_and_back_with_one_answer(
    settled: Any, box: Callable[[str], Part], sandbox: Any, eventually: Eventually
) -> None:
    part = box(settled.url)
    eventually(lambda: settled.recent(camera_id="거실", event_type="HEARTBEAT"))
    asked = settled.post("/self-tests", {}).raise_for_status().json()
    assert (asked["camera_id"], asked["began_at"], asked["waiting_for"]) == ("거실", None, [1])
    eventually(lambda: settled.get("/self-tests").json()[0]["incident_id"], timeout=30)
    incident_id = settled.get("/self-tests").json()[0]["incident_id"]
    incident = settled.get(f"/incidents/{incident_id}").json()
    assert (incident["label"], incident["is_test"]) == ("fall", True)
    said = [event for event in settled.recent(camera_id="거실") if event.get("test")]
    assert {event["event_type"] for event in said} == {"START", "END"}
    assert part.process.wait(60) == 0
    eventually(lambda: any("알림 점검" in text for text in sandbox.texts()))
    (memo,) = [text for text in sandbox.texts() if "알림 점검" in text]
    assert memo.startswith("[시험: 실제 상황 아님] ")
    settled.post(f"/incidents/{incident_id}/acknowledgement", {"answer": "all_well"})
    # The key answers for nobody: the person is waited for.
    assert settled.get("/self-tests").json()[0]["waiting_for"] == [1]
    assert settled.health()["self_test"]["status"] == "ok"
    week = settled.get("/activity/summary", weeks=2).json()[-1]
    falls = [it for it in settled.get("/incidents", label="fall").json() if not it["is_test"]]
    assert (week["unjudged"], week["falls"], len(falls)) == (1, 0, 1)


def test_test_without_a_camera_says_so(server: Any) -> None:
    answer = server.post("/self-tests", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_camera_to_test")
    answer = server.post("/self-tests", {"camera_id": "nowhere"})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_camera")


def test_kill_while_the_box_is_away_forgets_no_test(
    settled: Any, box: Callable[[str], Part], eventually: Eventually
) -> None:
    settled.send({"event_type": "HEARTBEAT", "event_id": "e1", "camera_id": "거실", "ts": 1.8e9})
    number = settled.post("/self-tests", {}).raise_for_status().json()["id"]
    settled.kill()
    settled.start()
    box(settled.url)
    eventually(lambda: settled.get("/self-tests").json()[0]["began_at"], timeout=30)
    (test,) = settled.get("/self-tests").json()
    assert test["id"] == number
    tests = [it for it in settled.get("/incidents").json() if it["is_test"]]
    assert len(tests) == 1


def test_hours_of_the_day_are_shown(settled: Any, eventually: Eventually) -> None:
    beats = [
        {
            "event_type": "HEARTBEAT", "event_id": f"e{number}", "camera_id": "hall",
            "ts": 1_795_939_200.0 + 3 * number, "pose_share": 1.0, "motion_share": 1.0, "fps": 10.0,
        }
        for number in range(21)
    ]  # fmt: skip
    settled.send(*beats)
    day = {"from": "2026-11-28", "until": "2026-11-30"}
    eventually(lambda: settled.get("/activity", **day).json(), timeout=30)
    (hour,) = settled.get("/activity", camera="hall", **day).json()
    assert (hour["active_sec"], hour["nobody_sec"]) == (60.0, 0.0)
    assert settled.get("/activity", camera="bath", **day).json() == []
    for wrong in (
        {"from": "2026-11-30", "until": "2026-11-28"},
        {"from": "2025-01-01", "until": "2026-11-28"},
        {"from": "x"}, {"until": "1969-12-31"},
    ):  # fmt: skip
        assert settled.get("/activity", **wrong).status_code == 422
    assert settled.get("/activity/summary", weeks=0).status_code == 422
