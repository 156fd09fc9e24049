"""Memos through Apprise, to real HTTP endpoints that behave and that do not."""

import io
import json
import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from apprise.plugins.ntfy import NotifyNtfy
from pydantic import SecretStr

from backend.alerts.channels.apprise.channel import MOST_URGENT, AppriseChannel, open_addresses
from backend.alerts.channels.base import Button, ChannelError, Disposition, Memo
from testkit.scripted_server import ScriptedServer

SECRET = "s3cr3t-t0pic"
HOLD = -1
MEMO = Memo("낙상 (넘어짐) 감지 - 거실\n지금 바로", english="Fall detected - 거실\nPlease check")


@pytest.fixture
def channel(endpoint: Any) -> AppriseChannel:
    (channel,) = open_addresses([SecretStr(endpoint.address)])
    return channel


def failure(call: Callable[[], object]) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        call()
    return caught.value


def test_memo_arrives_in_both_languages(channel: AppriseChannel, endpoint: Any) -> None:
    channel.send(MEMO)
    channel.check()
    (body,) = endpoint.bodies
    assert body["title"] == "낙상 (넘어짐) 감지 - 거실 / Fall detected - 거실"
    assert body["message"] == "지금 바로\n\nPlease check"


@pytest.mark.parametrize("status", [403, 500])
def test_refused_memo_is_tried_again_and_the_status_reported(
    channel: AppriseChannel, endpoint: Any, status: int
) -> None:
    endpoint.statuses = [status]
    error = failure(lambda: channel.send(MEMO))
    assert error.disposition is Disposition.UNEXPLAINED
    assert error.reason == f"it was not taken (HTTP {status})"
    assert failure(channel.check) is error
    channel.send(MEMO)
    channel.check()


def test_nobody_there_is_a_failure_without_an_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    (channel,) = open_addresses([SecretStr(f"json://127.0.0.1:{port}/{SECRET}")])
    assert failure(lambda: channel.send(MEMO)).reason == "it was not taken"


def test_endpoint_that_never_answers_costs_its_time_out_and_no_more(endpoint: Any) -> None:
    (channel,) = open_addresses([SecretStr(f"{endpoint.address}?rto=30")])
    hurried = AppriseChannel("json-1", channel._service, timeout=0.2)
    endpoint.statuses = [HOLD]
    begun = time.monotonic()
    trouble = replace(MEMO, urgent=False)
    assert failure(lambda: hurried.send(trouble)).disposition is Disposition.AMBIGUOUS
    assert "still on its way" in failure(lambda: hurried.send(trouble)).reason
    assert time.monotonic() - begun < 2
    assert len(endpoint.bodies) == 1
    hurried.send(MEMO)
    assert time.monotonic() - begun < 2


def test_urgent_memos_that_never_end_are_bounded(endpoint: Any) -> None:
    (channel,) = open_addresses([SecretStr(f"{endpoint.address}?rto=30")])
    hurried = AppriseChannel("json-1", channel._service, timeout=0.01)
    endpoint.statuses = [HOLD] * (MOST_URGENT + 1)
    reasons = [failure(lambda: hurried.send(MEMO)).reason for _ in range(MOST_URGENT + 1)]
    assert sum("still on its way" in reason for reason in reasons) == 1


def test_service_with_a_pause_sends_the_second_memo_as_fast_as_the_first(endpoint: Any) -> None:
    (channel,) = open_addresses([SecretStr(f"ntfy://127.0.0.1:{endpoint.port}/one/two")])
    assert NotifyNtfy.request_rate_per_sec > 0  # what this is worth
    begun = time.monotonic()
    for _ in range(2):
        channel.send(MEMO)
    assert time.monotonic() - begun < NotifyNtfy.request_rate_per_sec
    assert len(endpoint.bodies) == 4


def test_redirect_is_not_followed(channel: AppriseChannel, endpoint: Any) -> None:
    endpoint.statuses = [302]
    failure(lambda: channel.send(MEMO))
    assert endpoint.paths == [f"/{SECRET}"]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that would be written at DEBUG. (pytest's own also reads loggers that are kept apart.)"""
    written, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(written), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_address_reaches_the_log_or_a_reason(
    channel: AppriseChannel, endpoint: Any, log: io.StringIO
) -> None:
    endpoint.statuses = [500]
    error = failure(lambda: channel.send(MEMO))
    channel.send(MEMO)
    assert SECRET not in log.getvalue() + error.reason + repr(channel)


@pytest.mark.parametrize("name", ["apprise", "urllib3"])
def test_log_that_is_not_silenced_would_show_the_address(
    channel: AppriseChannel, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(logging.getLogger(name), "propagate", True)
    monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG)
    logging.getLogger(name).manager._clear_cache()
    channel.send(MEMO)
    assert SECRET in log.getvalue()


def test_channels_are_known_by_service_and_number() -> None:
    addresses = ["ntfy://one", "json://localhost/a", "ntfys://two"]
    channels = open_addresses([SecretStr(address) for address in addresses])
    assert [channel.name for channel in channels] == ["ntfy-1", "json-1", "ntfy-2"]


def test_long_text_is_split_unless_the_address_says_otherwise() -> None:
    addresses = [SecretStr("ntfy://a"), SecretStr("ntfy://b?overflow=truncate")]
    modes = [channel._service[0].overflow_mode for channel in open_addresses(addresses)]
    assert [mode.value for mode in modes] == ["split", "truncate"]


def answerable(**fields: Any) -> Memo:
    buttons = (Button("going", "지금 가고 있어요"), Button("all_well", "괜찮아요"))
    return Memo("낙상\n지금", link="https://care.test/answer/a_b-c", buttons=buttons, **fields)


def test_ntfy_gets_a_button_for_each_answer_and_keeps_the_rest_of_its_address() -> None:
    with closing(ScriptedServer(script=lambda _: (200, b"{}"))) as ntfy:
        address = f"ntfy://127.0.0.1:{ntfy.server_port}/topic?priority=max"
        (channel,) = open_addresses([SecretStr(address)])
        channel.send(answerable())
        channel.send(Memo("text\nbody"))
    first, second = ntfy.requests
    actions = json.loads(first.headers["X-Actions"])
    assert [(it["label"], it["url"], json.loads(it["body"])) for it in actions] == [
        ("지금 가고 있어요", "https://care.test/answer/a_b-c", {"answer": "going"}),
        ("괜찮아요", "https://care.test/answer/a_b-c", {"answer": "all_well"}),
    ]
    assert first.headers["X-Click"] == "https://care.test/answer/a_b-c"
    assert {it.headers["X-Priority"] for it in ntfy.requests} == {"max"}
    assert json.loads(first.body)["topic"] == "topic"
    assert "X-Actions" not in second.headers


def test_other_services_get_the_link_below_the_text(endpoint: Any) -> None:
    (channel,) = open_addresses([SecretStr(endpoint.address)])
    channel.send(answerable())
    assert endpoint.bodies[0]["message"] == "지금\nhttps://care.test/answer/a_b-c"
