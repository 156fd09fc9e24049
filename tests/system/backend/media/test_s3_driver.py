"""The S3 driver against moto's server, and against a store that is as strict as those of others."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from backend.media.drivers import s3_client
from backend.media.drivers.driver import Stored
from backend.media.drivers.media_key import MediaKey
from backend.media.drivers.s3 import S3Driver
from backend.media.drivers.s3_client import open_client
from backend.media.errors import MediaUnavailable, UnknownFile
from contract.media import ImageType, SignedPut
from testkit import moto_server
from testkit.certificates import write_certificate
from testkit.moto_server import MotoServer
from testkit.processes import free_port
from testkit.signed_puts import put
from testkit.strict_s3 import ACCESS_KEY, REGION, SECRET_KEY, StrictS3

BUCKET, KEY = "pictures", "images/7/abc/brought.jpg"
CONTENT = os.urandom(300_000)
LARGE = os.urandom(9 * 2**20)
"""More than goes in one part."""


@pytest.fixture(scope="module")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MotoServer]:
    if reason := moto_server.lacks():
        pytest.skip(reason)
    server = MotoServer(tmp_path_factory.mktemp("moto"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def at_moto(moto: MotoServer) -> S3Driver:
    client = open_client(moto.url, "us-east-1", "AK", "SK")
    client.create_bucket(Bucket=BUCKET)
    driver = S3Driver(client, BUCKET, None)
    driver.delete("")
    return driver


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "store.pem"
    write_certificate(path)
    return path


@pytest.fixture
def strict() -> Iterator[StrictS3]:
    with StrictS3().running(free_port()) as store:
        yield store


@pytest.fixture
def private(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StrictS3]:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    with StrictS3().running(free_port(), certificate) as store:
        yield store


def driver_at(store: StrictS3, media_key: MediaKey | None = None) -> S3Driver:
    return S3Driver(open_client(store.url, REGION, ACCESS_KEY, SECRET_KEY), BUCKET, media_key)


def address(driver: S3Driver, size: int = len(CONTENT)) -> SignedPut:
    return driver.signed_put(KEY, ImageType.JPEG, size, time.time() + 600)


def test_file_is_put_found_read_and_deleted_at_moto(at_moto: S3Driver) -> None:
    assert at_moto.find(KEY) is None
    with pytest.raises(UnknownFile):
        at_moto.read(KEY)
    assert put("", address(at_moto), CONTENT).status_code == 200
    assert at_moto.find(KEY) == Stored(KEY, len(CONTENT), "image/jpeg")
    assert b"".join(at_moto.read(KEY)) == CONTENT
    assert b"".join(at_moto.read(KEY, 65_530, 65_550)) == CONTENT[65_530:65_550]
    assert b"".join(at_moto.read(KEY, len(CONTENT))) == b""
    assert b"".join(at_moto.read(KEY, 5, 5)) == b""
    assert put("", address(at_moto), CONTENT).status_code == 412
    assert at_moto.delete("images/7/abc/") == 1
    assert at_moto.find(KEY) is None
    assert at_moto.failure is None


@pytest.mark.parametrize("content", [b"", b"x", LARGE])
def test_file_of_any_length_is_written_at_moto(at_moto: S3Driver, content: bytes) -> None:
    pieces = (content[begin : begin + 50_000] for begin in range(0, len(content), 50_000))
    assert at_moto.write(KEY, pieces, "image/png") == Stored(KEY, len(content), "image/png")
    assert at_moto.find(KEY) == Stored(KEY, len(content), "image/png")
    assert b"".join(at_moto.read(KEY)) == content


def test_what_breaks_off_leaves_what_was_there_at_moto(at_moto: S3Driver) -> None:
    at_moto.write(KEY, [b"first"], "image/png")

    def broken() -> Iterator[bytes]:
        yield LARGE
        raise RuntimeError("the camera is gone")

    with pytest.raises(RuntimeError, match="the camera is gone"):
        at_moto.write(KEY, broken(), "image/png")
    assert b"".join(at_moto.read(KEY)) == b"first"


def test_strict_store_takes_what_the_driver_sends(strict: StrictS3) -> None:
    driver = driver_at(strict)
    assert put("", address(driver), CONTENT).status_code == 200
    assert driver.find(KEY) == Stored(KEY, len(CONTENT), "image/jpeg")
    names = ["images/7/abc/original.jpg", "images/7/abc/results/a.png", "images/7/abcd/x.jpg"]
    for name in names:
        driver.write(name, [b"x", b"y"], "image/jpeg")
    assert list(driver.keys("images/7/abc")) == [KEY, *names[:2]]
    assert list(driver.keys("")) == [KEY, *names]
    assert b"".join(driver.read(names[0], 1)) == b"y"
    assert driver.delete("images/7/abc") == 3
    assert list(driver.keys("images/")) == names[2:]
    assert strict.refused == []


@pytest.mark.parametrize(
    ("content", "changes"),
    [
        (CONTENT[:-1], {"Content-Length": str(len(CONTENT) - 1)}),
        (CONTENT, {"Content-Type": "text/html"}),
        (CONTENT, {"x-amz-acl": "public-read"}),
        (CONTENT, {"If-None-Match": "other"}),
    ],
)
def test_address_is_good_for_what_was_signed_alone(
    strict: StrictS3, content: bytes, changes: dict[str, str]
) -> None:
    offered = address(driver_at(strict))
    other = offered.model_copy(update={"headers": offered.headers | changes})
    assert put("", other, content).status_code == 403
    assert strict.buckets[BUCKET] == {}


def test_address_expires_and_is_of_one_key(strict: StrictS3) -> None:
    driver = S3Driver(open_client(strict.url, REGION, ACCESS_KEY, SECRET_KEY), BUCKET, None)
    offered = driver.signed_put(KEY, ImageType.JPEG, len(CONTENT), time.time() + 600)
    elsewhere = offered.model_copy(update={"url": offered.url.replace("abc", "abd")})
    assert put("", elsewhere, CONTENT).status_code == 403
    strict.clock = lambda: time.time() + 601
    assert put("", offered, CONTENT).status_code == 403
    assert strict.buckets[BUCKET] == {}


def test_each_object_has_a_key_of_its_own_with_tls(private: StrictS3, tmp_path: Path) -> None:
    media_key = MediaKey(tmp_path / "media.key")
    driver = driver_at(private, media_key)
    assert put("", address(driver), CONTENT).status_code == 200
    driver.write("images/7/abc/original.jpg", [CONTENT], "image/jpeg")
    assert b"".join(driver.read(KEY)) == CONTENT
    assert driver.find(KEY) == Stored(KEY, len(CONTENT), "image/jpeg")
    digests = {found.key_digest for found in private.buckets[BUCKET].values()}
    assert len(digests) == 2
    assert "" not in digests
    assert media_key.derive(f"object {KEY}") != media_key.derive("object images/7/abd/brought.jpg")


def test_without_the_media_key_the_store_gives_nothing(private: StrictS3, tmp_path: Path) -> None:
    driver_at(private, MediaKey(tmp_path / "media.key")).write(KEY, [CONTENT], "image/jpeg")
    other = driver_at(private, MediaKey(tmp_path / "another.key"))
    with pytest.raises(MediaUnavailable, match="the S3 store refuses GetObject: AccessDenied"):
        other.read(KEY)
    with pytest.raises(MediaUnavailable, match="the S3 store refuses HeadObject: 403"):
        other.find(KEY)
    assert other.failure == "the S3 store refuses HeadObject: 403"


def test_store_would_refuse_a_client_s_key_without_tls(strict: StrictS3, tmp_path: Path) -> None:
    """Which is why `open_driver` gives none there."""
    driver = driver_at(strict, MediaKey(tmp_path / "media.key"))
    with pytest.raises(MediaUnavailable, match="the S3 store refuses PutObject: InvalidRequest"):
        driver.write(KEY, [b"x"], "image/jpeg")


def test_what_the_store_refuses_is_one_line_without_secrets(strict: StrictS3) -> None:
    cases = [
        (open_client(strict.url, REGION, ACCESS_KEY, "wrong"), BUCKET, "SignatureDoesNotMatch"),
        (open_client(strict.url, "us-east-1", ACCESS_KEY, SECRET_KEY), BUCKET, "AuthorizationH"),
        (open_client(strict.url, REGION, ACCESS_KEY, SECRET_KEY), "absent", "NoSuchBucket"),
    ]
    for client, bucket, code in cases:
        driver = S3Driver(client, bucket, None)
        with pytest.raises(MediaUnavailable, match=f"the S3 store refuses PutObject: {code}"):
            driver.write(KEY, [b"x"], "image/jpeg")
        assert driver.failure is not None
        assert SECRET_KEY not in driver.failure


def test_store_that_is_not_there_is_said_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_client, "TRIES", 1)
    driver = S3Driver(open_client(f"http://127.0.0.1:{free_port()}", REGION, "AK", "SK"), "b", None)
    with pytest.raises(MediaUnavailable, match="the S3 store cannot be reached: EndpointConn"):
        driver.find(KEY)
    assert driver.failure is not None
    driver.signed_put(KEY, ImageType.JPEG, 3, time.time() + 600)
    assert driver.failure is not None


def test_anonymous_question_is_refused(strict: StrictS3) -> None:
    driver_at(strict).write(KEY, [CONTENT], "image/jpeg")
    answer = httpx.get(f"{strict.url}/{BUCKET}/{KEY}", trust_env=False)
    assert answer.status_code == 403
