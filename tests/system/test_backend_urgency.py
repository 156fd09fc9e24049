"""Falls first, with the server as a process and a service with a pause: ntfy."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

Json = dict[str, Any]
MakeEvent = Callable[..., Json]
Eventually = Callable[..., Any]

HOLD = -1
TOLD_WITHIN_SEC = 2.0
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
HOUSEHOLD, HALL, BEDROOM = (f"key-of-the-{whose}-0123456789" for whose in ("house", "hall", "bed"))


@pytest.fixture
def ntfy(endpoint: Any) -> str:
    """The endpoint as ntfy's: Apprise would pause for 5.5 s between two of its messages."""
    return f"ntfy://127.0.0.1:{endpoint.port}/topic"


def fall(make_event: MakeEvent, camera: str) -> Json:
    return make_event("END", camera_id=camera, ts=time.time(), duration_sec=2.0)


def told_after(endpoint: Any, camera: str, since: float, eventually: Eventually) -> float:
    """Seconds from `since` until a fall of `camera` arrived."""
    title = f"Fall detected - {camera}"
    eventually(lambda: any(title in told for told in endpoint.titles))
    return time.monotonic() - since


def test_fall_passes_the_memo_of_25_troubles_that_hangs(
    server_factory: Callable[..., Any],
    ntfy: str,
    endpoint: Any,
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    server = server_factory(ALERT_URLS=ntfy, CAMERA_SILENT_AFTER=3)
    endpoint.statuses = [HOLD]
    server.send(*(make_event(camera_id=f"cam{number:02}") for number in range(25)))
    eventually(lambda: endpoint.bodies)
    assert endpoint.titles[0].startswith("카메라 연결 끊김 25대: cam00, cam01")
    for camera in ("hall", "bedroom"):
        since = time.monotonic()
        server.send(fall(make_event, camera))
        assert told_after(endpoint, camera, since, eventually) < TOLD_WITHIN_SEC
    assert len(endpoint.bodies) == 3


def test_flood_of_one_camera_keeps_no_fall_of_another_from_being_reported(
    server_factory: Callable[..., Any],
    ntfy: str,
    endpoint: Any,
    sandbox: Any,
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    keys = f"hall={HALL},bedroom={BEDROOM}"
    server = server_factory(ALERT_URLS=ntfy, API_KEY=HOUSEHOLD, CAMERA_KEYS=keys)

    def send(key: str, *falls: Json) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        server.post("/event/payloads", falls, headers=headers).raise_for_status()

    for _ in range(3):
        send(HALL, *(fall(make_event, "hall") for _ in range(100)))
    since = time.monotonic()
    send(BEDROOM, fall(make_event, "bedroom"))
    assert told_after(endpoint, "bedroom", since, eventually) < TOLD_WITHIN_SEC
    eventually(lambda: any("bedroom" in text for text in sandbox.texts()))
    # What is told of the hall is joined.
    assert len(endpoint.bodies) <= 7
    assert len(sandbox.memos()) <= 7


def test_camera_that_floods_is_told_so_and_another_ones_fall_waits_for_none_of_it(
    server_factory: Callable[..., Any],
    ntfy: str,
    endpoint: Any,
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    server = server_factory(
        ALERT_URLS=ntfy, API_KEY=HOUSEHOLD, CAMERA_KEYS=f"hall={HALL},bedroom={BEDROOM}"
    )

    def post(key: str, *events: Json) -> Any:
        headers = {"Authorization": f"Bearer {key}"}
        return server.post("/event/payloads", events, headers=headers)

    now = time.time()
    flood = [make_event("START", camera_id="hall", ts=now + n / 1000) for n in range(1000)]
    assert post(HALL, *flood).status_code == 200
    refused = post(HALL, fall(make_event, "hall"))
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(refused.headers["Retry-After"]) <= 41
    since = time.monotonic()
    assert post(BEDROOM, fall(make_event, "bedroom")).status_code == 200
    assert told_after(endpoint, "bedroom", since, eventually) < TOLD_WITHIN_SEC


@pytest.mark.skipif(not FAKETIME.exists(), reason="needs libfaketime")
@pytest.mark.parametrize("jump", [timedelta(days=3), timedelta(days=-3650)], ids=str)
def test_clock_that_is_set_while_a_fall_waits_buries_it_not(
    server_factory: Callable[..., Any],
    ntfy: str,
    endpoint: Any,
    make_event: MakeEvent,
    eventually: Eventually,
    tmp_path: Path,
    jump: timedelta,
) -> None:
    clock, now = tmp_path / "clock", datetime.now(UTC)
    clock.write_text(f"@{now - jump:%Y-%m-%d %H:%M:%S}")
    server = server_factory(
        ALERT_URLS=ntfy,
        KAKAO_ACCESS_TOKEN="",
        KAKAO_REST_API_KEY="",
        LD_PRELOAD=FAKETIME,
        FAKETIME_TIMESTAMP_FILE=clock,
        FAKETIME_NO_CACHE=1,
        FAKETIME_DONT_FAKE_MONOTONIC=1,
        TZ="UTC",
    )
    endpoint.statuses = [500] * 3
    server.send(fall(make_event, "hall"))
    eventually(lambda: endpoint.bodies)
    clock.write_text(f"@{now:%Y-%m-%d %H:%M:%S}")
    eventually(lambda: server.health()["alerts"]["counts"]["sent"] == 1)
    # What this is worth: the server's log has the other times.
    (record,) = server.records()
    assert abs(record["received_at"] - (now - jump).timestamp()) < 60.0
    assert "It reached the server at" in endpoint.bodies[-1]["message"]
