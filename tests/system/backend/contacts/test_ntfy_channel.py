"""What ntfy gets of a memo, and what its refusals mean."""

import json
from contextlib import closing

import pytest

from backend.alerts.channels.base import ChannelError, Disposition, Memo
from backend.contacts.ntfy_channel import NtfyAddress, NtfyChannel
from testkit.ntfy_server import NtfyServer
from testkit.scripted_server import ScriptedServer


def channel_of(url: str, token: str | None = None) -> NtfyChannel:
    return NtfyChannel("contact-1", NtfyAddress(server=url, topic="t0pic", token=token))


def test_fall_rings_loudest_and_its_buttons_post_the_answer(ntfy: NtfyServer, memo: Memo) -> None:
    phone_home = ScriptedServer(script=lambda _: (200, b"{}"))
    link = f"{phone_home.url}/answer/a.b.c"
    with closing(phone_home), closing(channel_of(ntfy.url)) as channel:
        channel.send(Memo(memo.text, link=link, buttons=memo.buttons))
        (message,) = ntfy.of("t0pic")
        assert (message["title"], message["message"]) == ("낙상 감지 - 거실", "지금 확인해 주세요.")
        assert (message["priority"], message["click"]) == (5, link)
        assert [it["label"] for it in message["actions"]] == ["제가 갑니다", "괜찮습니다"]
        assert ntfy.press(message, "제가 갑니다").status_code == 200
        (pressed,) = phone_home.requests
        assert (pressed.path, json.loads(pressed.body)) == ("/answer/a.b.c", {"answer": "going"})


def test_what_is_not_urgent_is_quieter_and_has_no_buttons(ntfy: NtfyServer) -> None:
    with closing(channel_of(ntfy.url)) as channel:
        channel.send(Memo("카메라가 어둡습니다", english="The camera is dark", urgent=False))
    (message,) = ntfy.messages
    assert message["priority"] == 3
    assert message["title"] == message["message"] == "카메라가 어둡습니다 / The camera is dark"
    assert not {"actions", "click"} & message.keys()


def test_server_of_ones_own_may_want_a_token(memo: Memo) -> None:
    server = NtfyServer(token="tk_s3cr3t")
    with closing(server):
        with (
            closing(channel_of(server.url)) as channel,
            pytest.raises(ChannelError, match="ntfy answered 403") as caught,
        ):
            channel.send(memo)
        assert caught.value.disposition is Disposition.ACCESS
        with closing(channel_of(server.url, "tk_s3cr3t")) as channel:
            channel.send(memo)
        assert len(server.messages) == 1


@pytest.mark.parametrize(
    ("status", "code", "disposition"),
    [
        (429, 42901, Disposition.RETRY),
        (429, 42908, Disposition.QUOTA),
        (500, 50001, Disposition.RETRY),
        (507, 50701, Disposition.RETRY),
        (401, 40101, Disposition.ACCESS),
        (400, 40001, Disposition.PERMANENT),
        (413, 41301, Disposition.PERMANENT),
    ],
)
def test_refusal_says_whether_to_try_again_and_is_remembered_until_the_next_success(
    ntfy: NtfyServer, memo: Memo, status: int, code: int, disposition: Disposition
) -> None:
    ntfy.refusals = [(status, code)]
    with closing(channel_of(ntfy.url)) as channel:
        with pytest.raises(ChannelError) as caught:
            channel.send(memo)
        assert caught.value.disposition is disposition
        with pytest.raises(ChannelError):
            channel.check()
        channel.send(memo)
        channel.check()
    assert len(ntfy.messages) == 1


def test_server_that_is_away_got_nothing_and_no_address_is_said(memo: Memo) -> None:
    server = NtfyServer()
    server.close()
    with closing(channel_of(server.url)) as channel, pytest.raises(ChannelError) as caught:
        channel.send(memo)
    assert caught.value.disposition is Disposition.RETRY
    assert "127.0.0.1" not in caught.value.reason


def test_redirect_is_not_followed(memo: Memo) -> None:
    elsewhere = ScriptedServer()
    moved = ScriptedServer(script=lambda _: (308, b""))
    moved.headers["Location"] = elsewhere.url
    with closing(elsewhere), closing(moved), closing(channel_of(moved.url)) as channel:
        with pytest.raises(ChannelError, match="ntfy answered 308"):
            channel.send(memo)
        assert elsewhere.requests == []
