"""What fails becomes an incident: recorded, told once, cleared once; and who watches the server."""

import shutil
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from backend.alerts.limits import Limits
from testkit.stoppable_server import AS_IT_IS, TELLS_NOTHING_UNRECORDED, StoppableServer

Json = dict[str, Any]
MakeEvent = Callable[..., Json]
Eventually = Callable[..., Any]
FullDisk = Callable[[int], AbstractContextManager[None]]

SILENT_AFTER = 3.0
GATHER = Limits().gather
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


def incidents(server: Any) -> list[Json]:
    """The log's STARTs and ENDs, oldest first."""
    return [r for r in server.records() if r["event_type"] in ("START", "END")]


def beat_until(condition: Callable[[], object], server: Any, make_event: MakeEvent) -> None:
    """Send heartbeats as a camera does until `condition` holds, for 20 s at most."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in 20 s"
        server.send(make_event())
        time.sleep(0.2)


def test_silent_camera_is_reported_once_and_cleared_once_over_a_restart(
    server_factory: Callable[..., Any],
    sandbox: Any,
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    server = server_factory(CAMERA_SILENT_AFTER=SILENT_AFTER)
    server.send(make_event(camera_id="침실", state="stopped"))
    server.send(make_event())
    last_heard = time.time()
    eventually(sandbox.memos)
    took = sandbox.memos()[0]["received_at"] - last_heard
    assert SILENT_AFTER + GATHER < took < SILENT_AFTER + GATHER + 4
    assert "거실 is silent" in server.health()["cameras"]["reason"]
    server.restart()
    beat_until(lambda: len(sandbox.memos()) == 2, server, make_event)
    assert [text.splitlines()[0] for text in sandbox.texts()] == [
        "카메라 연결 끊김 - 거실",
        "다시 정상: 카메라 연결 끊김 - 거실",
    ]
    assert server.health()["cameras"]["status"] == "ok"
    start, end = incidents(server)
    assert (start["event_type"], end["event_type"]) == ("START", "END")
    assert {start["event"], end["event"]} == {"camera_silent"}
    assert start["incident_id"] == end["incident_id"]
    for record, memo in zip((start, end), sandbox.memos(), strict=True):
        assert record["received_at"] <= memo["received_at"]


def test_two_camera_boxes_of_one_name_are_reported_while_there_are_two(
    server_factory: Callable[..., Any],
    sandbox: Any,
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    server = server_factory(CAMERA_SILENT_AFTER=SILENT_AFTER)

    def beat(number: int = 0) -> Json:
        return make_event(ts=time.time(), session_id=f"box-{number % 2}")

    for number in range(10):
        server.send(beat(number))

    def is_told(words: str) -> bool:
        return words in "\n".join(sandbox.texts())

    eventually(lambda: is_told("두 카메라가 같은 이름을 씀"))
    # One of them dies, and the name goes on beating.
    beat_until(lambda: is_told("하나에서 소식이 끊김"), server, beat)
    twice = [each["event_type"] for each in incidents(server) if each["event"] == "camera_twice"]
    assert sorted(twice) == ["END", "START"]


@pytest.mark.skipif(not FAKETIME.exists(), reason="needs faketime")
def test_camera_that_stays_away_is_reported_by_a_server_whose_clock_was_set_by_years(
    server_factory: Callable[..., Any],
    sandbox: Any,
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    server = server_factory(CAMERA_SILENT_AFTER=SILENT_AFTER)
    server.send(make_event())
    server.stop()
    clock = {"FAKETIME": "+1100d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    server.start(LD_PRELOAD=FAKETIME, **clock)
    eventually(sandbox.memos)
    assert sandbox.texts()[0].startswith("카메라 연결 끊김 - 거실\n")
    seen = server.health()["cameras"]["seen"]["거실"]
    assert seen["last_heard_sec"] < 60


def ready_at(log: str) -> float:
    """When the server was last ready by its own log, in seconds since 1970."""
    line = [line for line in log.splitlines() if line.endswith("backend.http.server: ready")][-1]
    local = datetime.strptime(line.partition(" INFO ")[0], "%Y-%m-%d %H:%M:%S,%f").astimezone()
    return local.timestamp()


def test_camera_that_stays_away_over_a_restart_is_reported(
    server_factory: Callable[..., Any],
    sandbox: Any,
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    server = server_factory(CAMERA_SILENT_AFTER=SILENT_AFTER)
    server.send(make_event())
    server.kill()
    server.start()
    eventually(sandbox.memos)
    # It had time to come back first.
    assert sandbox.memos()[0]["received_at"] - ready_at(server.log()) > SILENT_AFTER - 1
    assert sandbox.texts()[0].startswith("카메라 연결 끊김 - 거실\n")


@pytest.mark.parametrize("room", [300, 1_000], ids=["log and ledger refuse", "the ledger refuses"])
def test_full_disk_is_reported_at_once_and_once_it_is_on_record_not_again(
    room: int, server: Any, sandbox: Any, make_event: MakeEvent, eventually: Eventually
) -> None:
    server.send(make_event())
    eventually(lambda: server.health()["alerts"]["status"] == "ok")
    server.limit_files(room)
    refused = make_event(padding="." * 1_000)
    assert server.post("/event/payload", refused).status_code == 503
    eventually(sandbox.memos)
    assert sandbox.texts()[0].startswith("기록을 저장하지 못함\n")
    assert len(incidents(server)) == (room == 1_000)
    assert server.health()["watchdog"]["incidents"][0]["label"] == "log_failing"
    server.limit_files()
    eventually(lambda: incidents(server))
    (start,) = incidents(server)
    assert (start["event"], start["camera_id"]) == ("log_failing", "server")
    # What was told from memory is not told again now that it is on record.
    eventually(lambda: server.health()["alerts"]["status"] == "ok")
    assert server.health()["alerts"]["counts"]["sent"] == 1
    assert len(sandbox.memos()) == 1


@pytest.mark.parametrize("variant", [AS_IT_IS, TELLS_NOTHING_UNRECORDED])
def test_control_a_server_that_tells_only_what_it_can_record_is_found(
    variant: str, tmp_path: Path, sandbox: Any, make_event: MakeEvent, eventually: Eventually
) -> None:
    settings = {"KAKAO_ACCESS_TOKEN": "sandbox-access-token", "KAKAO_API_URL": sandbox.url}
    server = StoppableServer(tmp_path / "data", variant, settings)
    server.start()
    try:
        with httpx.Client(base_url=server.url, trust_env=False) as http:
            http.post("/event/payload", json=make_event()).raise_for_status()
            server.limit_files(300)
            assert http.post("/event/payload", json=make_event()).status_code == 503
            if variant == AS_IT_IS:
                eventually(sandbox.memos, timeout=30)
            eventually(lambda: http.get("/health").json()["watchdog"]["incidents"], timeout=30)
            room_at = time.time()
            server.limit_files()
            eventually(sandbox.memos, timeout=30)
    finally:
        server.kill()
    # It was told too late: when there was room again.
    assert (sandbox.memos()[0]["received_at"] > room_at) == (variant != AS_IT_IS)


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_server_starts_on_a_full_disk_too_and_tells_of_it(
    end: str,
    server: Any,
    sandbox: Any,
    make_event: MakeEvent,
    eventually: Eventually,
    full_disk: FullDisk,
) -> None:
    server.send(make_event())
    getattr(server, end)()
    with full_disk(300):
        server.start()
    assert server.post("/event/payload", make_event()).status_code == 503
    eventually(sandbox.memos)
    assert sandbox.texts()[0].startswith("기록을 저장하지 못함\n")
    server.limit_files()
    eventually(lambda: server.health()["log"]["status"] == "ok")
    server.send(make_event("END"))
    eventually(lambda: sandbox.told("낙상 (넘어짐) 감지 - 거실"))
    assert "Traceback" not in server.log()


def test_control_disk_that_full_takes_no_new_ledger(
    server: Any, make_event: MakeEvent, full_disk: FullDisk
) -> None:
    server.stop()
    shutil.rmtree(server.data_dir)
    with full_disk(300):
        server.start()
    assert "the database cannot be written" in server.health()["alerts"]["reason"]
    assert server.post("/event/payload", make_event(padding="." * 300)).status_code == 503
    files = [path for path in server.data_dir.rglob("*") if path.is_file()]
    assert all(path.stat().st_size <= 300 for path in files)


def test_failure_that_lasts_for_one_post_is_reported(
    server: Any, sandbox: Any, make_event: MakeEvent, eventually: Eventually
) -> None:
    server.send(make_event())
    server.limit_files(2_000)
    assert server.post("/event/payload", make_event(padding="." * 2_000)).status_code == 503
    server.limit_files()
    server.send(make_event())
    assert server.health()["log"]["status"] == "ok"
    eventually(sandbox.memos)
    assert sandbox.texts()[0].startswith("기록을 저장하지 못함\n")


def test_outside_is_called_while_all_is_well_and_told_when_it_is_not(
    server_factory: Callable[..., Any],
    checkpoint: Path,
    tmp_path: Path,
    endpoint: Any,
    eventually: Eventually,
) -> None:
    url = f"http://127.0.0.1:{endpoint.port}/s3cr3t-ping"
    server = server_factory(MODEL_CHECKPOINT_PATH=checkpoint, WATCHDOG_PING_URL=url)
    eventually(lambda: endpoint.paths)
    assert endpoint.paths == ["/s3cr3t-ping"]
    server.restart(MODEL_CHECKPOINT_PATH=tmp_path / "nowhere")
    eventually(lambda: len(endpoint.paths) == 2)
    assert endpoint.paths[1] == "/s3cr3t-ping/fail"
    assert "s3cr3t" not in server.log()
