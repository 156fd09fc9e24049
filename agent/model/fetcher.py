"""The thread that fetches the version that is to serve, and lets it."""

import hashlib
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx2 as httpx
from pydantic import ValidationError

from agent.backend_client import describe_failure
from agent.model.serving import Loaded, ServingModel
from agent.model.shelf import Shelf
from agent.model.trial import TrialFailed, try_in_own_process
from agent.model.trust import PackageRefused, PinnedKey, check_package
from common.text import one_line
from contract.deployments import EdgePackage, PackageFile, SignedPackage
from contract.versions import DETECTOR
from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.detector.detector import Detector

logger = logging.getLogger(__name__)

JITTER = 0.2
"""Of the time between two polls: boxes that start together do not ask together for long."""
MOST_BYTES = 64 * 2**20
MOST_SAID_BYTES = 64 * 2**10
"""Of the package itself, which has a name and a digest for each of 16 files at most."""
MOST_SEC = 600.0
"""That one answer may take: who never ends keeps nobody from asking again."""
AS_IT_IS = {"Accept-Encoding": "identity"}
"""What is compressed could become anything."""
MAX_FAILURE = 200
"""Characters."""

TryVersion = Callable[[Path], None]
"""Raises TrialFailed where the checkpoint in the folder is not to serve."""


@dataclass(frozen=True)
class Answer:
    """What the server said, and by what it knows it again."""

    body: bytes
    etag: str | None


class ModelFetcher:
    """Asks every `poll_sec` or so; `round` is one time. It happens in one thread of its own."""

    def __init__(
        self,
        client: httpx.Client,
        model: ServingModel,
        shelf: Shelf,
        pinned: PinnedKey,
        *,
        poll_sec: float,
        try_version: TryVersion = try_in_own_process,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._model, self._shelf, self._pinned = client, model, shelf, pinned
        self._poll_sec, self._try_version, self._clock = poll_sec, try_version, clock
        self._etag: str | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="model", daemon=True)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """Ask no more; what is under way is left, as by a kill."""
        self._stopping.set()

    def round(self) -> None:
        """Ask once, and do what the answer says. A server that is away changes nothing."""
        try:
            answer = self._ask()
            if answer is not None:
                self._follow(answer)
        except httpx.HTTPError as error:
            logger.debug("no word of the model: %s", describe_failure(error))
        except (PackageRefused, TrialFailed, CheckpointError, OSError) as error:
            self._note_failure(str(error))

    def _run(self) -> None:
        while not self._stopping.wait(self._pause_sec()):
            try:
                self.round()
            except Exception as error:
                logger.exception("a round of the model failed; the next one follows")
                self._note_failure(f"the fetching failed: {type(error).__name__}")

    def _pause_sec(self) -> float:
        return self._poll_sec * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311

    def _ask(self) -> Answer | None:
        """The package, if there is one that was not followed yet."""
        headers = AS_IT_IS | ({"If-None-Match": self._etag} if self._etag else {})
        with self._client.stream("GET", f"/deployments/edge/{DETECTOR}", headers=headers) as answer:
            if answer.status_code in (HTTPStatus.NOT_MODIFIED, HTTPStatus.NOT_FOUND):
                return None
            answer.raise_for_status()
            return Answer(self._said(answer), answer.headers.get("etag"))

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

    def _follow(self, answer: Answer) -> None:
        package = self._checked(answer.body)
        self._shelf.note(sequence=package.sequence)
        if package.version_id in self._shelf.bad:
            reason = self._shelf.bad[package.version_id]
            self._note_failure(f"version {package.version} is not used: {reason}")
        else:
            self._let_serve(package)
            self._model.failure = None
        self._etag = answer.etag

    def _checked(self, body: bytes) -> EdgePackage:
        """The package, if it is the server's and no older than the newest; else PackageRefused."""
        try:
            signed = SignedPackage.model_validate_json(body)
        except ValidationError as error:
            raise PackageRefused("an answer that is no signed package") from error
        key = self._pinned.read()
        trusted = signed.key if key is None else key
        package = check_package(signed, trusted, DETECTOR, self._shelf.state.sequence)
        if key is None:
            self._pinned.pin(signed.key)
        return package

    def _let_serve(self, package: EdgePackage) -> None:
        if self._model.serving.version_id != package.version_id:
            if not self._shelf.is_whole(package.version_id):
                self._fetch(package)
            detector = Detector.load(self._shelf.path(package.version_id))
            self._model.swap(Loaded(detector, package.version_id))
        self._shelf.note(chain=self._model.version_ids)
        self._shelf.remove_others()

    def _fetch(self, package: EdgePackage) -> None:
        """Fetch, verify and try it; one that fails the trial is not fetched again."""
        if sum(file.size for file in package.files.values()) > MOST_BYTES:
            raise PackageRefused(f"a package of more than {MOST_BYTES} bytes")
        place = self._shelf.empty_place(package.version_id)
        for name, file in package.files.items():
            self._download(place / name, file)
        try:
            self._try_version(place)
        except TrialFailed as failure:
            self._shelf.mark_bad(package.version_id, str(failure))
            raise TrialFailed(f"version {package.version} is not used: {failure}") from failure
        self._shelf.settle(package, place)

    def _download(self, path: Path, file: PackageFile) -> None:
        """Raises PackageRefused where it is another file, and what HTTPX raises."""
        digest, size = hashlib.sha256(), 0
        address = f"/deployments/edge/{DETECTOR}/files/{file.sha256}"
        with (
            self._client.stream("GET", address, headers=AS_IT_IS) as answer,
            path.open("wb") as out,
        ):
            for chunk in self._in_time(answer.raise_for_status()):
                size += len(chunk)
                if size > file.size:
                    break
                digest.update(chunk)
                out.write(chunk)
        if size != file.size or digest.hexdigest() != file.sha256:
            raise PackageRefused(f"{path.name} is not the file that was signed")

    def _note_failure(self, reason: str) -> None:
        reason = one_line(reason, MAX_FAILURE)
        if reason != self._model.failure:  # one line per round would hide all others
            logger.error("the model stays %s: %s", self._model.serving.version, reason)
        self._model.failure = reason
