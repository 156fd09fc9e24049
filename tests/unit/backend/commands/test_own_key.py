"""The key that the server makes where API_KEY is not set."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from backend.commands.own_key import own_key, with_key
from backend.config import VisionSettings
from contract.access import OWN_KEY, key_for

SECRET = SecretStr("k" * 20)


def test_key_is_made_once_and_readable_by_the_owner_alone(tmp_path: Path) -> None:
    first, second = own_key(tmp_path / "data"), own_key(tmp_path / "data")
    assert (first.is_new, second.is_new) == (True, False)
    assert first.key == second.key
    assert len(first.key.get_secret_value()) >= 43
    assert first.path == tmp_path / "data" / OWN_KEY
    assert stat.S_IMODE(first.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.path.parent.stat().st_mode) == 0o700
    assert [path.name for path in first.path.parent.iterdir()] == [first.path.name]
    assert own_key(tmp_path / "another").key != first.key


def test_starts_at_the_same_time_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(own_key, [tmp_path] * 8))
    assert len({own.key.get_secret_value() for own in found}) == 1
    assert sum(own.is_new for own in found) == 1


@pytest.mark.parametrize("damaged", ["", "\n", "short", "열쇠" * 20])
def test_file_that_holds_no_key_is_an_error_and_no_open_door(tmp_path: Path, damaged: str) -> None:
    path = own_key(tmp_path).path
    path.write_text(damaged, encoding="utf-8")
    with pytest.raises(OSError, match="holds no key: delete it"):
        own_key(tmp_path)


def test_settings_get_a_key_unless_they_have_one_or_allow_none(tmp_path: Path) -> None:
    def settings(**fields: object) -> VisionSettings:
        return VisionSettings(_env_file=None, data_dir=tmp_path, **fields)  # type: ignore[arg-type]

    made, own = with_key(settings())
    assert own is not None
    assert made.api_key == own.key
    assert with_key(settings(api_key=SECRET))[0].api_key == SECRET
    assert with_key(settings(allow_without_key=True)) == (settings(allow_without_key=True), None)
    assert with_key(settings(allow_without_key=True, api_key=SECRET))[0].api_key == SECRET


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000/"])
def test_key_is_found_by_data_dir_on_the_servers_own_machine(tmp_path: Path, url: str) -> None:
    assert key_for(url, None, tmp_path) is None
    own = own_key(tmp_path)
    assert key_for(url, None, tmp_path) == own.key
    assert key_for(url, SECRET, tmp_path) == SECRET


@pytest.mark.parametrize("url", ["http://192.0.2.1:8000", "http://[2001:db8::1]", "localhost:8000"])
def test_key_is_shown_to_no_other_machine(tmp_path: Path, url: str) -> None:
    own_key(tmp_path)
    assert key_for(url, None, tmp_path) is None
    assert key_for(url, SECRET, tmp_path) == SECRET
