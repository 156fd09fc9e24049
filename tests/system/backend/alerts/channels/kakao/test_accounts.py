"""The household's account, and those that people have of their own."""

from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from backend.alerts.channels.base import ChannelError, Memo
from backend.alerts.channels.kakao.channel import KakaoChannel, open_account, open_channels
from backend.alerts.channels.kakao.client import Grant
from backend.alerts.channels.kakao.settings import Settings
from backend.alerts.channels.kakao.token_file import TokenFile
from testkit.clock import Clock

GRANT = Grant("sandbox-access-token", 21_599.0, "sandbox-refresh-token", 5_183_999.0)


@pytest.fixture
def household(kakao: Any, tmp_path: Path) -> Settings:
    """An app is registered, and nobody has logged in yet."""
    return Settings.model_validate(
        {
            "data_dir": tmp_path,
            "kakao_rest_api_key": "sandbox-rest-api-key",
            "kakao_client_secret": "sandbox-client-secret",
            "kakao_api_url": kakao.url,
            "kakao_auth_url": kakao.url,
        }
    )


def names(settings: Settings, clock: Clock) -> list[str]:
    with ExitStack() as opened:
        channels = [opened.enter_context(closing(it)) for it in open_channels(settings, clock)]
        return [channel.name for channel in channels]


def test_apps_key_awaits_a_login_of_the_household_until_a_person_has_an_account(
    household: Settings, clock: Clock, tmp_path: Path
) -> None:
    assert names(household, clock) == ["kakao"]
    TokenFile.of_person(tmp_path, 3).keep_login(GRANT, clock.now)
    assert names(household, clock) == []
    TokenFile.below(tmp_path).keep_login(GRANT, clock.now)
    assert names(household, clock) == ["kakao"]


def test_account_of_a_person_sends_and_waits_for_its_own_tokens(
    household: Settings, clock: Clock, kakao: Any, tmp_path: Path
) -> None:
    file = TokenFile.of_person(tmp_path, 3)
    with closing(open_account(household, file, clock, "contact-7")) as channel:
        assert isinstance(channel, KakaoChannel)
        assert (channel.name, channel.rings, channel.is_logged_in) == ("contact-7", False, False)
        with pytest.raises(ChannelError, match="or the button of the page"):
            channel.send(Memo("낙상"))
        file.keep_login(GRANT, clock.now)
        channel.send(Memo("낙상", link="https://home.example/answer/a.b.c"))
    (memo,) = kakao.state.memos
    assert memo.template["link"]["mobile_web_url"] == "https://home.example/answer/a.b.c"
    file.remove()
    file.remove()
    assert not TokenFile.has_people(tmp_path)
