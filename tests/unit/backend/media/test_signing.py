"""A signed address is good for one file, one type, one length and some time."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from backend.media.drivers.media_key import MediaKey
from backend.media.errors import BadSignature, WrongImageState
from backend.media.signing import AllowedPut, PutSigner

PUT = AllowedPut("images/7/abc/original.jpg", "image/jpeg", 1234, 1000)


@pytest.fixture
def signer(tmp_path: Path) -> PutSigner:
    return PutSigner(MediaKey(tmp_path / "media.key"), lambda: 900.0)


def signature_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["signature"][0]


def test_address_says_what_may_be_put_where(signer: PutSigner) -> None:
    address = urlsplit(signer.address(PUT))
    assert address.path == "/images/put/images/7/abc/original.jpg"
    said = parse_qs(address.query)
    assert (said["type"], said["bytes"], said["until"]) == (["image/jpeg"], ["1234"], ["1000"])
    signer.check(PUT, said["signature"][0])


@pytest.mark.parametrize(
    "change",
    [
        {"key": "images/7/abd/original.jpg"},
        {"content_type": "image/png"},
        {"bytes": 1235},
        {"until": 2000},
    ],
)
def test_another_put_needs_another_signature(signer: PutSigner, change: Any) -> None:
    signature = signature_of(signer.address(PUT))
    with pytest.raises(BadSignature, match="unchanged"):
        signer.check(replace(PUT, **change), signature)


@pytest.mark.parametrize("signature", ["", "가", "0" * 64])
def test_what_nobody_signed_is_refused(signer: PutSigner, signature: str) -> None:
    with pytest.raises(BadSignature, match="unchanged"):
        signer.check(PUT, signature)


def test_address_of_another_server_is_refused(tmp_path: Path, signer: PutSigner) -> None:
    other = PutSigner(MediaKey(tmp_path / "another.key"))
    with pytest.raises(BadSignature, match="unchanged"):
        signer.check(PUT, signature_of(other.address(PUT)))


def test_address_expires(tmp_path: Path, signer: PutSigner) -> None:
    later = PutSigner(MediaKey(tmp_path / "media.key"), lambda: 1000.0)
    with pytest.raises(BadSignature, match="expired"):
        later.check(PUT, signature_of(signer.address(PUT)))


def test_address_is_good_once(signer: PutSigner) -> None:
    signature = signature_of(signer.address(PUT))
    with signer.spending(PUT):
        pass
    with pytest.raises(BadSignature, match="was used"):
        signer.check(PUT, signature)
    other = replace(PUT, key="images/7/abd/original.jpg")
    signer.check(other, signature_of(signer.address(other)))


def test_second_that_is_put_meanwhile_or_after_is_refused(signer: PutSigner) -> None:
    with signer.spending(PUT), pytest.raises(WrongImageState), signer.spending(PUT):
        pass
    with pytest.raises(WrongImageState), signer.spending(PUT):
        pass


def test_address_is_still_good_where_it_could_not_be_put(signer: PutSigner) -> None:
    with pytest.raises(OSError, match="full"), signer.spending(PUT):
        raise OSError("the disk is full")
    signer.check(PUT, signature_of(signer.address(PUT)))
