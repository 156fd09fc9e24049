"""Which place is opened by which settings."""

import logging
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from backend.media.drivers.local import LocalDriver
from backend.media.drivers.opening import open_driver, open_record_store
from backend.media.drivers.s3 import S3Driver
from backend.media.settings import MediaSettings
from common.settings import SettingError
from contract.media import ImageType, SignedPut

S3 = {"storage_url": "s3://pictures", "s3_access_key": "AK", "s3_secret_key": "S3CRET"}


def offered(tmp_path: Path, **settings: Any) -> SignedPut:
    driver = open_driver(MediaSettings(_env_file=None, **settings), tmp_path)
    return driver.signed_put("images/1/a/brought.jpg", ImageType.JPEG, 3, 2e9)


def test_folder_is_the_default_and_its_key_lies_beside_it(tmp_path: Path) -> None:
    driver = open_driver(MediaSettings(_env_file=None), tmp_path)
    assert isinstance(driver, LocalDriver)
    driver.write("images/1/a/x.jpg", [b"x"], "image/jpeg")
    assert (tmp_path / "media/images/1/a/x.jpg").is_file()
    assert (tmp_path / "media.key").is_file()


def test_servers_with_one_key_read_and_sign_for_each_other(tmp_path: Path) -> None:
    settings = MediaSettings(_env_file=None, media_key="0f" * 32)
    one, two = (open_driver(settings, tmp_path / name) for name in ("one", "two"))
    one.write("images/1/a/x.jpg", [b"xyz"], "image/jpeg")
    shutil.copytree(tmp_path / "one/media", tmp_path / "two/media")
    assert b"".join(two.read("images/1/a/x.jpg")) == b"xyz"
    key, of = "images/1/a/brought.jpg", (ImageType.JPEG, 3, 2e9)
    assert one.signed_put(key, *of) == two.signed_put(key, *of)
    assert not list(tmp_path.glob("*/media.key"))


def test_key_that_is_none_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValidationError, match="expected 64 hexadecimal digits") as refused:
        MediaSettings(_env_file=None, media_key="abc" * 5)
    assert "abcabc" not in str(refused.value)


def test_encryption_can_be_turned_off(tmp_path: Path) -> None:
    settings = MediaSettings(_env_file=None, media_encryption="off")
    open_driver(settings, tmp_path).write("images/1/a/x.jpg", [b"xyz"], "image/jpeg")
    assert (tmp_path / "media/images/1/a/x.jpg").read_bytes().startswith(b"xyz")


@pytest.mark.parametrize(
    ("endpoint", "begin"),
    [
        ("https://s3.example.org", "https://s3.example.org/pictures/images/1/a/brought.jpg?"),
        ("http://192.0.2.7:9000", "http://192.0.2.7:9000/pictures/images/1/a/brought.jpg?"),
        (None, "https://pictures.s3.us-east-1.amazonaws.com/images/1/a/brought.jpg?"),
    ],
)
def test_address_is_one_that_the_store_knows(
    tmp_path: Path, endpoint: str | None, begin: str
) -> None:
    put = offered(tmp_path, **S3, s3_endpoint=endpoint)
    assert put.url.startswith(begin)
    assert "S3CRET" not in put.url


@pytest.mark.parametrize(
    ("changes", "is_encrypted", "is_warned"),
    [
        ({"s3_endpoint": "https://s3.example.org"}, True, False),
        ({"s3_endpoint": "http://192.0.2.7:9000"}, False, True),
        ({"s3_endpoint": "https://s3.example.org", "media_encryption": "off"}, False, False),
        ({"s3_endpoint": "http://192.0.2.7:9000", "media_encryption": "off"}, False, False),
    ],
)
def test_key_goes_with_an_offer_only_where_nobody_listens(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    changes: dict[str, str],
    is_encrypted: bool,
    is_warned: bool,
) -> None:
    with caplog.at_level(logging.WARNING, "backend.media"):
        put = offered(tmp_path, **S3, **changes)
    assert ("x-amz-server-side-encryption-customer-key" in put.headers) == is_encrypted
    assert ("S3_ENDPOINT is http" in caplog.text) == is_warned


@pytest.mark.parametrize("missing", ["s3_access_key", "s3_secret_key"])
def test_both_keys_are_needed(tmp_path: Path, missing: str) -> None:
    given = {name: value for name, value in S3.items() if name != missing}
    with pytest.raises(SettingError, match=f"{missing.upper()}: expected one"):
        open_driver(MediaSettings(_env_file=None, **given), tmp_path)


def test_without_boto3_it_is_said_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    for name in ("backend.media.drivers.s3", "backend.media.drivers.s3_client"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with pytest.raises(SettingError, match="uv sync --extra s3"):
        open_driver(MediaSettings(_env_file=None, **S3), tmp_path)


@pytest.mark.parametrize("url", ["s3:", "s3://", "s3://A", "s3://pictures/below", "/data", "http:"])
def test_what_is_no_place_stops_the_start(url: str) -> None:
    with pytest.raises(ValidationError, match="expected file:, or s3:// and the name of a bucket"):
        MediaSettings(_env_file=None, storage_url=url)


def test_store_is_asked_nothing_before_it_is_used(tmp_path: Path) -> None:
    settings = MediaSettings(_env_file=None, **S3, s3_endpoint="http://127.0.0.1:9")
    assert isinstance(open_driver(settings, tmp_path), S3Driver)
    assert not (tmp_path / "media.key").exists()


def test_record_store_is_a_folder_or_a_bucket_and_needs_no_key_of_ours(tmp_path: Path) -> None:
    settings = MediaSettings(_env_file=None, **S3, s3_endpoint="https://s3.example.org")
    folder = open_record_store(settings, f"file://{tmp_path}/both", tmp_path / "data")
    folder.write("record/a1/x.parquet", [b"xyz"], "")
    assert (tmp_path / "both/record/a1/x.parquet").read_bytes().startswith(b"xyz")
    bucket = open_record_store(settings, "s3://homes", tmp_path / "data")
    put = bucket.signed_put("record/x", ImageType.JPEG, 3, 2e9)
    assert put.url.startswith("https://s3.example.org/homes/record/x?")
    assert not any("customer" in name for name in put.headers)
    assert not (tmp_path / "data").exists()
