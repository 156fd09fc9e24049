"""Pictures that are put to a real server by its signed addresses."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from backend.media.drivers.local import LocalDriver
from backend.media.drivers.media_key import MediaKey
from backend.media.signing import PutSigner
from contract.media import ImageType, SignedPut
from testkit.signed_puts import address_of, put, put_at_once
from testkit.whole_server import WholeServer

CONTENT = os.urandom(300_000)


class Home:
    """A server, and a driver beside it that signs as it does and sees the same files."""

    def __init__(self, folder: Path) -> None:
        self.server = WholeServer(folder)
        self.server.start()
        self.media_key = MediaKey(self.server.data_dir / "media.key")
        self.driver = self.driver_of(time.time)
        self.count = 0

    def driver_of(self, clock: Callable[[], float]) -> LocalDriver:
        signer = PutSigner(self.media_key, clock)
        folder = self.server.data_dir / "media"
        return LocalDriver(folder, self.media_key, signer, is_encrypted=True)

    def address(self, size: int = len(CONTENT)) -> SignedPut:
        """A new one."""
        self.count += 1
        return address_of(self.driver, self.count, size)

    def key(self) -> str:
        """Of the file that the newest address is of."""
        return f"images/1/{self.count:032x}/brought.jpg"

    def put(self, address: SignedPut, content: bytes | Iterator[bytes]) -> tuple[int, str]:
        answer = put(self.server.url, address, content)
        return answer.status_code, answer.json().get("code", "")

    def left(self) -> list[str]:
        """What lies there of the newest address, and half-written files."""
        drafts = self.server.data_dir / "media" / ".drafts"
        return [*self.driver.keys(self.key()), *(path.name for path in drafts.glob("*"))]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("puts"))
    yield home
    home.server.kill()


def eventually_nothing(home: Home) -> bool:
    give_up_at = time.monotonic() + 20
    while home.left() and time.monotonic() < give_up_at:
        time.sleep(0.02)
    return not home.left()


def test_picture_is_put_without_a_login_and_lies_encrypted(home: Home) -> None:
    address = home.address()
    assert home.put(address, CONTENT) == (200, "")
    found = home.driver.find(home.key())
    assert found is not None
    assert (found.bytes, found.content_type) == (len(CONTENT), "image/jpeg")
    assert b"".join(home.driver.read(home.key())) == CONTENT
    stored = (home.server.data_dir / "media" / home.key()).read_bytes()
    assert CONTENT[:32] not in stored


def test_address_is_good_once_also_after_what_was_put_is_taken_away(home: Home) -> None:
    address = home.address()
    assert home.put(address, CONTENT) == (200, "")
    assert home.put(address, CONTENT[::-1]) == (403, "bad_signature")
    home.driver.delete(home.key())
    assert home.put(address, CONTENT) == (403, "bad_signature")
    assert home.left() == []


def test_what_is_there_is_not_replaced_by_whoever_comes_later(home: Home) -> None:
    """A server that was started again has forgotten which addresses were used."""
    address = home.address()
    home.driver.write(home.key(), [b"first"], "image/jpeg")
    assert home.put(address, CONTENT) == (409, "wrong_image_state")
    assert b"".join(home.driver.read(home.key())) == b"first"


def test_of_two_at_once_one_is_kept_whole_and_the_other_is_told_so(home: Home) -> None:
    address, others = home.address(), CONTENT[::-1]
    at_once = threading.Barrier(2)

    def pieces(content: bytes) -> Iterator[bytes]:
        yield content[:150_000]
        at_once.wait(20)  # both are under way
        yield content[150_000:]

    chunked = changed(address, headers={"Content-Type": "image/jpeg"})
    with ThreadPoolExecutor(2) as threads:
        bodies = map(pieces, (CONTENT, others))
        answers = list(threads.map(lambda body: home.put(chunked, body), bodies))
    assert sorted(answers) == [(200, ""), (409, "wrong_image_state")]
    winner = CONTENT if answers[0] == (200, "") else others
    assert b"".join(home.driver.read(home.key())) == winner
    assert home.left() == [home.key()]


def test_who_is_slower_is_refused_also_once_the_first_was_taken_away(home: Home) -> None:
    address = home.address()
    chunked = changed(address, headers={"Content-Type": "image/jpeg"})

    def slowly() -> Iterator[bytes]:
        yield CONTENT[:150_000]
        assert home.put(address, CONTENT) == (200, "")
        home.driver.delete(home.key())  # as a confirmation does
        yield CONTENT[150_000:]

    assert home.put(chunked, slowly()) == (409, "wrong_image_state")
    assert eventually_nothing(home)


def changed(address: SignedPut, **changes: Any) -> SignedPut:
    return address.model_copy(update=changes)


def other_key(address: SignedPut) -> SignedPut:
    return changed(address, url=address.url.replace("brought", "original"))


def outside(address: SignedPut) -> SignedPut:
    return changed(address, url=address.url.replace("images/1/", "..%2F..%2F"))


def other_type(address: SignedPut) -> SignedPut:
    headers = address.headers | {"Content-Type": "image/png"}
    return changed(address, url=address.url.replace("jpeg", "png"), headers=headers)


def longer(address: SignedPut) -> SignedPut:
    size = str(len(CONTENT))
    return changed(address, url=address.url.replace(f"bytes={size}", f"bytes={size}0"))


def another_type_in_the_header(address: SignedPut) -> SignedPut:
    return changed(address, headers=address.headers | {"Content-Type": "text/html"})


@pytest.mark.parametrize(
    "change", [other_key, outside, other_type, longer, another_type_in_the_header]
)
def test_another_file_than_was_signed_is_refused(
    home: Home, change: Callable[[SignedPut], SignedPut]
) -> None:
    assert home.put(change(home.address()), CONTENT) == (403, "bad_signature")
    assert home.left() == []


def test_another_length_than_was_signed_is_refused_also_in_chunks(home: Home) -> None:
    of_one_less = changed(home.address(), headers={"Content-Type": "image/jpeg"})
    assert home.put(of_one_less, CONTENT[:-1]) == (403, "bad_signature")
    assert home.put(of_one_less, iter([CONTENT[:-1]])) == (422, "invalid_input")
    assert home.put(of_one_less, iter([CONTENT, b"x"])) == (413, "body_too_large")
    assert home.left() == []
    assert home.put(of_one_less, iter([CONTENT])) == (200, "")


def test_expired_address_is_refused(home: Home) -> None:
    home.count += 1
    address = home.driver.signed_put(home.key(), ImageType.JPEG, 3, time.time() - 1)
    assert home.put(address, b"abc") == (403, "bad_signature")
    assert home.left() == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?type=text/html&bytes=1&until=1&signature=x",
        "?type=image/jpeg&bytes=99999999&until=1&signature=x",
    ],
)
def test_what_is_no_address_is_refused(home: Home, query: str) -> None:
    url = f"{home.server.url}/images/put/images/1/a/brought.jpg{query}"
    answer = httpx.put(url, content=b"x", trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


def break_off(home: Home, address: SignedPut) -> socket.socket:
    """Send half of it, and say no more; the connection is open."""
    head = f"PUT {address.url} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    lines = (f"{name}: {value}\r\n" for name, value in address.headers.items())
    connection = socket.create_connection(("127.0.0.1", home.server.port))
    connection.sendall((head + "".join(lines) + "\r\n").encode() + CONTENT[:150_000])
    give_up_at = time.monotonic() + 20
    while not home.left() and time.monotonic() < give_up_at:
        time.sleep(0.01)
    assert len(home.left()) == 1
    return connection


def test_client_that_goes_away_in_the_middle_leaves_nothing(home: Home) -> None:
    address = home.address()
    break_off(home, address).close()
    assert eventually_nothing(home)
    assert home.put(address, CONTENT) == (200, "")


def test_server_that_is_killed_in_the_middle_leaves_nothing_once_it_is_back(home: Home) -> None:
    address = home.address()
    with break_off(home, address):
        home.server.kill()
        home.server.start()
        assert home.left() == []
    assert home.put(address, CONTENT) == (200, "")


def test_memory_does_not_grow_with_the_pictures(home: Home) -> None:
    """A small version of benchmarks/media_uploads.py."""
    size = 8 * 2**20
    home.put(home.address(), CONTENT)
    puts = [home.address(size) for _ in range(8)]
    cost = put_at_once(home.server.url, puts, size, home.server.pid)
    found = home.driver.find(home.key())
    assert found is not None
    assert found.bytes == size
    assert cost.grown_mb < 30
