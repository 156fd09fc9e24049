"""Signed addresses of this server: who has one may put one file there once, and nothing else."""

import hmac
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

from backend.media.drivers.media_key import MediaKey
from backend.media.errors import BadSignature, WrongImageState

PUT_FOLDER = "/images/put/"
"""The address of a file that may be put begins so."""


@dataclass(frozen=True)
class AllowedPut:
    """What may be put: exactly so many bytes of this type as this file, `until` then."""

    key: str
    content_type: str
    bytes: int
    until: int


class PutSigner:
    """Thread-safe; signs by a key that is derived from the media key. Methods raise OSError."""

    def __init__(self, keys: MediaKey, clock: Callable[[], float] = time.time) -> None:
        self._keys, self._clock = keys, clock
        self._lock, self._spent = threading.Lock(), set[AllowedPut]()

    def address(self, put: AllowedPut) -> str:
        """Where it may be put: a path of this server, whichever name it is asked by."""
        said = {"type": put.content_type, "bytes": put.bytes, "until": put.until}
        return f"{PUT_FOLDER}{put.key}?{urlencode(said | {'signature': self._sign(put)})}"

    def check(self, put: AllowedPut, signature: str) -> None:
        """Raise BadSignature where the address is none of ours, or is good no more."""
        if not hmac.compare_digest(signature.encode(), self._sign(put).encode()):
            raise BadSignature("expected an address as this server signed it, unchanged")
        if put.until <= self._clock():
            raise BadSignature("the address has expired: ask for another one")
        with self._lock:
            if put in self._spent:
                raise BadSignature("the address was used: confirm the picture, or ask for another")

    @contextmanager
    def spending(self, put: AllowedPut) -> Iterator[None]:
        """While it is put in its place; afterwards the address is good no more, unless that failed.

        Raises WrongImageState where somebody else was faster, also once what was put so is gone.
        """
        with self._lock:
            if put in self._spent:
                raise WrongImageState("another one has put it there, or is about to")
            now = self._clock()
            self._spent = {it for it in self._spent if it.until > now} | {put}
        try:
            yield
        except BaseException:
            with self._lock:
                self._spent = self._spent - {put}
            raise

    def _sign(self, put: AllowedPut) -> str:
        said = f"PUT\n{put.key}\n{put.content_type}\n{put.bytes}\n{put.until}"
        return hmac.new(self._keys.derive("signed put"), said.encode(), sha256).hexdigest()
