"""Fetches the package that the server offers of one recipe, and believes none of it unchecked."""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx2 as httpx
from pydantic import ValidationError

from agent.packages.shelf import Shelf
from agent.packages.trust import PackageRefused, PinnedKey, check_package
from contract.deployments import EdgePackage, PackageFile, SignedPackage

MOST_BYTES = 64 * 2**20
MOST_SAID_BYTES = 64 * 2**10
"""Of the package itself, which has a name and a digest for each of 16 files at most."""
MOST_SEC = 600.0
"""That one answer may take: who never ends keeps nobody from asking again."""
AS_IT_IS = {"Accept-Encoding": "identity"}
"""What is compressed could become anything."""


class NothingOffered(Exception):
    """The server offers no package of this recipe."""


@dataclass(frozen=True)
class Offer:
    """A package that is good, and by what the server knows it again."""

    package: EdgePackage
    etag: str | None


class PackageClient:
    """Asks at `address` for packages of `recipe`. For one thread; files come to the `shelf`.

    Methods raise what HTTPX raises, PackageRefused and OSError.
    """

    def __init__(
        self,
        http: httpx.Client,
        address: str,
        recipe: str,
        shelf: Shelf,
        pinned: PinnedKey,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http, self._address, self._recipe = http, address, recipe
        self._shelf, self._pinned, self._clock = shelf, pinned, clock
        self._etag: str | None = None

    def ask(self) -> Offer | None:
        """What is offered, None where that was followed already; raises NothingOffered."""
        headers = AS_IT_IS | ({"If-None-Match": self._etag} if self._etag else {})
        with self._http.stream("GET", self._address, headers=headers) as answer:
            if answer.status_code == HTTPStatus.NOT_MODIFIED:
                return None
            if answer.status_code == HTTPStatus.NOT_FOUND:
                self._etag = None
                raise NothingOffered
            package = self._checked(self._said(answer.raise_for_status()))
            self._shelf.note(sequence=package.sequence)
            return Offer(package, answer.headers.get("etag"))

    def followed(self, offer: Offer) -> None:
        """It is not to be offered again."""
        self._etag = offer.etag

    def fetch(self, package: EdgePackage, check: Callable[[Path], None]) -> None:
        """Put its files on the shelf, once `check` has raised nothing of their folder."""
        if sum(file.size for file in package.files.values()) > MOST_BYTES:
            raise PackageRefused(f"a package of more than {MOST_BYTES} bytes")
        place = self._shelf.empty_place(package.version_id)
        for name, file in package.files.items():
            self._download(place / name, file)
        check(place)
        self._shelf.settle(package, place)

    def _said(self, answer: httpx.Response) -> bytes:
        said = b""
        for piece in self._in_time(answer):
            said += piece
            if len(said) > MOST_SAID_BYTES:
                raise PackageRefused(f"an answer of more than {MOST_SAID_BYTES} bytes")
        return said

    def _in_time(self, answer: httpx.Response) -> Iterator[bytes]:
        """The body as it comes; raises PackageRefused where it takes too long."""
        give_up_at = self._clock() + MOST_SEC
        for piece in answer.iter_raw():
            if self._clock() > give_up_at:
                raise PackageRefused(f"an answer that takes longer than {MOST_SEC:.0f} s")
            yield piece

    def _checked(self, body: bytes) -> EdgePackage:
        """The package, if it is the server's and no older than the newest; else PackageRefused."""
        try:
            signed = SignedPackage.model_validate_json(body)
        except ValidationError as error:
            raise PackageRefused("an answer that is no signed package") from error
        key = self._pinned.read()
        trusted = signed.key if key is None else key
        package = check_package(signed, trusted, self._recipe, self._shelf.state.sequence)
        if key is None:
            self._pinned.pin(signed.key)
        return package

    def _download(self, path: Path, file: PackageFile) -> None:
        """Raises PackageRefused where it is another file, and what HTTPX raises."""
        digest, size = hashlib.sha256(), 0
        address = f"{self._address}/files/{file.sha256}"
        with self._http.stream("GET", address, headers=AS_IT_IS) as answer, path.open("wb") as out:
            for chunk in self._in_time(answer.raise_for_status()):
                size += len(chunk)
                if size > file.size:
                    break
                digest.update(chunk)
                out.write(chunk)
        if size != file.size or digest.hexdigest() != file.sha256:
            raise PackageRefused(f"{path.name} is not the file that was signed")
