"""Events over HTTP, with the server as a process: what is answered is on the disk."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx2 as httpx
import pytest

Json = dict[str, Any]
MakeEvent = Callable[..., Json]


def ids(events: list[Json]) -> list[str]:
    return [event["event_id"] for event in events]


def test_event_is_in_the_log_before_it_is_answered(
    common_server: Any, make_event: MakeEvent
) -> None:
    for number in range(20):
        event = make_event(
            "PROBS", camera_id="log", seq=number, probs={"fall": 0.1}, extra=[1, "돌"]
        )
        answer = common_server.post("/event/payload", event)
        assert (answer.status_code, answer.json()) == (
            200,
            {"success": True, "event_id": event["event_id"]},
        )
        record = common_server.records()[-1]
        assert record.pop("received_at") > 1.7e9
        assert len(record.pop("crc")) == 8
        assert record == event


def test_lists_are_recorded_in_their_order(common_server: Any, make_event: MakeEvent) -> None:
    events = [make_event(camera_id="list", seq=number) for number in range(1000)]
    answer = common_server.post("/event/payloads", events)
    assert answer.json() == {"success": True, "event_ids": ids(events), "alerts": [None] * 1000}
    recorded = [r for r in common_server.records() if r["camera_id"] == "list"]
    assert ids(recorded) == ids(events)


def test_list_with_one_wrong_event_is_refused_as_a_whole(
    common_server: Any, make_event: MakeEvent
) -> None:
    events = [make_event(camera_id="half"), make_event("DANCE", camera_id="half")]
    answer = common_server.post("/event/payloads", events)
    assert answer.status_code == 422
    assert answer.json()["message"].startswith("1: expected `event_type` START, END")
    assert common_server.recent(camera_id="half") == []


@pytest.mark.parametrize("length", [0, 1001])
def test_list_of_a_wrong_length_is_refused(
    common_server: Any, make_event: MakeEvent, length: int
) -> None:
    answer = common_server.post("/event/payloads", [make_event()] * length)
    assert answer.status_code == 422


def test_type_is_another_name_of_event_type(common_server: Any, make_event: MakeEvent) -> None:
    event = make_event("PROBS", camera_id="type")
    common_server.send({"type": event.pop("event_type"), **event})
    (record,) = common_server.recent(camera_id="type")
    assert record["event_type"] == "PROBS"
    assert "type" not in record


@pytest.mark.parametrize("path", ["/event/payload", "/event/payloads"])
def test_no_field_of_the_server_is_taken_from_the_sender(
    common_server: Any, make_event: MakeEvent, path: str
) -> None:
    event = make_event("PROBS", camera_id=path, new_field=[1])
    claimed = {**event, "crc": "00000000", "received_at": 7.0}
    assert common_server.post(path, [claimed] if path.endswith("s") else claimed).is_success
    (record,) = common_server.recent(camera_id=path)
    assert record.pop("received_at") > 1.7e9
    assert record == event


def test_recent_is_newest_first_filtered_and_limited(
    common_server: Any, make_event: MakeEvent
) -> None:
    kinds = ["START", "PROBS", "END", "HEARTBEAT"] * 3
    events = [make_event(kind, camera_id="recent", event="lying") for kind in kinds]
    common_server.send(*events)
    newest_first = ids(events)[::-1]
    assert ids(common_server.recent(camera_id="recent")) == newest_first
    assert ids(common_server.recent(camera_id="recent", limit=2)) == newest_first[:2]
    assert ids(common_server.recent(limit=3)) == newest_first[:3]
    probs = common_server.recent(camera_id="recent", event_type="PROBS")
    assert ids(probs) == newest_first[2::4]
    assert common_server.recent(camera_id="nobody") == []
    assert ids(common_server.recent(limit=3, event_type="", camera_id="")) == newest_first[:3]
    assert len(common_server.recent()) <= 50


def test_incidents_of_a_day_in_the_households_zone(
    common_server: Any, make_event: MakeEvent
) -> None:
    midnight = datetime(2026, 11, 21, tzinfo=ZoneInfo("Asia/Seoul")).timestamp()
    times = [midnight - 1, midnight, midnight + 86_399, midnight + 86_400]
    events = [make_event("START", camera_id="hall 1", ts=ts) for ts in times]
    common_server.send(*events, make_event("PROBS", camera_id="hall 1", ts=midnight))
    answer = common_server.http.get(
        "/event/incidents", params={"camera_id": "hall 1", "day": "2026-11-21"}
    )
    assert ids(answer.raise_for_status().json()) == ids([events[2], events[1]])


@pytest.mark.parametrize(
    "query",
    ["day=2026-11-21", "camera_id=a", "camera_id=a&day=today", "camera_id=a&day=9999-12-31"],
)
def test_question_for_no_day_is_refused(common_server: Any, query: str) -> None:
    answer = common_server.http.get(f"/event/incidents?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "event_type=DANCE"])
def test_wrong_query_is_refused_by_name(common_server: Any, query: str) -> None:
    answer = common_server.http.get(f"/event/recent?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert answer.json()["message"].startswith(f"query.{query.split('=')[0]}: ")


def test_repeat_gets_the_same_answer_and_is_recorded_and_alerted_once_also_over_a_restart(
    server: Any, sandbox: Any, make_event: MakeEvent, eventually: Callable[..., Any]
) -> None:
    end = make_event("END")
    first = server.send(end).json()
    assert server.send(end).json() == first
    assert server.send(end, make_event(), end).is_success
    # Noted as sent too: a memo whose answer a stop cuts off is sent again, marked.
    eventually(lambda: server.health()["alerts"]["counts"]["sent"] == 1)
    server.restart()
    assert server.send(end).json() == first
    assert server.send(make_event(), end).is_success
    assert ids(server.records()).count(end["event_id"]) == 1
    assert ids(server.recent()).count(end["event_id"]) == 1
    # The memo of another fall leaves after whatever a repeat would have sent.
    server.send(make_event("END", camera_id="침실"))
    eventually(lambda: sandbox.told("침실"))
    assert sandbox.told("거실", "침실") == ["거실", "침실"]


def test_repeats_that_arrive_at_once_are_recorded_once(
    common_server: Any, make_event: MakeEvent
) -> None:
    event = make_event(camera_id="at once")
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: common_server.send(event).json(), range(32)))
    assert answers == [{"success": True, "event_id": event["event_id"]}] * 32
    assert ids(common_server.records()).count(event["event_id"]) == 1


def test_recent_survives_a_restart_and_a_torn_line(server: Any, make_event: MakeEvent) -> None:
    events = [make_event(seq=number) for number in range(3)]
    server.send(*events)
    before = server.recent()
    server.kill()
    (file,) = (server.data_dir / "events").glob("*.jsonl")
    with file.open("ab") as log:
        log.write(b'{"event_id":"torn","event_ty')
    server.start()
    assert server.recent() == before
    server.send(make_event())
    assert len(server.records()) == 4
    assert server.health()["log"]["repaired"] == {"bytes": 28, "stretches": 1}
    assert server.health()["log"]["status"] == "ok"
    assert "cut 28 damaged bytes" in server.log()


def test_full_disk_refuses_events_says_so_and_recovers(server: Any, make_event: MakeEvent) -> None:
    padding = "." * 3_000
    kept, refused = make_event(padding=padding), make_event(padding=padding)
    server.send(kept)
    server.limit_files(5_000)
    answer = server.post("/event/payload", refused)
    assert (answer.status_code, answer.json()["code"]) == (503, "log_unavailable")
    assert ids(server.records()) == [kept["event_id"]]
    assert ids(server.recent()) == [kept["event_id"]]
    health = server.health()["log"]
    assert (health["status"], health["reason"]) == ("degraded", "File too large")
    server.limit_files()
    server.send(refused)
    assert ids(server.records()) == [kept["event_id"], refused["event_id"]]
    assert server.health()["log"]["status"] == "ok"


def test_failure_of_the_disk_is_reported_until_it_is_well_again_although_no_event_comes(
    server: Any, make_event: MakeEvent, eventually: Callable[..., Any]
) -> None:
    server.limit_files(1_000)
    assert server.post("/event/payload", make_event(padding="." * 1_000)).status_code == 503
    assert server.health()["log"]["reason"] == "File too large"
    server.limit_files()
    eventually(lambda: server.health()["log"]["status"] == "ok")
    # The watchdog's own at most.
    assert all(record["camera_id"] == "server" for record in server.records())


def test_sigterm_finishes_what_was_accepted(server: Any, make_event: MakeEvent) -> None:
    answered: list[str] = []

    def post_until_it_ends(_: int) -> None:
        with httpx.Client(base_url=server.url, trust_env=False) as http:
            while True:
                event = make_event()
                try:
                    answer = http.post("/event/payload", json=event)
                except httpx.TransportError:
                    return
                assert answer.json() == {"success": True, "event_id": event["event_id"]}
                answered.append(event["event_id"])
                if len(answered) == 40:
                    server.runs[-1].process.terminate()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(post_until_it_ends, range(4)))
    # uvicorn ends by the signal that it was asked with.
    assert server.runs[-1].process.wait(20) == 0
    assert len(answered) >= 40
    assert set(answered) <= set(ids(server.records()))
    assert "Traceback" not in server.log()
