"""Sending with a token that is kept alive."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from backend.alerts.channels.base import ChannelError, Disposition, Memo
from backend.alerts.channels.kakao.app import AppKey
from backend.alerts.channels.kakao.channel import KakaoChannel
from backend.alerts.channels.kakao.client import KakaoClient
from backend.alerts.channels.kakao.template import TextTemplate
from backend.alerts.channels.kakao.token_file import TokenFile
from backend.alerts.channels.kakao.tokens import KakaoCredentials, TokenStore

DAY = 86_400.0


@pytest.fixture
def channel(tmp_path: Path, client: KakaoClient, kakao: Any) -> KakaoChannel:
    credentials = KakaoCredentials(
        SecretStr("sandbox-access-token"),
        SecretStr("sandbox-refresh-token"),
    )
    app = AppKey(SecretStr("sandbox-rest-api-key"), SecretStr("sandbox-client-secret"))
    file = TokenFile(tmp_path / "tokens.json")
    tokens = TokenStore(file, credentials, client, kakao.clock, lambda: app)
    return KakaoChannel(client, tokens, TextTemplate(), kakao.clock)


@pytest.fixture
def bare_channel(tmp_path: Path, client: KakaoClient, kakao: Any) -> KakaoChannel:
    """With an access token, and nothing to renew it with."""
    credentials = KakaoCredentials(SecretStr("sandbox-access-token"))
    file = TokenFile(tmp_path / "tokens.json")
    tokens = TokenStore(file, credentials, client, kakao.clock, lambda: None)
    return KakaoChannel(client, tokens, TextTemplate(), kakao.clock)


def test_memo_is_sent(channel: KakaoChannel, kakao: Any) -> None:
    channel.send(Memo("낙상"))
    assert kakao.texts == ["낙상"]


def test_dead_token_is_renewed_and_the_memo_sent_once(channel: KakaoChannel, kakao: Any) -> None:
    kakao.change(access_expires_in=0)
    channel.send(Memo("낙상"))
    assert kakao.texts == ["낙상"]
    channel.send(Memo("다음"))
    assert len(kakao.state.access_tokens) == 2


def test_token_that_is_refused_after_its_renewal_asks_for_a_login(
    channel: KakaoChannel, kakao: Any
) -> None:
    kakao.fault("code", code=-401, times=2)
    with pytest.raises(ChannelError, match="log in to Kakao again") as caught:
        channel.send(Memo("낙상"))
    assert caught.value.disposition is Disposition.ACCESS
    assert len(kakao.state.faults) == 0
    assert kakao.texts == []


def test_refresh_that_fails_for_now_leaves_the_memo_to_a_retry(
    channel: KakaoChannel, kakao: Any
) -> None:
    kakao.change(access_expires_in=0)
    kakao.fault("html_502", endpoint="token")
    with pytest.raises(ChannelError) as caught:
        channel.send(Memo("낙상"))
    assert caught.value.disposition is Disposition.RETRY
    channel.send(Memo("낙상"))
    assert kakao.texts == ["낙상"]


def test_check_passes_when_a_memo_could_be_sent_and_sends_none(
    channel: KakaoChannel, kakao: Any
) -> None:
    channel.check()
    assert kakao.texts == []
    assert len(kakao.state.access_tokens) == 1


def test_check_renews_a_token_before_it_dies(channel: KakaoChannel, kakao: Any) -> None:
    kakao.change(access_expires_in=3600)
    channel.check()
    assert len(kakao.state.access_tokens) == 2
    kakao.clock.now += 2 * 3600
    channel.send(Memo("낙상"))
    assert len(kakao.state.access_tokens) == 2


def test_checks_keep_the_refresh_token_alive_for_months(channel: KakaoChannel, kakao: Any) -> None:
    for _ in range(8):
        kakao.clock.now += 20 * DAY
        channel.check()
    channel.send(Memo("낙상"))
    assert kakao.texts == ["낙상"]


def test_check_tells_a_missing_consent(channel: KakaoChannel, kakao: Any) -> None:
    kakao.change(talk_message=False)
    with pytest.raises(ChannelError, match="talk_message") as caught:
        channel.check()
    assert caught.value.disposition is Disposition.ACCESS


def test_check_without_a_refresh_token_passes_until_the_access_token_dies(
    bare_channel: KakaoChannel, kakao: Any
) -> None:
    kakao.change(access_expires_in=60)
    bare_channel.check()
    kakao.change(access_expires_in=0)
    with pytest.raises(ChannelError, match="the access token is dead"):
        bare_channel.check()


def test_token_check_tells_that_all_is_well_and_until_when(
    channel: KakaoChannel, kakao: Any
) -> None:
    check = channel.token_check()
    assert check.can_send
    assert check.reason is None
    assert (check.token_alive, check.talk_message_granted) == (True, True)
    assert check.access_token_expires_at == kakao.clock.now + 21_600
    assert check.refresh_token_expires_at is None


def test_token_check_knows_the_refresh_token_s_expiry_once_kakao_told_it(
    channel: KakaoChannel, kakao: Any
) -> None:
    kakao.change(access_expires_in=0, refresh_expires_in=DAY)
    assert channel.token_check().refresh_token_expires_at == kakao.clock.now + 5_183_999


def test_token_check_tells_a_missing_consent(channel: KakaoChannel, kakao: Any) -> None:
    kakao.change(talk_message=False)
    check = channel.token_check()
    assert (check.can_send, check.token_alive, check.talk_message_granted) == (False, True, False)
    assert check.reason == ("the consent to talk_message is missing: log in again and tick it")


def test_token_check_tells_a_dead_token(bare_channel: KakaoChannel, kakao: Any) -> None:
    kakao.change(access_expires_in=0)
    check = bare_channel.token_check()
    assert (check.can_send, check.token_alive) == (False, False)
    assert check.reason is not None
    assert "log in to Kakao again" in check.reason
    assert check.access_token_expires_at is None


def test_token_check_tells_that_kakao_fails(channel: KakaoChannel, kakao: Any) -> None:
    kakao.fault("html_502", endpoint="scopes")
    check = channel.token_check()
    assert (check.can_send, check.token_alive) == (False, True)
    assert check.reason == "Kakao answered 502 without a code"
