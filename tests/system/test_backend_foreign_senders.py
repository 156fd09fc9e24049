"""What an ESP32, a script or Home Assistant may send: what is answered with success is heard."""

import json
from codecs import BOM_UTF8
from collections.abc import Callable
from typing import Any

import pytest

from contract.layout import FEATURE_COUNT, WINDOW_LENGTH

Json = dict[str, Any]
MakeEvent = Callable[..., Json]

HELD = "held: notified at its END, or after 30 s without one"


def strict(line: bytes) -> Json:
    """What `JSON.parse` would make of it."""
    parsed: Json = json.loads(line, parse_constant=pytest.fail)
    return parsed


def test_answer_says_what_becomes_of_the_alert(common_server: Any, make_event: MakeEvent) -> None:
    for event, alert in (
        (make_event("START"), HELD),
        (make_event("END"), "notified now"),
        (make_event("END", event="FALL"), "notified now"),
        (make_event("END", event="쓰러짐"), "notified now"),
        (make_event("END", event="stagger"), "none: unknown label"),
        (make_event("START", event="낙하산"), "none: unknown label"),
    ):
        answer = common_server.send(event).json()
        assert answer == {"success": True, "event_id": event["event_id"], "alert": alert}
        assert common_server.send(event).json() == answer
    for event in (make_event("PROBS", event="fall"), make_event("HEARTBEAT")):
        assert common_server.send(event).json().keys() == {"success", "event_id"}
    assert "the label stagger is unknown, and nobody is notified" in common_server.log()


def test_answer_to_a_list_has_an_alert_for_each_event(
    common_server: Any, make_event: MakeEvent
) -> None:
    kinds = ["END", "PROBS", "START", "HEARTBEAT"]
    answer = common_server.send(*(make_event(kind) for kind in kinds)).json()
    assert answer["alerts"] == ["notified now", None, HELD, None]
    assert len(answer["event_ids"]) == 4


def test_muted_label_and_household_without_a_channel_are_answered_so(
    server_factory: Callable[..., Any], make_event: MakeEvent
) -> None:
    server = server_factory(KAKAO_ACCESS_TOKEN="", KAKAO_REST_API_KEY="", ALERT_EVENTS="fall")
    alert = "held: no channel is set that could carry it"
    assert server.send(make_event("END")).json()["alert"] == alert
    muted = server.send(make_event("START", event="still_down")).json()["alert"]
    assert muted == "none: muted by ALERT_EVENTS"


def test_label_is_recorded_as_it_is_known_and_as_it_was_sent(
    common_server: Any, make_event: MakeEvent
) -> None:
    for sent, known in (("Fall", "fall"), ("넘어짐", "fall"), ("Jumping", "Jumping")):
        event = make_event("END", camera_id=f"as sent {sent}", event=sent)
        common_server.send(event | {"event_as_sent": "feigned"})
        (record,) = common_server.recent(camera_id=event["camera_id"])
        assert record["event"] == known
        assert record.get("event_as_sent") == (None if sent == known else sent)


def test_fall_is_reported_by_whatever_word_it_comes(
    server: Any, sandbox: Any, make_event: MakeEvent, eventually: Callable[..., Any]
) -> None:
    rooms = {"room 0": "FALL", "room 1": "낙상", "room 2": "Fall detected"}
    for room, word in rooms.items():
        server.send(make_event("END", camera_id=room, event=word))
    eventually(lambda: sandbox.told(*rooms) == list(rooms))
    # Others of this module have cameras of which there may be memos, too.
    told = [text for text in sandbox.texts() if any(room in text for room in rooms)]
    assert [text.count("낙상 (넘어짐) 감지") for text in told] == [1, 1, 1], told


def test_id_of_another_event_is_no_repeat_over_http_and_a_restart(
    server: Any, make_event: MakeEvent
) -> None:
    beat = make_event("HEARTBEAT", event_id="1001", ts=1.8e9)
    events = [
        beat,
        beat | {"camera_id": "침실"},
        beat | {"ts": 1.8e9 + 60},
        make_event("END", event_id="1001", ts=1.8e9),
        make_event("END", event_id="1001", ts=1.8e9, event="still_down"),
    ]
    for event in events[:3]:
        server.send(event)
    server.restart()
    server.send(*events, *events)
    of_sender = [record for record in server.records() if record["event_id"] == "1001"]
    assert [(r["camera_id"], r["event_type"], r["ts"], r.get("event")) for r in of_sender] == [
        (e["camera_id"], e["event_type"], e["ts"], e.get("event")) for e in events
    ]
    assert "event_id 1001 of 거실 stood for another event before" in server.log()


WINDOW = {"frames": [{"index": n, "features": [0.0] * FEATURE_COUNT} for n in range(WINDOW_LENGTH)]}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/event/payload", "event"),
        ("/event/payloads", ["event"]),
        ("/behavior/analyze", WINDOW),
        ("/echo", {"a": 1}),
        ("/debug/kakao/send-test", {}),
        ("/alerts/dead-letters/resend", {"keys": []}),
    ],
)
def test_byte_order_mark_is_passed_over(
    common_server: Any, make_event: MakeEvent, path: str, body: Any
) -> None:
    if path.startswith("/event"):
        body = make_event() if body == "event" else [make_event()]
    answer = common_server.post(path, content=BOM_UTF8 + json.dumps(body).encode())
    assert answer.status_code == 200, answer.text
    if path == "/echo":
        assert strict(answer.content) == body


def test_byte_order_mark_before_a_question_about_a_picture_is_passed_over(
    common_server: Any,
) -> None:
    question = json.dumps({"model_name": "nobody", "image_base64": ""}).encode()
    answer = common_server.post("/api/v1/predict", content=BOM_UTF8 + question)
    assert answer.json()["code"] == "unknown_model"


def test_log_has_only_what_every_json_reader_reads(
    common_server: Any, make_event: MakeEvent
) -> None:
    extra = {"big": 10**308, "small": -1.7e308, "text": "\u2028\u0000😀"}
    common_server.post("/event/payload", make_event(**extra)).raise_for_status()
    for path in (common_server.data_dir / "events").glob("*.jsonl"):
        for line in path.read_bytes().splitlines():
            assert strict(line)["crc"]
    assert strict(common_server.get("/event/recent", limit=1).content)[0]["big"] == 10**308
