"""Carries the outbox to the server, in order, for as long as it takes."""

import logging
import random
import threading
from http import HTTPStatus

import httpx2 as httpx

from agent.outbox import Letter, Outbox
from agent.server import describe_failure

logger = logging.getLogger(__name__)

BATCH = 100
FIRST_DELAY_SEC = 0.5
MAX_DELAY_SEC = 15.0
IDLE_SEC = 1.0
# Answers that speak of the server or of the settings, not of the event: it is sent again later.
TRY_LATER = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS,
}


class Uploader:
    """One thread that empties the outbox; the server's answer alone removes an event from it."""

    def __init__(self, outbox: Outbox, client: httpx.Client) -> None:
        self._outbox = outbox
        self._client = client
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="uploader", daemon=True)
        self._failures = 0

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the request under way; what is left stays in the outbox."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            letters = self._outbox.oldest(BATCH)
            if not letters:
                self._outbox.wait(IDLE_SEC)
                continue
            try:
                self._send(letters)
            except httpx.HTTPError as error:
                self._back_off(error)
            else:
                self._recover()

    def _send(self, letters: list[Letter]) -> None:
        """Post `letters` and forget them; raises httpx.HTTPError when they are to be kept."""
        if len(letters) == 1:
            answer = self._post("/event/payload", letters[0].body)
        else:
            joined = ",".join(letter.body for letter in letters)
            answer = self._post("/event/payloads", f"[{joined}]")
        if answer.is_success:
            self._outbox.confirm(letters)
        elif len(letters) == 1:
            self._refuse(letters[0], answer)
        else:
            # One of them is not to the server's liking: find it, and send the others.
            for letter in letters:
                self._send([letter])

    def _post(self, path: str, body: str) -> httpx.Response:
        headers = {"Content-Type": "application/json"}
        answer = self._client.post(path, content=body.encode(), headers=headers)
        if not answer.is_client_error or answer.status_code in TRY_LATER:
            answer.raise_for_status()
        return answer

    def _refuse(self, letter: Letter, answer: httpx.Response) -> None:
        reason = f"{answer.status_code} {answer.text[:500]}"
        logger.error("the server refuses an event, it is put aside in the outbox: %s", reason)
        self._outbox.refuse(letter, reason)

    def _back_off(self, error: httpx.HTTPError) -> None:
        if self._failures == 0:
            logger.warning(
                "the server at %s is away (%s); events are kept and sent later",
                self._client.base_url,
                describe_failure(error),
            )
        delay = min(FIRST_DELAY_SEC * 2**self._failures, MAX_DELAY_SEC)
        self._failures = min(self._failures + 1, 16)
        self._stopping.wait(delay * random.uniform(0.5, 1.0))  # noqa: S311 (jitter, not a secret)

    def _recover(self) -> None:
        if self._failures > 0:
            logger.info("the server at %s is back", self._client.base_url)
        self._failures = 0
