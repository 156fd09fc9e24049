"""From the END of a fall to the memo, with the server and the Kakao stand-in as processes."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from backend.events.journal.record import Record
from testkit.alone import typed

Json = dict[str, Any]
MakeEvent = Callable[..., Json]
Eventually = Callable[..., Any]

HANG_SEC = 60.0
CEILING_SEC = 1.0
"""Far below the hang, far above what an answer takes on a busy machine."""


def median_time(call: Callable[[], object], times: int = 20) -> float:
    """Seconds that `call` takes."""
    taken = []
    for _ in range(times):
        began = time.monotonic()
        call()
        taken.append(time.monotonic() - began)
    return statistics.median(taken)


def test_end_of_a_fall_is_reported_once_and_nothing_else_is(
    server_factory: Callable[..., Any],
    checkpoint: Path,
    sandbox: Any,
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    server = server_factory(
        MODEL_CHECKPOINT_PATH=checkpoint,
        ALERT_LINK_URL="https://example.org/집",
        ALERT_BUTTON_TITLE="보러 가기",
        TZ="Europe/Berlin",
    )
    server.send(make_event("START"), make_event("PROBS", event="fall"), make_event("HEARTBEAT"))
    server.send(make_event("END", event="lying"), make_event("END", event="normal"))
    # 2026-07-01 12:00:10 UTC
    server.send(make_event("END", ts=1_782_907_210.0, duration_sec=10.0, event_id="fall"))
    eventually(sandbox.memos)
    eventually(lambda: server.health()["alerts"]["counts"]["sent"])
    counts = server.health()["alerts"]["counts"]
    # The START's incident is open: it is not told before its END had half a minute to come.
    assert counts == {"open": 1, "pending": 0, "sending": 0, "sent": 1, "dead": 0, "muted": 0}
    (memo,) = sandbox.memos()
    assert "거실" in memo["text"]
    assert "7월 1일(수) 오후 2시 00분 00초, 10.0초 동안" in memo["text"]
    assert len(memo["text"]) <= 200
    url = "https://example.org/%EC%A7%91"
    assert memo["template"]["link"] == {"web_url": url, "mobile_web_url": url}
    assert memo["template"]["button_title"] == "보러 가기"
    assert server.records()[-1]["received_at"] <= memo["received_at"]


def test_falls_of_two_people_are_two_alerts_and_who_is_up_again_is_none(
    server: Any, sandbox: Any, make_event: MakeEvent, eventually: Eventually
) -> None:
    at = 1_782_907_200.0
    for person, state in ((1, "fall+lying"), (2, "fall+out_of_sight"), (3, "fall+recovered")):
        of_person = {"person": person, "incident_id": f"fall-{person}"}
        begun, ended = (at + 0.3 * person, at + 3 + 0.3 * person)
        answers = [
            server.send(make_event("START", ts=begun, **of_person)).json(),
            server.send(make_event("END", ts=ended, state=state, **of_person)).json(),
        ]
        assert answers[1]["alert"] == (
            "none: the person is up again" if person == 3 else "notified now"
        )
    down = server.send(make_event("START", event="on_floor", duration_sec=20.0, person=4)).json()
    assert down["alert"] == "notified now"
    eventually(lambda: server.health()["alerts"]["counts"]["sent"] == 3)
    assert sorted(text.partition(" - ")[0] for text in sandbox.texts()) == [
        "낙상 (넘어짐) 감지",
        "바닥에 누워 있거나 앉아 있음",
        "쓰러진 뒤 모습이 보이지 않음",
    ]
    counts = server.health()["alerts"]["counts"]
    assert counts == {"open": 0, "pending": 0, "sending": 0, "sent": 3, "dead": 0, "muted": 1}
    assert [r["person"] for r in server.records()] == [1, 1, 2, 2, 3, 3, 4]


def test_alert_events_narrow_what_is_reported(
    server_factory: Callable[..., Any],
    checkpoint: Path,
    sandbox: Any,
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    server = server_factory(MODEL_CHECKPOINT_PATH=checkpoint, ALERT_EVENTS="lying")
    server.send(make_event("END"), make_event("END", event="lying"))
    eventually(lambda: server.health()["alerts"]["counts"]["muted"] == 1)
    alerts = server.health()["alerts"]
    assert {state: n for state, n in alerts["counts"].items() if n} == {"muted": 1}
    assert sandbox.memos() == []
    # Nothing that could wake anybody is left: that is no state to be silent about.
    assert alerts["status"] == "degraded"
    assert "ALERT_EVENTS mutes everything" in alerts["reason"]


def test_server_answers_as_fast_as_ever_while_kakao_hangs(
    server: Any, sandbox: Any, make_event: MakeEvent, eventually: Eventually
) -> None:
    def health() -> None:
        server.get("/health").raise_for_status()

    def payload() -> None:
        server.send(make_event())

    before = [median_time(health), median_time(payload)]
    sandbox.fault("hang", seconds=HANG_SEC, times=2)
    server.send(make_event("END"))
    eventually(lambda: server.health()["alerts"]["counts"]["sending"] == 1)
    eventually(lambda: sandbox.faults_waiting() == 1)
    during = [median_time(health), median_time(payload)]
    further_falls = median_time(lambda: server.send(make_event("END")), 5)
    assert server.health()["alerts"]["counts"]["sending"] == 1
    assert max(*during, further_falls) < CEILING_SEC
    for quick, still_quick in zip(before, during, strict=True):
        assert still_quick < 10 * quick + 0.05
    # What the ceiling is worth: whoever waits for this Kakao is above it.
    with pytest.raises(httpx.ReadTimeout):
        send_memo(sandbox, timeout=CEILING_SEC)
    assert sandbox.memos() == []


def send_memo(sandbox: Any, timeout: float) -> None:
    template = '{"object_type":"text","text":"control","link":{}}'
    httpx.post(
        f"{sandbox.url}/v2/api/talk/memo/default/send",
        data={"template_object": template},
        headers={"Authorization": "Bearer sandbox-access-token"},
        timeout=timeout,
        trust_env=False,
    )


def test_fall_that_was_answered_is_reported_although_the_server_was_killed(
    server: Any, sandbox: Any, make_event: MakeEvent, eventually: Eventually
) -> None:
    end = make_event("END")
    server.send(end)
    server.kill()
    server.start()
    assert [record["event_id"] for record in server.records()] == [end["event_id"]]
    assert [event["event_id"] for event in server.recent()] == [end["event_id"]]
    eventually(lambda: server.health()["alerts"]["counts"]["sent"])
    # A kill while the memo was on its way is the one moment that allows a marked resend.
    _first, *further = sandbox.texts()
    assert len(further) <= 1
    assert all("[재전송]" in text for text in further)


def test_fall_that_was_killed_before_the_ledger_is_reported_from_the_log(
    server: Any, sandbox: Any, make_event: MakeEvent, eventually: Eventually
) -> None:
    server.send(make_event("END"))
    eventually(lambda: server.sent_on_disk() == 1)
    server.kill()
    (file,) = (server.data_dir / "events").glob("*.jsonl")
    with file.open("ab") as log:
        log.write(Record.of(typed(make_event("END", camera_id="현관")), time.time()).line)
    server.start()
    eventually(lambda: server.health()["alerts"]["counts"]["sent"] == 2)
    assert sandbox.told("거실", "현관") == ["거실", "현관"]


def test_fall_that_the_ledger_has_no_room_for_is_reported_all_the_same_and_once(
    server: Any, sandbox: Any, make_event: MakeEvent, eventually: Eventually
) -> None:
    def falls() -> list[str]:
        return [text for text in sandbox.texts() if text.startswith("낙상")]

    eventually(lambda: "the database's file was rewritten" in server.log())
    server.limit_files(8_000)
    server.send(make_event("END"))
    eventually(falls)
    assert "한 번 더 올 수 있습니다" in falls()[0]
    assert server.health()["log"]["status"] == "ok"
    assert server.health()["alerts"]["reason"] == "the database cannot be written: disk I/O error"
    server.limit_files()
    eventually(lambda: server.health()["alerts"]["status"] == "ok")
    server.restart()
    assert server.health()["alerts"]["counts"]["pending"] == 0
    assert len(falls()) == 1


def test_alert_waits_without_an_access_token_and_goes_out_with_one(
    server_factory: Callable[..., Any], sandbox: Any, make_event: MakeEvent, eventually: Eventually
) -> None:
    server = server_factory(KAKAO_ACCESS_TOKEN="")
    server.send(make_event("END"))
    health = server.health()
    assert health["status"] == "degraded"
    assert "nobody has logged in to Kakao yet" in health["channel"]["reason"]
    assert server.get("/debug/kakao/token-check").json()["can_send"] is False
    assert server.post("/debug/kakao/send-test").json()["sent"] is False
    server.restart(KAKAO_ACCESS_TOKEN="sandbox-access-token")
    eventually(sandbox.memos)
    assert server.get("/debug/kakao/token-check").json()["can_send"] is True
    assert server.post("/debug/kakao/send-test", {"text": "시험"}).json()["sent"] is True
    assert sandbox.texts()[-1] == "시험"
    assert "sandbox-access-token" not in server.log()


def test_damaged_ledger_keeps_no_server_down_and_its_alerts_are_reported_again_as_such(
    server: Any, sandbox: Any, make_event: MakeEvent, eventually: Eventually
) -> None:
    def texts() -> list[str]:
        """Without what another test let hang, which may still arrive."""
        return [text for text in sandbox.texts() if "다락" in text]

    server.send(make_event("END", camera_id="다락"))
    eventually(lambda: server.health()["alerts"]["counts"]["sent"] == 1)
    server.stop()
    ledger = server.data_dir / "database" / "dolbom.sqlite3"
    ledger.write_bytes(b"\xa5" * 10_000)
    server.start()
    eventually(lambda: len(texts()) == 2, timeout=30)
    first, second = texts()
    assert second.startswith(f"[재전송] {first.splitlines()[0]}")
    kept = ledger.with_name(f"{ledger.name}.damaged-1")
    assert kept.read_bytes() == b"\xa5" * 10_000
    assert f"it is kept as {kept}" in server.log()
    assert "Traceback" not in server.log()
