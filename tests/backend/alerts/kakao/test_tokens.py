"""The two tokens: renewed once, kept safely, never shown."""

import json
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from backend.alerts.channel import ChannelError, Disposition
from backend.alerts.kakao.client import KakaoClient
from backend.alerts.kakao.token_file import TokenFile
from backend.alerts.kakao.tokens import KakaoCredentials, TokenStore

SEED = "sandbox-access-token"
DAY = 86_400.0
MakeStore = Callable[..., TokenStore]


def credentials(access: str = SEED, refresh: str | None = "sandbox-refresh-token") -> Any:
    return KakaoCredentials(
        SecretStr(access),
        SecretStr(refresh) if refresh else None,
        SecretStr("sandbox-rest-api-key"),
        SecretStr("sandbox-client-secret"),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kakao" / "tokens.json"


@pytest.fixture
def make_store(path: Path, client: KakaoClient, kakao: Any) -> MakeStore:
    """Open the store as a start of the server does."""
    return lambda given=None: TokenStore(
        TokenFile(path), given or credentials(), client, kakao.clock
    )


def test_settings_are_the_seed(make_store: MakeStore, path: Path) -> None:
    tokens = make_store().tokens
    assert (tokens.access_token, tokens.refresh_token) == (SEED, "sandbox-refresh-token")
    assert (tokens.access_expires_at, tokens.refresh_expires_at) == (None, None)
    assert not path.exists()


def test_renewed_token_survives_a_restart(make_store: MakeStore, kakao: Any) -> None:
    renewed = make_store().refresh(SEED)
    tokens = make_store().tokens
    assert renewed != SEED
    assert tokens.access_token == renewed
    assert tokens.refresh_token == "sandbox-refresh-token"
    assert tokens.access_expires_at == kakao.clock.now + 21_599


def test_changed_settings_win_over_what_is_stored(make_store: MakeStore) -> None:
    make_store().refresh(SEED)
    assert make_store(credentials(access="newer")).tokens.access_token == "newer"
    assert make_store(credentials(refresh="newer")).tokens.refresh_token == "newer"


@pytest.mark.parametrize(("days_left", "rotates"), [(31, False), (29, True)])
def test_refresh_token_changes_only_when_kakao_sends_one(
    make_store: MakeStore, kakao: Any, days_left: float, rotates: bool
) -> None:
    kakao.change(refresh_expires_in=days_left * DAY)
    store = make_store()
    first = store.refresh(SEED)
    assert (store.tokens.refresh_token != "sandbox-refresh-token") is rotates
    expected = kakao.clock.now + 5_183_999 if rotates else None
    assert make_store().tokens.refresh_expires_at == expected
    assert make_store().refresh(first) != first


def test_one_refresh_serves_all_who_wait(make_store: MakeStore, kakao: Any) -> None:
    store = make_store()
    with ThreadPoolExecutor(8) as threads:
        tokens = set(threads.map(lambda _: store.refresh(SEED), range(8)))
    assert len(tokens) == 1
    assert len(kakao.state.access_tokens) == 2


def test_file_is_the_owners_alone_and_holds_no_seed(make_store: MakeStore, path: Path) -> None:
    store = make_store()
    store.refresh(SEED)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SEED not in path.read_text()
    assert {entry.name for entry in path.parent.iterdir()} == {"tokens.json", "tokens.lock"}


def test_what_a_kill_left_half_written_is_replaced(make_store: MakeStore, path: Path) -> None:
    path.parent.mkdir()
    path.with_suffix(".new").write_text('{"access')
    renewed = make_store().refresh(SEED)
    assert json.loads(path.read_text())["access_token"] == renewed


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"access_token": "x"}'])
def test_unreadable_file_is_told_and_the_settings_are_used(
    make_store: MakeStore, path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    path.write_text(content)
    assert make_store().tokens.access_token == SEED
    assert "cannot be read" in caplog.text


def test_disk_that_refuses_costs_no_memo(
    make_store: MakeStore, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.write_text("a file where the folder should be")
    store = make_store()
    renewed = store.refresh(SEED)
    assert store.tokens.access_token == renewed
    assert "could not be saved" in caplog.text
    assert renewed not in caplog.text


def test_dead_refresh_token_asks_for_a_login(make_store: MakeStore, kakao: Any) -> None:
    kakao.change(refresh_expires_in=0)
    with pytest.raises(ChannelError, match="log in to Kakao again") as caught:
        make_store().refresh(SEED)
    assert caught.value.disposition is Disposition.ACCESS


def test_nothing_is_asked_without_a_refresh_token(make_store: MakeStore, kakao: Any) -> None:
    kakao.fault("html_502", endpoint="token")
    with pytest.raises(ChannelError, match="the access token is dead"):
        make_store(credentials(refresh=None)).refresh(SEED)
    assert len(kakao.state.faults) == 1


@pytest.mark.parametrize("fault", ["reset", "accept_then_drop", "half_body", "oversized_body"])
def test_lost_refresh_is_tried_again_and_never_ambiguous(
    make_store: MakeStore, kakao: Any, fault: str
) -> None:
    kakao.fault(fault, endpoint="token")
    store = make_store()
    with pytest.raises(ChannelError) as caught:
        store.refresh(SEED)
    assert caught.value.disposition is Disposition.RETRY
    assert store.refresh(SEED) != SEED


def test_no_repr_shows_a_token(make_store: MakeStore) -> None:
    store = make_store()
    store.refresh(SEED)
    shown = f"{credentials()!r} {store.tokens!r}"
    for secret in (SEED, "sandbox-refresh-token", store.tokens.access_token):
        assert secret not in shown
