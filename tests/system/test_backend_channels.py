"""The channels that ring beside Kakao, and the alerts that could not be delivered."""

import time
from collections.abc import Callable
from typing import Any

import pytest

HOLD = -1
SECRET = "s3cr3t-t0pic"
NAME = "시험 <->*a_b* [x](y) &amp;"

Eventually = Callable[..., Any]
MakeEvent = Callable[..., dict[str, Any]]


def test_alert_rings_and_is_written_down_while_another_channel_hangs(
    server_factory: Any,
    sandbox: Any,
    endpoint: Any,
    other_endpoint: Any,
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    other_endpoint.statuses = [HOLD]
    server = server_factory(ALERT_URLS=f"{other_endpoint.address}, {endpoint.address}")
    sent_at = time.time()
    server.send(make_event("END"))
    eventually(lambda: endpoint.titles and sandbox.memos())
    assert endpoint.titles == ["낙상 (넘어짐) 감지 - 거실 / Fall detected - 거실"]
    assert sandbox.memos()[0]["received_at"] - sent_at < 5
    # What this is worth: the third channel has the memo too, and holds its sender.
    eventually(lambda: other_endpoint.titles)
    eventually(lambda: server.health()["alerts"]["counts"]["sent"] == 2)
    assert server.health()["alerts"]["counts"]["sending"] == 1
    assert SECRET not in server.log()


def test_alert_rings_although_kakao_hangs(
    server_factory: Any,
    sandbox: Any,
    endpoint: Any,
    make_event: MakeEvent,
    eventually: Eventually,
) -> None:
    sandbox.fault("accept_then_delay", seconds=30.0)
    server = server_factory(ALERT_URLS=endpoint.address)
    server.send(make_event("END"))
    eventually(lambda: endpoint.titles)
    assert server.health()["alerts"]["counts"]["sending"] == 1


def test_address_that_apprise_does_not_know_stops_the_start_without_being_shown(
    command: Any,
) -> None:
    urls = f"ntfys://{SECRET} nonsense://{SECRET}"
    status, said = command.run("run-backend", "--port", "0", ALERT_URLS=urls)
    assert status == 2
    assert said.startswith("wrong setting: ALERT_URLS: address 2 of 2 is none that Apprise knows")
    assert SECRET not in said
    assert said.count("\n") == 1


@pytest.fixture
def with_dead_letters(
    server_factory: Any, sandbox: Any, make_event: MakeEvent, eventually: Eventually
) -> Any:
    """A server that Kakao refused two alerts of, the first of them after an ambiguous try."""
    server = server_factory(API_KEY="the-key-of-the-house")
    sandbox.fault("accept_then_drop")
    sandbox.fault("code", code=-530, times=2)
    server.send(make_event("END", incident_id="fall-1", camera_id="안방"))
    eventually(lambda: server.health()["alerts"]["counts"]["dead"] == 1)
    server.send(make_event("END", incident_id="fall-2", camera_id="침실"))
    eventually(lambda: server.health()["alerts"]["counts"]["dead"] == 2)
    return server


def resend(
    command: Any, server: Any, *options: str, key: str = "the-key-of-the-house"
) -> tuple[int, str]:
    status, said = command.run(
        "resend-alerts", "--backend-url", server.url, *options, API_KEY=key, COLUMNS="200"
    )
    return status, said


def texts(sandbox: Any) -> list[str]:
    """The memos of the two alerts; what another test let hang may still arrive."""
    return [text for text in sandbox.texts() if "안방" in text or "침실" in text]


def test_dead_letters_are_listed_and_sent_again_by_the_running_server(
    command: Any, with_dead_letters: Any, sandbox: Any, eventually: Eventually
) -> None:
    server = with_dead_letters
    health = server.health()["alerts"]
    assert health["status"] == "degraded"
    assert "could not be delivered: 2" in health["reason"]
    letters = server.get("/alerts/dead-letters").json()
    assert [(x["camera_id"], x["channel"]) for x in letters] == [
        ("침실", "kakao"),
        ("안방", "kakao"),
    ]
    second, first = (letter["key"] for letter in letters)
    assert [x["key"] for x in health["dead_letters"]] == [second, first]
    status, said = resend(command, server, "--list")
    assert status == 0
    assert first in said
    assert "kakao: Kakao answered 400, code -530" in said

    assert resend(command, server, second) == (0, f"{second} is sent again\n")
    eventually(lambda: len(texts(sandbox)) == 2)
    assert resend(command, server, "--all") == (0, f"{first} is sent again\n")
    eventually(lambda: len(texts(sandbox)) == 3)
    # Kakao had taken the first one, and its answer was lost: that is what the mark is for.
    assert [text.split(" ", 1)[0] for text in texts(sandbox)] == ["낙상", "낙상", "[재전송]"]
    eventually(lambda: server.health()["alerts"]["status"] == "ok")
    assert resend(command, server, "--all") == (0, "there was nothing to send again\n")

    assert resend(command, server, "gone") == (1, "no dead letter to send again: gone\n")
    status, said = resend(command, server, "--all", key="another-key-of-a-house")
    assert status == 1
    assert "answers 401: expected a log-in, or `Authorization: Bearer`" in said
    server.stop()
    status, said = resend(command, server, "--all")
    assert (status, said.count("\n")) == (1, 1)
    assert "does not answer (ConnectError)" in said


def test_resending_nothing_or_all_and_one_is_bad_usage(command: Any) -> None:
    assert command.run("resend-alerts")[0] == 2
    assert command.run("resend-alerts", "--all", "a-key")[0] == 2


@pytest.mark.parametrize("name", ["send-test-alert", "resend-alerts"])
@pytest.mark.parametrize("url", ["localhost:8000", "ftp://localhost"])
def test_address_of_no_server_is_bad_usage_and_reported(command: Any, name: str, url: str) -> None:
    status, said = command.run(name, "--backend-url", url, COLUMNS="200")
    assert status == 2
    assert "expected a URL such as http://127.0.0.1:8000" in said


def send_test(
    command: Any, server: Any, key: str = "the-key-of-the-house"
) -> tuple[int, list[str]]:
    status, said = command.run("send-test-alert", "--backend-url", server.url, API_KEY=key)
    return status, said.splitlines()


def test_test_alert_says_of_each_channel_what_became_of_it(
    command: Any, server_factory: Any, sandbox: Any, endpoint: Any
) -> None:
    server = server_factory(API_KEY="the-key-of-the-house", ALERT_URLS=endpoint.address)
    assert send_test(command, server) == (0, ["json-1: sent", "kakao: sent"])
    assert sandbox.texts()[0].startswith("[시험: 실제 상황 아님] 알림 점검 - 시험 <->*a_b*")
    assert endpoint.titles[0].endswith("[Test: nothing has happened] Check of the alerts - " + NAME)
    endpoint.statuses = [403]
    status, said = send_test(command, server)
    assert status == 1
    assert said == [
        "json-1: it was not taken (HTTP 403)",
        "kakao: sent",
        "not every channel took it",
    ]
    assert send_test(command, server, key="another-key-of-a-house")[0] == 1
    assert SECRET not in server.log()


def test_test_alert_warns_of_a_household_that_nothing_wakes(
    command: Any, server_factory: Any
) -> None:
    server = server_factory(API_KEY="the-key-of-the-house")
    status, said = send_test(command, server)
    assert (status, said[0]) == (0, "kakao: sent")
    assert "make no sound" in said[1]
    channel = server.health()["channel"]
    assert (channel["status"], channel["warning"]) == ("ok", said[1])
    server.restart(KAKAO_ACCESS_TOKEN="", KAKAO_REST_API_KEY="")
    status, said = send_test(command, server)
    assert status == 1
    assert said[0].startswith("nobody can be notified: ALERT_URLS is empty")
