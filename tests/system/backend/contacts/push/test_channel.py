"""A memo as a browser gets it, and what a push service's answers mean."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import ValidationError

from backend.alerts.channels.base import ChannelError, Disposition, Memo
from backend.contacts.push.channel import PushChannel
from backend.contacts.push.subscription import PushSubscription
from backend.contacts.push.vapid import VapidKey
from testkit.clock import Clock
from testkit.push_service import Browser, PushService

Open = Callable[[Browser], PushChannel]


@pytest.fixture
def vapid(tmp_path: Path) -> VapidKey:
    return VapidKey(tmp_path)


@pytest.fixture
def gone() -> list[str]:
    return []


@pytest.fixture
def open_channel(
    vapid: VapidKey, push_service: PushService, clock: Clock, gone: list[str]
) -> Iterator[Open]:
    opened: list[PushChannel] = []

    def start(browser: Browser) -> PushChannel:
        subscription = PushSubscription.model_validate(browser.subscription)
        hosts = frozenset({push_service.host})
        channel = PushChannel(
            "contact-1", subscription, vapid, "https://home.example", hosts, clock, gone.append
        )
        opened.append(channel)
        return channel

    yield start
    for channel in opened:
        channel.close()


def test_payload_has_what_the_page_shows_and_answers_with(
    open_channel: Open, push_service: PushService, vapid: VapidKey, memo: Memo
) -> None:
    browser = push_service.subscribe(vapid.public())
    open_channel(browser).send(memo)
    (push,) = browser.pushes
    assert push.payload == {
        "title": "낙상 감지 - 거실",
        "body": "지금 확인해 주세요.",
        "incident_id": "5f3a9c1e7b2d4608",
        "url": "https://home.example/answer/a.b.c",
        "tag": push.topic,
        "answers": [
            {"answer": "going", "title": "제가 갑니다"},
            {"answer": "all_well", "title": "괜찮습니다"},
        ],
        "token": "a.b.c",
    }
    assert (push.ttl, push.urgency) == (86_400, "high")
    assert push.claims["sub"] == "https://home.example"


def test_memo_of_no_incident_replaces_no_other_and_waits_its_turn(
    open_channel: Open, push_service: PushService
) -> None:
    browser = push_service.subscribe()
    open_channel(browser).send(Memo("카메라가 어둡습니다", urgent=False))
    (push,) = browser.pushes
    assert (push.topic, push.urgency) == (None, "normal")
    assert push.payload["url"] == "/"
    assert [push.payload[name] for name in ("incident_id", "tag", "token")] == [None] * 3


def test_longest_memo_fits(open_channel: Open, push_service: PushService) -> None:
    browser = push_service.subscribe()
    open_channel(browser).send(Memo("낙" * 200, english="a" * 400))
    assert len(browser.pushes[0].payload["title"]) > 600
    assert push_service.refusals == []


@pytest.mark.parametrize(
    ("status", "disposition"),
    [
        (400, Disposition.PERMANENT),
        (401, Disposition.ACCESS),
        (403, Disposition.ACCESS),
        (413, Disposition.PERMANENT),
        (429, Disposition.RETRY),
        (500, Disposition.RETRY),
        (503, Disposition.RETRY),
    ],
)
def test_refusal_says_whether_to_try_again(
    open_channel: Open,
    push_service: PushService,
    gone: list[str],
    memo: Memo,
    status: int,
    disposition: Disposition,
) -> None:
    browser = push_service.subscribe()
    browser.statuses = [status]
    channel = open_channel(browser)
    with pytest.raises(ChannelError, match=f"answered {status}") as caught:
        channel.send(memo)
    assert caught.value.disposition is disposition
    with pytest.raises(ChannelError):
        channel.check()
    assert gone == []
    channel.send(memo)
    channel.check()


@pytest.mark.parametrize("status", [404, 410])
def test_browser_that_has_unsubscribed_is_gone(
    open_channel: Open, push_service: PushService, gone: list[str], memo: Memo, status: int
) -> None:
    browser = push_service.subscribe()
    browser.statuses = [status]
    with pytest.raises(ChannelError) as caught:
        open_channel(browser).send(memo)
    assert caught.value.disposition is Disposition.PERMANENT
    assert gone == [f"the push service answered {status}: the browser has unsubscribed"]


def test_key_that_the_disk_does_not_give_is_tried_again(
    open_channel: Open, push_service: PushService, tmp_path: Path, memo: Memo
) -> None:
    (tmp_path / "access").write_text("a file where the folder should be")
    with pytest.raises(ChannelError, match="cannot be read") as caught:
        open_channel(push_service.subscribe()).send(memo)
    assert caught.value.disposition is Disposition.RETRY


def test_control_stand_in_refuses_what_is_not_signed_for_it(
    push_service: PushService, vapid: VapidKey, clock: Clock, memo: Memo
) -> None:
    hosts = frozenset({push_service.host})
    for key, late in (("another key", 0.0), (None, 1e5)):
        found = PushSubscription.model_validate(push_service.subscribe(key).subscription)
        now = clock.now - late
        channel = PushChannel(
            "contact-1", found, vapid, None, hosts, lambda now=now: now, lambda _: None
        )
        with closing(channel), pytest.raises(ChannelError, match="403"):
            channel.send(memo)
    assert push_service.refusals == [
        "the subscription is for another key",
        "the token is too old, or lives too long",
    ]


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"p256dh": "BAAA", "auth": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"p256dh": "B" + "A" * 86, "auth": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"p256dh": "not base64 at all!", "auth": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
)
def test_subscription_whose_keys_are_none_is_refused(keys: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        PushSubscription.model_validate({"endpoint": "https://x", "keys": keys})
