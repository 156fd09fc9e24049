"""The two tokens: renewed once, kept safely, never shown."""

import json
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from pydantic import SecretStr

from backend.alerts.channels.base import ChannelError, Disposition
from backend.alerts.channels.kakao.app import AppKey
from backend.alerts.channels.kakao.client import KakaoClient
from backend.alerts.channels.kakao.token_file import TokenFile, Tokens
from backend.alerts.channels.kakao.tokens import KakaoCredentials, TokenStore

SEED = "sandbox-access-token"
DAY = 86_400.0
MakeStore = Callable[..., TokenStore]


def credentials(access: str = SEED, refresh: str | None = "sandbox-refresh-token") -> Any:
    return KakaoCredentials(
        SecretStr(access),
        SecretStr(refresh) if refresh else None,
    )


APP = AppKey(SecretStr("sandbox-rest-api-key"), SecretStr("sandbox-client-secret"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kakao" / "tokens.json"


@pytest.fixture
def make_store(path: Path, client: KakaoClient, kakao: Any) -> MakeStore:
    """Open the store as a start of the server does."""
    return lambda given=None, app=lambda: APP: TokenStore(
        TokenFile(path), given or credentials(), client, kakao.clock, app
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


WRONG_KIND = '{"seed_sha256": null, "access_token": "x", "refresh_expires_at": "soon"}'


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '{"access_token": "x"}', WRONG_KIND, "[" * 10_000, "\0" * 100],
)
def test_unreadable_file_is_reported_and_the_settings_are_used(
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


NOT_SET = KakaoCredentials()


def log_in(path: Path, access: str = "from-login") -> None:
    TokenFile(path).save(Tokens(None, access, "refresh-from-login"))


def test_login_replaces_the_settings_until_those_are_changed(
    make_store: MakeStore, path: Path
) -> None:
    running = make_store()
    log_in(path)
    assert running.access_token == "from-login"
    assert make_store().access_token == "from-login"
    assert make_store(credentials(access="newer")).access_token == "newer"
    log_in(path, "from-next-login")
    assert make_store(credentials(access="newer")).access_token == "from-next-login"


def test_login_needs_no_tokens_in_the_settings_and_outlives_their_removal(
    make_store: MakeStore, path: Path
) -> None:
    store = make_store(NOT_SET)
    assert store.tokens is None
    with pytest.raises(ChannelError, match="nobody has logged in"):
        _ = store.access_token
    log_in(path)
    assert store.access_token == "from-login"
    assert make_store(NOT_SET).access_token == "from-login"
    log_in(path, "from-next-login")
    assert make_store().access_token == "from-next-login"
    assert make_store(NOT_SET).access_token == "from-next-login"


def test_first_login_is_seen_by_all_who_ask_at_once(make_store: MakeStore, path: Path) -> None:
    for _ in range(20):
        path.unlink(missing_ok=True)
        store = make_store(NOT_SET)
        assert store.tokens is None
        log_in(path)
        together = Barrier(4)

        def ask(_: int, store: TokenStore = store, together: Barrier = together) -> str:
            together.wait(5)
            return store.access_token

        with ThreadPoolExecutor(4) as threads:
            assert set(threads.map(ask, range(4))) == {"from-login"}


def test_refresh_does_not_undo_a_login(make_store: MakeStore, path: Path, kakao: Any) -> None:
    store = make_store()
    log_in(path)
    assert store.refresh(SEED) == "from-login"
    assert len(kakao.state.access_tokens) == 1


def test_rotated_token_that_cannot_be_saved_is_warned_of_and_saved_later(
    make_store: MakeStore, path: Path, kakao: Any
) -> None:
    kakao.change(refresh_expires_in=DAY)
    path.parent.write_text("a file where the folder should be")
    store = make_store()
    renewed = store.refresh(SEED)
    assert "lost at the next start: File exists; log in to Kakao again" in str(store.warning)
    path.parent.unlink()
    store.keep()
    assert store.warning is None
    assert make_store().access_token == renewed


def test_rotated_token_that_a_crash_lost_asks_for_a_login(
    make_store: MakeStore, path: Path, kakao: Any
) -> None:
    kakao.change(refresh_expires_in=DAY)
    path.parent.write_text("a file where the folder should be")
    make_store().refresh(SEED)
    with pytest.raises(ChannelError, match="the refresh token is dead: log in to Kakao again"):
        make_store().refresh(SEED)


STEPS = ["os.open", "os.fsync", "pathlib.Path.replace", "os.close"]


class Crash(BaseException):
    """The process is gone: nothing is cleaned up after it."""


@pytest.mark.parametrize("step", STEPS)
def test_crash_at_any_step_leaves_the_old_tokens_or_the_new(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    file = TokenFile(path)
    file.save(Tokens(None, "old"))
    with monkeypatch.context() as crashing:

        def crash(*_: object, **__: object) -> None:
            raise Crash

        crashing.setattr(step, crash)
        with pytest.raises(Crash):
            file.save(Tokens(None, "new"))
    stored = file.load()
    assert stored is not None
    assert stored.access_token == ("new" if step == "os.close" else "old")
    file.save(Tokens(None, "newest"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_file_that_is_written_in_place_is_lost_at_the_same_step(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the crashes are worth: the plain way to write a file fails the test above."""
    file = TokenFile(path)
    file.save(Tokens(None, "old"))

    def crash(_: int) -> None:
        raise Crash

    monkeypatch.setattr("os.fsync", crash)
    with path.open("w") as plain, pytest.raises(Crash):
        os.fsync(plain.fileno())
    with pytest.raises(ValueError, match="Invalid JSON"):
        file.load()
