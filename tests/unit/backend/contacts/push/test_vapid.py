"""The key by which push services know this server."""

import stat
from pathlib import Path

import jwt
import pytest
from py_vapid import Vapid02

from backend.contacts.push.subscription import decoded
from backend.contacts.push.vapid import VapidKey

NOW = 1_800_000_000.0


def test_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    public = VapidKey(tmp_path).public()
    assert VapidKey(tmp_path).public() == public
    assert (len(decoded(public)), decoded(public)[0]) == (65, 4)
    path = tmp_path / "access" / "vapid.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().startswith("-----BEGIN PRIVATE KEY-----")


@pytest.mark.parametrize(
    ("public_url", "subject"),
    [("https://home.example", "https://home.example"), (None, "mailto:dolbom@example.org")],
)
def test_token_is_signed_for_one_service_and_some_hours(
    tmp_path: Path, public_url: str | None, subject: str
) -> None:
    key = VapidKey(tmp_path)
    header = key.authorization("https://push.example", public_url, NOW)
    assert Vapid02.verify(header)
    token = header.removeprefix("vapid t=").partition(",")[0]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims == {"aud": "https://push.example", "sub": subject, "exp": NOW + 12 * 3600}
    assert header.endswith(f",k={key.public()}")


@pytest.mark.parametrize("text", ["", "no key at all, but long enough to be one" * 5])
def test_file_that_holds_no_key_is_said_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "access" / "vapid.pem"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(OSError, match="holds no key"):
        VapidKey(tmp_path).public()
    assert path.read_text() == text
