"""The logins of cameras, which stay on the box."""

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from agent.onvif.login import CameraLogins, Login, LoginsUnreadable

ADMIN = Login(user="admin", password=SecretStr("s3cret-of-the-camera"))


def test_login_is_kept_for_its_owner_alone_and_shown_nowhere(tmp_path: Path) -> None:
    logins = CameraLogins(tmp_path)
    assert logins.of("cam", "192.168.0.12") is None
    logins.keep("cam", ADMIN)
    logins.keep("other", Login(user="x", password=SecretStr("")))
    assert CameraLogins(tmp_path).of("unknown", "cam") == ADMIN
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert "s3cret" not in repr(ADMIN) + str(ADMIN)


@pytest.mark.parametrize(
    "content", [b"", b'{"logins": {"cam": {"user": "a"}}}', b'{"logins": {"c": "s3cret"}}']
)
def test_damaged_file_is_said_without_what_stands_in_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "access").mkdir()
    (tmp_path / "access" / "camera-logins.json").write_bytes(content)
    with pytest.raises(LoginsUnreadable, match="log in to the cameras again") as failure:
        CameraLogins(tmp_path).of("cam")
    assert "s3cret" not in str(failure.value)
