"""From an event to the stand-in's list of memos, over real HTTP."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from backend.alerts.alert_change import AlertChange, Outcome
from backend.alerts.channels.base import Disposition
from backend.alerts.policy import Ruling
from backend.alerts.service import NO_CHANNEL
from backend.bus import Bus
from contract.events import STILL_DOWN, End, EventType, IncidentEvent, Start
from testkit.alone import AlertsAlone, AlertSettings

Eventually = Callable[[Callable[[], object]], None]


def end(incident: str = "i1", label: str = "fall", event_id: str = "e1") -> End:
    return End(
        event_id=event_id,
        incident_id=incident,
        camera_id="거실",
        ts=1_800_000_000.0,
        event=label,
        duration_sec=3.2,
    )


def test_fall_is_reported_once_however_often_its_events_are_replayed(
    service: AlertsAlone, kakao: Any, eventually: Eventually
) -> None:
    first = service.hear(end())
    assert first.ruling is Ruling.ALERT
    eventually(lambda: service.counts()["sent"] == 1)
    assert service.hear(end()).ruling is Ruling.ALREADY_ALERTED
    assert service.hear(end(event_id="e2")).ruling is Ruling.ALREADY_ALERTED
    (text,) = kakao.texts
    assert text.splitlines()[0] == "낙상 (넘어짐) 감지 - 거실"
    assert "오후 4시 59분 56초, 3.2초 동안" in text
    assert service.queue_failure is None
    assert service.channel_failure is None


def test_fall_whose_end_never_comes_is_reported_once(
    settings: AlertSettings, services: Any, kakao: Any, eventually: Eventually
) -> None:
    service = services.start(replace(settings, unfinished_after=0.3))
    begin = start_of(end()).model_copy(update={"duration_sec": None})
    assert service.hear(begin).ruling is Ruling.AWAITS_END
    assert kakao.texts == []
    eventually(lambda: service.counts()["sent"] == 1)
    (text,) = kakao.texts
    assert text.startswith("낙상 (넘어짐) 감지 - 거실")
    assert text.endswith("시작된 뒤 끝났다는 신호가 아직 없습니다.")
    assert service.hear(end()).ruling is Ruling.ALREADY_ALERTED
    assert len(kakao.texts) == 1


def test_fall_that_ends_in_time_is_reported_by_its_end(
    settings: AlertSettings, services: Any, kakao: Any, eventually: Eventually
) -> None:
    service = services.start(settings)
    begin = start_of(end()).model_copy(update={"duration_sec": None})
    service.hear(begin)
    assert service.hear(end()).ruling is Ruling.ALERT
    eventually(lambda: service.counts()["sent"] == 1)
    (text,) = kakao.texts
    assert "3.2초 동안" in text
    assert "신호가 아직" not in text


def test_fall_that_was_muted_is_not_reported_once_the_settings_change(
    settings: AlertSettings, services: Any, kakao: Any
) -> None:
    muted = services.start(replace(settings, alert_events=frozenset({"fal"})))
    assert muted.policy_failure == (
        "ALERT_EVENTS mutes everything: expected at least one of fall, on_floor, still_down"
    )
    assert muted.hear(end()).ruling is Ruling.MUTED_BY_SETTINGS
    services.stop(muted)
    service = services.start(settings)
    assert service.policy_failure is None
    assert service.hear(end()).ruling is Ruling.ALREADY_ALERTED
    assert service.hear(end("i2", event_id="e2")).ruling is Ruling.ALERT


def start_of(end: End) -> Start:
    return Start.model_validate(end.model_dump(exclude_unset=True) | {"event_type": "START"})


def still_down(kind: EventType = EventType.START) -> IncidentEvent:
    ended = end("down", STILL_DOWN, f"down-{kind}").model_copy(update={"duration_sec": 15.0})
    return start_of(ended) if kind is EventType.START else ended


def test_person_who_stays_down_is_reported_at_once_and_once(
    service: AlertsAlone, kakao: Any, eventually: Eventually
) -> None:
    service.hear(end())
    assert service.hear(still_down()).ruling is Ruling.ALERT
    eventually(lambda: service.counts()["sent"] == 2)
    assert service.hear(still_down()).ruling is Ruling.ALREADY_ALERTED
    assert service.hear(still_down(EventType.END)).ruling is Ruling.ALREADY_ALERTED
    fall, down = kakao.texts
    assert fall.startswith("낙상 (넘어짐) 감지 - 거실")
    assert down.startswith("넘어진 뒤 일어나는 모습이 보이지 않음 - 거실")


def test_person_who_stayed_down_is_reported_by_the_end_if_the_start_was_lost(
    service: AlertsAlone, kakao: Any, eventually: Eventually
) -> None:
    assert service.hear(still_down(EventType.END)).ruling is Ruling.ALERT
    eventually(lambda: service.counts()["sent"] == 1)
    assert "그 뒤 일어난 것으로 보입니다." in kakao.texts[0]
    assert service.hear(still_down()).ruling is Ruling.ALREADY_ALERTED


def test_muted_person_who_stays_down_is_not_reported_once_the_settings_change(
    settings: AlertSettings, services: Any, kakao: Any
) -> None:
    muted = services.start(replace(settings, alert_events=frozenset({"fall"})))
    assert muted.policy_failure is None
    assert muted.hear(still_down()).ruling is Ruling.MUTED_BY_SETTINGS
    services.stop(muted)
    service = services.start(settings)
    assert service.hear(still_down()).ruling is Ruling.ALREADY_ALERTED
    assert service.hear(still_down(EventType.END)).ruling is Ruling.ALREADY_ALERTED
    assert kakao.texts == []


def test_lying_is_never_reported_by_itself(
    services: Any, settings: AlertSettings, kakao: Any
) -> None:
    service = services.start(replace(settings, alert_events=frozenset({"fall", "lying"})))
    assert service.hear(end(label="lying")).ruling is Ruling.NOT_ANOMALOUS
    assert sum(service.counts().values()) == 0


def test_memo_follows_its_event_in_less_than_half_a_second(
    service: AlertsAlone, kakao: Any, eventually: Eventually
) -> None:
    took = []
    for number in range(5):
        begun = time.monotonic()
        service.hear(end(f"i{number}"))
        eventually(lambda: len(kakao.state.memos) == len(took) + 1)
        took.append(time.monotonic() - begun)
    assert sorted(took)[2] < 0.5


def test_event_is_not_held_up_while_kakao_hangs(
    services: Any, settings: AlertSettings, doomed: Any
) -> None:
    doomed.fault("hang", seconds=60.0, times=2)
    service = services.start(replace(settings, kakao_api_url=doomed.url))
    begun = time.monotonic()
    for number in range(3):
        service.hear(end(f"i{number}"))
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize(
    ("fault", "memos"),
    [
        ("accept_then_drop", 2),
        ("half_body", 2),
        ("oversized_body", 2),
        ("reset", 1),
        ("empty_503", 1),
        ("html_502", 1),
        ("redirect_308", 1),
        ("nonzero_result_code", 1),
    ],
)
def test_fall_is_reported_through_a_fault_and_a_repeat_is_marked(
    service: AlertsAlone, kakao: Any, eventually: Eventually, fault: str, memos: int
) -> None:
    kakao.fault(fault)
    service.hear(end())
    eventually(lambda: service.counts()["sent"] == 1)
    texts = kakao.texts
    assert len(texts) == memos
    if memos == 2:
        assert not texts[0].startswith("[재전송]")
        assert texts[1].startswith("[재전송]")


def test_fall_is_reported_once_kakao_is_back(
    services: Any, settings: AlertSettings, kakao: Any, eventually: Eventually
) -> None:
    for endpoint in ("memo", "token_info"):
        kakao.fault("empty_503", times=8, endpoint=endpoint)
    service = services.start(settings)
    service.hear(end())
    eventually(lambda: service.channel_failure)
    kakao.state.faults.clear()
    eventually(lambda: service.counts()["sent"] == 1)
    assert len(kakao.texts) == 1


def test_alert_waits_for_the_consent_and_says_so(
    service: AlertsAlone, kakao: Any, eventually: Eventually
) -> None:
    kakao.change(talk_message=False)
    service.hear(end())
    eventually(lambda: service.channel_failure and "talk_message" in service.channel_failure)
    kakao.change(talk_message=True)
    eventually(lambda: service.counts()["sent"] == 1)
    assert len(kakao.texts) == 1


def test_refused_alert_is_a_dead_letter_in_plain_sight(
    service: AlertsAlone, kakao: Any, eventually: Eventually
) -> None:
    kakao.fault("code", code=-530)
    decision = service.hear(end())
    eventually(lambda: service.counts()["dead"] == 1)
    assert service.queue_failure == "alerts of the last week that could not be delivered: 1"
    (letter,) = service.dead_letters(1)
    assert (letter.alert.key, letter.reason) == (decision.key, "Kakao answered 400, code -530")


SENDS_UNTIL_KILLED = """
import signal, sys
from pathlib import Path
from zoneinfo import ZoneInfo
from pydantic import SecretStr
from testkit.alone import AlertSettings
from testkit.alone import AlertsAlone
from contract.events import End

service = AlertsAlone(AlertSettings(
            data_dir=Path(sys.argv[1]),
            time_zone=lambda _: ZoneInfo("Asia/Seoul"),
            anomalous_labels=frozenset({"fall"}), kakao_api_url=sys.argv[2],
    kakao_auth_url=sys.argv[2], kakao_access_token=SecretStr("sandbox-access-token"),
))
service.start()
service.hear(End.model_validate_json(sys.argv[3]))
signal.pause()
"""


def test_alert_of_a_killed_server_is_resent_once_and_marked(
    services: Any, settings: AlertSettings, kakao: Any, eventually: Eventually
) -> None:
    kakao.fault("accept_then_delay", seconds=1)
    arguments = [str(settings.data_dir), kakao.url, end().model_dump_json()]
    with subprocess.Popen([sys.executable, "-c", SENDS_UNTIL_KILLED, *arguments]) as process:
        eventually(lambda: kakao.state.memos)
        process.kill()
    service = services.start(settings)
    assert service.hear(end()).ruling is Ruling.ALREADY_ALERTED
    eventually(lambda: service.counts()["sent"] == 1)
    assert [text.startswith("[재전송]") for text in kakao.texts] == [False, True]


def test_alert_without_a_channel_waits_and_is_sent_once_there_is_one(
    services: Any, settings: AlertSettings, kakao: Any, eventually: Eventually
) -> None:
    mute = services.start(replace(settings, kakao_access_token=None, kakao_rest_api_key=None))
    assert mute.hear(end()).ruling is Ruling.ALERT
    assert mute.channel_failure == NO_CHANNEL
    assert mute.counts()["pending"] == 1
    assert mute.queue_failure is None
    assert not mute.token_check().can_send
    assert not mute.send_test("시험").sent
    services.stop(mute)
    service = services.start(settings)
    eventually(lambda: service.counts()["sent"] == 1)
    assert not kakao.texts[0].startswith("[재전송]")


def test_alert_that_waits_too_long_is_reported(settings: AlertSettings) -> None:
    now = [1_000.0]
    service = AlertsAlone(
        replace(settings, kakao_access_token=None, kakao_rest_api_key=None), clock=lambda: now[0]
    )
    service.hear(end())
    now[0] += 61
    assert service.queue_failure == (f"an alert has been waiting for 61 s: {NO_CHANNEL}")
    service.stop()


def test_send_test_tells_what_kakao_answered(service: AlertsAlone, kakao: Any) -> None:
    assert service.send_test("시험").sent
    assert kakao.texts == ["시험"]
    kakao.fault("code", code=-10)
    answer = service.send_test("시험")
    assert (answer.sent, answer.disposition) == (False, Disposition.QUOTA)
    assert answer.reason == "Kakao answered 400, code -10"
    with pytest.raises(ValueError, match="1 to 200 characters"):
        service.send_test("가" * 201)


def test_token_check_asks_kakao(service: AlertsAlone) -> None:
    assert service.token_check().can_send


def test_service_that_was_never_started_says_so_and_stops(settings: AlertSettings) -> None:
    service = AlertsAlone(settings)
    assert service.queue_failure == "the thread that sends alerts does not run"
    service.stop()


def test_no_token_reaches_the_log(
    services: Any,
    settings: AlertSettings,
    kakao: Any,
    eventually: Eventually,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    kakao.change(access_expires_in=0)
    kakao.fault("code", code="KOE320", endpoint="token")
    service = services.start(settings)
    service.hear(end())
    eventually(lambda: service.counts()["sent"] == 1)
    secrets = [*kakao.state.access_tokens, "sandbox-refresh-token", "sandbox-client-secret"]
    own = [r.getMessage() for r in caplog.records if r.name.startswith(("backend", "httpx"))]
    assert own
    assert not [line for line in own if any(secret in line for secret in secrets)]


def test_alert_that_is_decided_is_published_once_and_before_it_is_sent(
    settings: AlertSettings, kakao: Any, eventually: Eventually
) -> None:
    bus, published = Bus(), list[AlertChange]()
    bus.subscribe(AlertChange, published.append)
    service = AlertsAlone(settings, bus=bus)
    key = service.hear(end()).key
    service.hear(end(event_id="e2"))
    service.hear(end(incident="i2", label="lying"))
    service.start()
    eventually(lambda: len(published) == 2)
    service.stop()
    assert [(change.alert.key, change.outcome) for change in published] == [
        (key, Outcome.DECIDED),
        (key, Outcome.SENT),
    ]
    assert kakao.texts
