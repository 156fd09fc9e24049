"""The secret that signs."""

import stat
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from pydantic import SecretStr

from backend.people.secret import OWN_SECRET, signing_secret


def test_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first, second = signing_secret(None, tmp_path), signing_secret(None, tmp_path)
    assert first == second
    assert len(first.get_secret_value()) >= 48
    assert stat.S_IMODE((tmp_path / OWN_SECRET).stat().st_mode) == 0o600
    assert signing_secret(None, tmp_path / "another") != first


def test_secret_of_the_settings_is_taken_and_nothing_is_written(tmp_path: Path) -> None:
    mine = SecretStr("m" * 32)
    assert signing_secret(mine, tmp_path) == mine
    assert list(tmp_path.iterdir()) == []


def test_full_disk_stops_no_start(
    tmp_path: Path, full_disk: Callable[[int], AbstractContextManager[None]]
) -> None:
    with full_disk(0):
        secret = signing_secret(None, tmp_path)
    assert len(secret.get_secret_value()) >= 48
    assert not (tmp_path / OWN_SECRET).exists()


def test_wrong_place_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "access").write_text("a file")
    with pytest.raises(OSError, match="access"):
        signing_secret(None, tmp_path)
