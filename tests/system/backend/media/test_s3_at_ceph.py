"""The S3 driver against a store that somebody else wrote: Ceph's RADOS gateway."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from backend.media.drivers.driver import Stored
from backend.media.drivers.media_key import MediaKey
from backend.media.drivers.s3 import S3Driver
from backend.media.drivers.s3_client import open_client
from backend.media.errors import MediaUnavailable, UnknownFile
from contract.media import ImageType, SignedPut
from testkit import ceph_store
from testkit.ceph_store import ACCESS_KEY, REGION, SECRET_KEY, CephStore
from testkit.signed_puts import put

pytestmark = pytest.mark.slow

BUCKET, KEY = "pictures", "images/7/abc/brought.jpg"
CONTENT = os.urandom(300_000)
LARGE = os.urandom(9 * 2**20)
"""More than goes in one part."""
NOT_PUBLIC = {"IgnorePublicAcls": True}
"""As docs/media-storage.md wants it."""
Open = Callable[..., S3Driver]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CephStore]:
    if reason := ceph_store.lacks():
        pytest.skip(reason)
    with CephStore(tmp_path_factory.mktemp("ceph")).running() as store:
        client = open_client(store.url, REGION, ACCESS_KEY, SECRET_KEY)
        client.create_bucket(Bucket=BUCKET)
        client.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=NOT_PUBLIC)
        yield store


@pytest.fixture
def open_driver(
    store: CephStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Open]:
    """A driver without TLS; with a `key`, the name of a file, by TLS and encrypted."""
    monkeypatch.setenv("AWS_CA_BUNDLE", str(store.certificate))

    def open_it(key: str = "", bucket: str = BUCKET, secret: str = SECRET_KEY) -> S3Driver:
        client = open_client(store.tls_url if key else store.url, REGION, ACCESS_KEY, secret)
        return S3Driver(client, bucket, MediaKey(tmp_path / key) if key else None)

    yield open_it
    open_it().delete("")


@pytest.fixture(params=["", "media.key"], ids=["as they are", "encrypted"])
def driver(open_driver: Open, request: pytest.FixtureRequest) -> S3Driver:
    return open_driver(request.param)


def address(driver: S3Driver) -> SignedPut:
    return driver.signed_put(KEY, ImageType.JPEG, len(CONTENT), time.time() + 600)


def test_file_is_put_once_found_read_and_deleted(driver: S3Driver) -> None:
    assert driver.find(KEY) is None
    with pytest.raises(UnknownFile):
        driver.read(KEY)
    assert put("", address(driver), CONTENT).status_code == 200
    assert driver.find(KEY) == Stored(KEY, len(CONTENT), "image/jpeg")
    assert b"".join(driver.read(KEY)) == CONTENT
    assert b"".join(driver.read(KEY, 65_530, 65_550)) == CONTENT[65_530:65_550]
    assert b"".join(driver.read(KEY, len(CONTENT))) == b""
    assert put("", address(driver), CONTENT).status_code == 412
    assert driver.delete("images/7/abc/") == 1
    assert driver.find(KEY) is None
    assert driver.failure is None


@pytest.mark.parametrize("content", [b"", b"x", LARGE], ids=["empty", "byte", "parts"])
def test_file_of_any_length_is_written(driver: S3Driver, content: bytes) -> None:
    pieces = (content[begin : begin + 50_000] for begin in range(0, len(content), 50_000))
    assert driver.write(KEY, pieces, "image/png") == Stored(KEY, len(content), "image/png")
    assert driver.find(KEY) == Stored(KEY, len(content), "image/png")
    assert b"".join(driver.read(KEY)) == content
    assert b"".join(driver.read(KEY, 5, 5)) == b""


def test_what_breaks_off_leaves_what_was_there(driver: S3Driver) -> None:
    driver.write(KEY, [b"first"], "image/png")

    def broken() -> Iterator[bytes]:
        yield LARGE
        raise RuntimeError("the camera is gone")

    with pytest.raises(RuntimeError, match="the camera is gone"):
        driver.write(KEY, broken(), "image/png")
    assert b"".join(driver.read(KEY)) == b"first"


def test_all_below_a_folder_are_listed_and_deleted_and_no_others(driver: S3Driver) -> None:
    names = [f"images/7/{name}" for name in ("abc/o.jpg", "abc/results/a.png", "abcd/x.jpg")]
    for name in names:
        driver.write(name, [b"x", b"y"], "image/jpeg")
    assert list(driver.keys("images/7/abc")) == names[:2]
    assert list(driver.keys("")) == names
    assert driver.delete("images/7/abc") == 2
    assert list(driver.keys("images/")) == names[2:]


@pytest.mark.parametrize(
    ("content", "changes"),
    [
        (CONTENT[:-1], {"Content-Length": str(len(CONTENT) - 1)}),
        (CONTENT, {"Content-Type": "text/html"}),
        (CONTENT, {"If-None-Match": "other"}),
    ],
    ids=["length", "type", "none there"],
)
def test_address_is_good_for_what_was_signed_alone(
    driver: S3Driver, content: bytes, changes: dict[str, str]
) -> None:
    offered = address(driver)
    other = offered.model_copy(update={"headers": offered.headers | changes})
    assert put("", other, content).status_code == 403
    assert driver.find(KEY) is None


def test_address_is_of_one_key(driver: S3Driver) -> None:
    offered = address(driver)
    elsewhere = offered.model_copy(update={"url": offered.url.replace("abc", "abd")})
    assert put("", elsewhere, CONTENT).status_code == 403
    assert list(driver.keys("")) == []


def test_address_expires(open_driver: Open) -> None:
    offered = open_driver().signed_put(KEY, ImageType.JPEG, len(CONTENT), time.time() + 1)
    while time.time() <= offered.expires_at + 1:
        time.sleep(0.1)
    assert put("", offered, CONTENT).status_code == 403


def test_without_the_media_key_the_store_gives_nothing(open_driver: Open) -> None:
    open_driver("media.key").write(KEY, [CONTENT], "image/jpeg")
    for other in (open_driver("another.key"), open_driver()):
        with pytest.raises(MediaUnavailable, match="the S3 store refuses GetObject: "):
            other.read(KEY)
        with pytest.raises(MediaUnavailable, match="the S3 store refuses HeadObject: 40"):
            other.find(KEY)


def test_what_the_store_refuses_is_one_line_without_secrets(open_driver: Open) -> None:
    cases = [
        (open_driver(secret="wrong"), "SignatureDoesNotMatch"),
        (open_driver(bucket="absent"), "NoSuchBucket"),
    ]
    for driver, code in cases:
        with pytest.raises(MediaUnavailable, match=f"the S3 store refuses PutObject: {code}"):
            driver.write(KEY, [b"x"], "image/jpeg")
        assert driver.failure is not None
        assert SECRET_KEY not in driver.failure


def test_anonymous_question_is_refused(driver: S3Driver, store: CephStore) -> None:
    driver.write(KEY, [CONTENT], "image/jpeg")
    assert anonymously(store).status_code == 403


def test_header_that_nobody_signed_makes_nothing_public(
    open_driver: Open, store: CephStore
) -> None:
    """Others refuse it; Ceph takes it."""
    offered = address(open_driver())
    public = offered.headers | {"x-amz-acl": "public-read"}
    assert put("", offered.model_copy(update={"headers": public}), CONTENT).status_code == 200
    assert anonymously(store).status_code == 403
    assert b"".join(open_driver().read(KEY)) == CONTENT


def anonymously(store: CephStore) -> httpx.Response:
    """What the store answers somebody who asks for the file without a signature."""
    return httpx.get(f"{store.url}/{BUCKET}/{KEY}", trust_env=False)
