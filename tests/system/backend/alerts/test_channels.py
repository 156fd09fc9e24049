"""Several channels at once, dead letters, and a disk that is full."""

import logging
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from backend.alerts.channels.kakao.token_file import TokenFile, Tokens
from backend.alerts.service import NO_CHANNEL
from contract.events import Start
from contract.trouble import SERVER
from testkit.alone import AlertsAlone, AlertSettings
from testkit.households import HOME

FullDisk = Callable[[int], AbstractContextManager[None]]
Full = Callable[[], AbstractContextManager[None]]
Eventually = Callable[[Callable[[], object]], None]
HOLD = -1
DAY = 86_400.0


@pytest.fixture
def both(settings: AlertSettings, endpoint: Any) -> AlertSettings:
    """Kakao, and a webhook."""
    return replace(settings, alert_urls=(SecretStr(endpoint.address),))


def test_every_alert_goes_to_every_channel(
    services: Any, both: AlertSettings, kakao: Any, endpoint: Any, make_end: Any, eventually: Any
) -> None:
    service = services.start(both)
    service.hear(make_end())
    eventually(lambda: service.counts()["sent"] == 2)
    assert endpoint.titles == ["낙상 (넘어짐) 감지 - 거실 / Fall detected - 거실"]
    assert kakao.texts[0].startswith("낙상 (넘어짐) 감지 - 거실")
    assert service.channel_failures() == {"kakao": None, "json-1": None}
    assert service.channel_failure is None


def test_channel_that_fails_is_named_and_delays_no_other(
    services: Any, both: AlertSettings, kakao: Any, endpoint: Any, make_end: Any, eventually: Any
) -> None:
    endpoint.statuses = [500] * 1000
    service = services.start(both)
    service.hear(make_end())
    eventually(lambda: kakao.texts)
    eventually(lambda: service.channel_failure == "json-1: it was not taken (HTTP 500)")
    endpoint.statuses.clear()
    eventually(lambda: service.counts()["sent"] == 2)
    assert service.channel_failure is None


@pytest.mark.parametrize("hangs", [False, True])
def test_webhook_rings_although_kakao_hangs(
    services: Any,
    both: AlertSettings,
    doomed: Any,
    endpoint: Any,
    make_end: Any,
    eventually: Any,
    hangs: bool,
) -> None:
    if hangs:
        doomed.fault("hang", seconds=60.0)
    service = services.start(replace(both, kakao_api_url=doomed.url, kakao_auth_url=doomed.url))
    service.hear(make_end())
    eventually(lambda: endpoint.titles)
    # What this is worth: without the fault the memo is there as soon.
    if hangs:
        assert doomed.texts == []
    else:
        eventually(lambda: doomed.texts)


def test_dead_letter_is_sent_again_when_it_is_asked_for(
    services: Any, both: AlertSettings, kakao: Any, endpoint: Any, make_end: Any, eventually: Any
) -> None:
    service = services.start(both)
    kakao.fault("code", code=-530, times=2)
    first, second = (str(service.hear(make_end(name)).key) for name in ("i1", "i2"))
    eventually(lambda: service.counts()["dead"] == 2)
    assert service.count_dead_letters() == 2
    assert {letter.channel for letter in service.dead_letters(1)} == {"kakao"}
    assert len(service.dead_letters(1, limit=1)) == 1
    assert service.resend(1, [first, "unknown"]) == [first]
    eventually(lambda: len(kakao.texts) == 1)
    assert service.resend(1) == [second]
    eventually(lambda: len(kakao.texts) == 2)
    assert service.resend(1) == []
    assert not any(text.startswith("[재전송]") for text in kakao.texts)
    assert len(endpoint.titles) == 2
    eventually(lambda: service.queue_failure is None)


@pytest.fixture
def full(
    settings: AlertSettings, full_disk: FullDisk
) -> Callable[[], AbstractContextManager[None]]:
    """While it lasts the ledger's file cannot grow any more."""
    file = settings.data_dir / "database" / "dolbom.sqlite3-wal"
    return lambda: full_disk(file.stat().st_size)


def test_full_disk_silences_no_fall_and_no_trouble(
    services: Any,
    both: AlertSettings,
    kakao: Any,
    endpoint: Any,
    make_end: Any,
    eventually: Any,
    full: Full,
) -> None:
    service = services.start(both)
    low = Start(event_id="low", camera_id=SERVER, ts=1.8e9, event="disk_low")
    with full():
        for event in (make_end(), low, make_end(), low):
            service.hear(event)
        eventually(lambda: service.counts()["sent"] == 4)
        assert service.ledger_failure == "the database cannot be written: disk I/O error"
        # Each goes by a thread of its own.
        assert {text.splitlines()[0] for text in kakao.texts} == {
            "낙상 (넘어짐) 감지 - 거실",
            "디스크 공간 부족",
        }
        # What is not on the disk may come once more, and says so.
        assert all("한 번 더 올 수 있습니다" in text for text in kakao.texts)
        assert all("it may come once more" in body["message"] for body in endpoint.bodies)
    eventually(lambda: service.ledger_failure is None)
    services.stop(service)
    # What was sent from memory is on the disk now: it is not sent again.
    service = services.start(both)
    assert service.counts()["sent"] == 4
    service.hear(make_end("i2"))
    eventually(lambda: service.counts()["sent"] == 6)
    assert (len(kakao.texts), len(endpoint.titles)) == (3, 3)
    assert "한 번 더" not in kakao.texts[-1]


def test_full_disk_silences_no_incident_whose_end_stays_away(
    services: Any,
    both: AlertSettings,
    kakao: Any,
    endpoint: Any,
    make_end: Any,
    eventually: Any,
    full: Full,
) -> None:
    service = services.start(replace(both, unfinished_after=2.0))
    with full():
        service.hear(
            Start.model_validate(
                make_end().model_dump(exclude_unset=True) | {"event_type": "START"}
            )
        )
        assert service.counts()["open"] == 1
        eventually(lambda: service.counts()["sent"] == 2)
        assert "끝났다는 신호가 아직 없습니다" in kakao.texts[0]
        service.hear(make_end())
    eventually(lambda: service.ledger_failure is None)
    assert (len(kakao.texts), len(endpoint.titles)) == (1, 1)


def test_fall_that_was_reported_from_memory_is_reported_once_more_after_a_kill_as_it_said(
    services: Any,
    settings: AlertSettings,
    kakao: Any,
    make_end: Any,
    eventually: Any,
    full: Full,
    tmp_path: Path,
) -> None:
    service = services.start(settings)
    with full():
        service.hear(make_end())
        eventually(lambda: service.counts()["sent"] == 1)
        killed = replace(settings, data_dir=tmp_path / "killed")
        shutil.copytree(settings.data_dir / "database", killed.data_dir / "database")
    after = services.start(killed)
    after.hear(make_end())
    eventually(lambda: after.counts()["sent"] == 1)
    assert ["한 번 더 올 수" in text for text in kakao.texts] == [True, False]


def test_alert_that_no_channel_was_there_for_is_reported_by_the_first_one(
    services: Any, settings: AlertSettings, endpoint: Any, make_end: Any, eventually: Any
) -> None:
    nothing = replace(settings, kakao_access_token=None, kakao_rest_api_key=None)
    silent = services.start(nothing)
    silent.hear(make_end())
    assert silent.channel_failure == NO_CHANNEL
    services.stop(silent)
    service = services.start(replace(nothing, alert_urls=(SecretStr(endpoint.address),)))
    eventually(lambda: service.counts()["sent"] == 1)
    assert len(endpoint.titles) == 1


def test_login_is_enough_to_send_and_a_running_server_takes_it_up(
    services: Any, settings: AlertSettings, kakao: Any, make_end: Any, eventually: Any
) -> None:
    service = services.start(replace(settings, kakao_access_token=None, kakao_refresh_token=None))
    service.hear(make_end())
    eventually(lambda: "nobody has logged in to Kakao yet" in (service.channel_failure or ""))
    assert not service.token_check().can_send
    assert service.expiry_warning is None
    tokens = Tokens(None, "sandbox-access-token", "sandbox-refresh-token")
    TokenFile.below(settings.data_dir).save(tokens)
    eventually(lambda: service.counts()["sent"] == 1)
    assert service.channel_failure is None
    services.stop(service)
    alone = replace(
        settings, kakao_access_token=None, kakao_refresh_token=None, kakao_rest_api_key=None
    )
    assert services.start(alone).token_check().can_send


def test_token_check_counts_the_memos_and_tells_of_the_quota(
    services: Any, settings: AlertSettings, kakao: Any, make_end: Any, eventually: Any
) -> None:
    slow = replace(settings.pace, wait=3600.0)
    service = services.start(replace(settings, pace=slow))
    kakao.change(quotas={"pair": 2})
    for number in range(2):
        service.hear(make_end(f"i{number}"))
    eventually(lambda: service.counts()["sent"] == 2)
    check = service.token_check()
    assert (check.can_send, check.memos_today, check.memos_a_day) == (True, 2, 20)
    service.hear(make_end("i3"))
    eventually(lambda: service.channel_failure)
    check = service.token_check()
    assert (check.can_send, check.reason) == (False, "Kakao answered 400, code -536")


def test_token_check_warns_when_the_day_s_memos_are_used_up(
    services: Any, settings: AlertSettings, kakao: Any, make_end: Any, eventually: Any
) -> None:
    service = services.start(settings)
    for number in range(20):  # one by one: each is several waits for the disk
        service.hear(make_end(f"i{number}", f"camera {number % 5}"))
        eventually(lambda sent=number + 1: service.counts()["sent"] == sent)
    assert "Kakao may refuse more memos" in (service.token_check().warning or "")


def test_day_of_the_quota_begins_at_midnight_in_korea(
    services: Any, settings: AlertSettings, kakao: Any, make_end: Any
) -> None:
    now = [1_800_025_190.0]  # 2027-01-15 23:59:50 in Seoul
    service = AlertsAlone(settings, lambda: now[0], lambda: now[0])
    service.start()
    service.hear(make_end())
    while service.counts()["sent"] == 0:
        pass
    assert service.token_check().memos_today == 1
    now[0] += 20
    assert service.token_check().memos_today == 0
    service.stop()


def test_refresh_token_that_soon_expires_is_warned_of(settings: AlertSettings, kakao: Any) -> None:
    now = kakao.clock.now
    file = TokenFile.below(settings.data_dir)
    for left, warned in ((8 * DAY, False), (6 * DAY, True)):
        file.save(Tokens(None, "access", "refresh", now + 60, now + left))
        service = AlertsAlone(settings, wall_clock=lambda: now)
        assert bool(service.expiry_warning) is warned
        service.stop()


def test_token_that_cannot_be_renewed_is_warned_of(settings: AlertSettings) -> None:
    service = AlertsAlone(replace(settings, kakao_refresh_token=None))
    assert service.expiry_warning == (
        "the access token cannot be renewed: "
        "log in to Kakao again, with run-kakao-login or the button of the page"
    )
    service.stop()


def test_no_address_is_in_the_ledger_or_the_log(
    services: Any,
    both: AlertSettings,
    endpoint: Any,
    make_end: Any,
    eventually: Any,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    caplog.set_level(logging.INFO)
    endpoint.statuses = [500]
    service = services.start(both)
    service.hear(make_end())
    eventually(lambda: service.counts()["sent"] == 2)
    own = [r.getMessage() for r in caplog.records if r.name.startswith("backend")]
    assert own
    assert "s3cr3t" not in "".join(own) + repr(both)
    written = b"".join(path.read_bytes() for path in (tmp_path / "database").iterdir())
    assert b"json-1" in written
    assert b"s3cr3t" not in written


def test_test_alert_goes_to_all_channels_and_says_what_became_of_it_in_each(
    services: Any,
    both: AlertSettings,
    kakao: Any,
    endpoint: Any,
) -> None:
    service = services.start(both)
    assert service.test_channels(HOME) == {"kakao": None, "json-1": None}
    name = "시험 <->*a_b* [x](y) &amp;"
    korean = f"[시험: 실제 상황 아님] 알림 점검 - {name}"
    assert kakao.texts[0].split("\n")[0] == korean
    english = f"[Test: nothing has happened] Check of the alerts - {name}"
    assert endpoint.titles == [f"{korean} / {english}"]
    endpoint.statuses = [403]
    kakao.fault("code", code=-530)
    assert service.test_channels(HOME) == {
        "kakao": "Kakao answered 400, code -530",
        "json-1": "it was not taken (HTTP 403)",
    }
    # It is no alert: nothing is on record, and nothing is tried again.
    assert service.counts()["sent"] == 0


def test_link_that_leads_to_this_machine_is_warned_of_at_the_start(
    services: Any, settings: AlertSettings, caplog: pytest.LogCaptureFixture
) -> None:
    services.start(replace(settings, link_url="http://localhost:8000/health"))
    assert "ALERT_LINK_URL leads to this machine, where no phone gets" in caplog.text


def test_kakao_alone_is_warned_of_because_it_makes_no_sound(
    services: Any, settings: AlertSettings, both: AlertSettings, caplog: pytest.LogCaptureFixture
) -> None:
    assert services.start(replace(settings, data_dir=settings.data_dir / "a")).channel_warning
    assert caplog.text.count("make no sound") == 1
    assert services.start(both).channel_warning is None
    assert caplog.text.count("make no sound") == 1
