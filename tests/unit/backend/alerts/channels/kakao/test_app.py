from pathlib import Path

import pytest
from pydantic import SecretStr

from backend.alerts.channels.kakao.app import AppKey, AppSource, KakaoApp
from backend.alerts.channels.kakao.settings import Settings

KEY = AppKey(SecretStr("key-of-the-page"), SecretStr("secret-of-the-page"))


def app_of(data_dir: Path, **settings: str) -> KakaoApp:
    return KakaoApp.of(Settings.model_validate({"data_dir": data_dir, **settings}))


def test_there_is_no_key_until_one_is_kept(tmp_path: Path) -> None:
    app = app_of(tmp_path)
    assert (app.key(), app.source) == (None, None)
    app.keep(KEY)
    assert (app.key(), app.source) == (KEY, AppSource.PAGE)
    app.keep(AppKey(SecretStr("another")))
    assert app.key() == AppKey(SecretStr("another"))


def test_what_one_keeps_another_of_the_same_installation_has_at_once(tmp_path: Path) -> None:
    writer, reader = app_of(tmp_path), app_of(tmp_path)
    writer.keep(KEY)
    assert reader.key() == KEY
    writer.keep(None)
    writer.keep(None)
    assert reader.key() is None


def test_environment_wins_with_its_own_secret_or_without_any(tmp_path: Path) -> None:
    app_of(tmp_path).keep(KEY)
    app = app_of(tmp_path, kakao_rest_api_key="key-of-the-environment")
    assert app.source is AppSource.ENVIRONMENT
    assert app.key() == AppKey(SecretStr("key-of-the-environment"), None)


@pytest.mark.parametrize("text", ["", "{", '{"rest_api_key": "s3cr3t key"}', "[]"])
def test_file_that_holds_no_key_is_said_without_its_text(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = app_of(tmp_path)
    app.keep(KEY)
    (tmp_path / "access" / "kakao-app.json").write_text(text)
    assert app.key() is None
    assert "cannot be read" in caplog.text
    assert "s3cr3t" not in caplog.text + repr(KEY)
