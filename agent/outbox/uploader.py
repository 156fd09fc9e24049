"""Sends the events of the outbox to the server, in their order, until it has them all."""

import logging
import random
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Literal

import httpx2 as httpx
from pydantic import BaseModel, ValidationError

from agent.backend_client import describe_failure
from agent.outbox.outbox import Outbox
from agent.outbox.store import BATCH, QueuedEvent
from common.backoff import Backoff
from contract.events import TOLD_HEADER
from contract.names import Name

logger = logging.getLogger(__name__)

# The longest that a server can make it wait with Retry-After.
MAX_ASKED_SEC = 60.0
# How long a stop waits for the request under way.
STOP_SEC = 1.0
# Answers that refuse the event itself. All others are about the server, the settings or something
# in between: the event is sent again later.
REFUSALS = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}

AWAY = Backoff(first_sec=0.5, longest_sec=15.0)
URGENT_SEC, URGENT_TRIES = 0.5, 120
"""A START or END comes again after so long at most, so often: it is to be told as soon as the
server is back. One that is away for longer is away for many boxes.
"""

SWIFT_SEC = 0.1
"""A server that answers within this has time."""
GATHERED, GATHERED_SEC = 4.0, 5.0
"""So many times as long as an answer took events gather, and so long at most."""


def gather_sec(took_sec: float) -> float:
    """For how long PROBS and HEARTBEATs gather into a list after an answer that took so long.

    A list costs the server little more than one event, and most of the time each box leaves it
    alone by this: a START or END, which waits for nothing, is behind few others there.
    """
    return 0.0 if took_sec < SWIFT_SEC else min(GATHERED * took_sec, GATHERED_SEC)


def pause_sec(retry: Backoff, failures: int, jitter: float, *, is_incident: bool) -> float:
    """The wait after so many failures in a row; `jitter` is from 0 to 1."""
    delay = retry.delay(failures, jitter)
    return min(delay, URGENT_SEC) if is_incident and failures <= URGENT_TRIES else delay


class Receipt(BaseModel):
    """The server's answer to events that it has recorded.

    `self_test` asks for a test of the way to the people, under this name.
    """

    success: Literal[True]
    self_test: Name | None = None


class Uploader:
    """One thread that empties the outbox; only the server's answer removes an event from it.

    `retry` says how long to wait while the server is away, `batch` how many events a request has
    at most. `on_self_test` is called, once for each name, when the server asks for a self-test.
    """

    def __init__(
        self,
        outbox: Outbox,
        client: httpx.Client,
        name: str = "uploader",
        *,
        retry: Backoff = AWAY,
        batch: int = BATCH,
        on_self_test: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._outbox = outbox
        self._client = client
        self._retry = retry
        self._batch = batch
        self._on_self_test = on_self_test
        self._last_test: str | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._failures = 0
        self._is_heard = self._has_incident = False
        self._told: dict[str, str] = {}

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop after the request under way; what is left stays in the outbox.

        A request that hangs is not waited for: its events stay too, and are sent again.
        """
        self._stopping.set()
        self._outbox.wake()
        self._thread.join(STOP_SEC)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._send_oldest()
            except httpx.HTTPError as error:
                self._log_away(error)
                self._back_off(_asked_sec(error))
            except Exception:  # nobody would notice that the thread has ended
                logger.exception("an upload has failed; it is tried again later")
                self._back_off()

    def _send_oldest(self) -> None:
        if events := self._outbox.oldest(self._batch):
            self._has_incident, began = events[0].incident, time.monotonic()
            self._send(events)
            self._recover()
            if rest_sec := gather_sec(time.monotonic() - began):
                self._outbox.gather(rest_sec, self._stopping)
        else:
            self._outbox.wait_filled(self._stopping)

    def _send(self, events: list[QueuedEvent]) -> None:
        """Post `events` and remove them; raises httpx.HTTPError where they must stay."""
        if len(events) == 1:
            answer = self._post("/event/payload", events[0].body)
        else:
            joined = ",".join(event.body for event in events)
            answer = self._post("/event/payloads", f"[{joined}]")
        if answer.is_success:
            receipt = _receipt(answer)
            self._outbox.confirm(events)
            self._told = {}
            self._note_test(receipt.self_test)
        elif len(events) > 1:  # one of them is refused
            self._send_singly(events)
        else:
            self._refuse(events[0], answer)

    def _note_test(self, name: str | None) -> None:
        # The server asks until the START has come.
        if name is not None and name != self._last_test:
            self._last_test = name
            self._on_self_test(name)

    def _send_singly(self, events: list[QueuedEvent]) -> None:
        """Post them one by one, until there is an incident, which goes first."""
        for event in events:
            self._send([event])
            if self._outbox.has_news:
                return

    def _post(self, path: str, body: str) -> httpx.Response:
        headers = {"Content-Type": "application/json", **self._told}
        answer = self._client.post(path, content=body.encode(), headers=headers)
        if told := answer.headers.get(TOLD_HEADER):
            self._told = {TOLD_HEADER: told}
        if answer.status_code not in REFUSALS:
            answer.raise_for_status()
        return answer

    def _refuse(self, event: QueuedEvent, answer: httpx.Response) -> None:
        reason = f"{answer.status_code} {answer.text[:500]}"
        logger.error("the server refuses an event, it is put aside in the outbox: %s", reason)
        self._outbox.refuse(event, reason)

    def _log_away(self, error: httpx.HTTPError) -> None:
        if self._failures == 0:
            logger.warning(
                "the server at %s is away (%s); events are kept and sent later",
                self._client.base_url,
                describe_failure(error),
            )

    def _back_off(self, asked_sec: float = 0.0) -> None:
        """Wait longer each time, `asked_sec` at least, but send a new START or END at once."""
        self._failures += 1
        jitter = random.random()  # noqa: S311 (no secret)
        delay = pause_sec(self._retry, self._failures, jitter, is_incident=self._has_incident)
        self._outbox.wait_news(max(delay, asked_sec), self._stopping)

    def _recover(self) -> None:
        if self._failures > 0:
            logger.info("the server at %s is back", self._client.base_url)
        elif not self._is_heard:
            logger.info("the server at %s hears this camera", self._client.base_url)
        self._failures, self._is_heard = 0, True


def _asked_sec(error: httpx.HTTPError) -> float:
    """How long the server asks to wait; 0 unless it names seconds."""
    if not isinstance(error, httpx.HTTPStatusError):
        return 0.0
    value = error.response.headers.get("Retry-After", "")
    return min(float(value), MAX_ASKED_SEC) if value.isascii() and value.isdigit() else 0.0


def _receipt(answer: httpx.Response) -> Receipt:
    """Raises httpx.DecodingError for a success that is not the server's, but a login page's."""
    try:
        return Receipt.model_validate_json(answer.content)
    except ValidationError as error:
        raise httpx.DecodingError("no receipt") from error
