"""Brings messages to one address, again and again until it takes them."""

import asyncio
import hashlib
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx2 as httpx
from pydantic import SecretStr

from backend.integrations.webhooks import store
from backend.integrations.webhooks.signing import Signer
from backend.integrations.webhooks.store import LONGEST_WAIT_SEC, Delivery
from backend.part import always
from backend.storage.database import Database
from common.backoff import Backoff
from common.repeating import Repeating
from common.trust import trusted

logger = logging.getLogger(__name__)

LIMIT_SEC = 10.0
"""Of one attempt, with all that belongs to it."""
BACKOFF = Backoff(first_sec=2.0, longest_sec=LONGEST_WAIT_SEC)
AT_ONCE = 20
ROUND_SEC = 1.0


@dataclass(frozen=True)
class Address:
    """Where messages go; `name` says in logs which of the setting it is."""

    name: str
    url: SecretStr

    @property
    def digest(self) -> str:
        """What it is known by in the database."""
        return hashlib.blake2b(self.url.get_secret_value().encode(), digest_size=16).hexdigest()


class Sender:
    """A thread of its own: an address that is slow keeps nothing from another.

    Redirects are not followed: they could lead anywhere. A certificate must be good.
    """

    def __init__(
        self,
        address: Address,
        database: Database,
        signer: Signer,
        clock: Callable[[], float] = time.time,
        is_on_duty: Callable[[], bool] = always,
    ) -> None:
        self._address, self._database, self._signer = address, database, signer
        self._clock, self._is_on_duty = clock, is_on_duty
        self._repeating = Repeating(
            "webhook", self.round, ROUND_SEC, "webhooks are not sent; that is tried again"
        )
        self.failure: str | None = None
        """Why the last attempt brought nothing, in one line without the address."""

    def start(self) -> None:
        """Begin; what an earlier run has left is due too."""
        self._repeating.start()

    def stop(self) -> None:
        """Let go of an attempt that is under way: it is made again."""
        self._repeating.stop()

    def wake(self) -> None:
        """There is something new."""
        self._repeating.wake()

    def round(self) -> None:
        """Bring what is due; of several servers one does."""
        if not self._is_on_duty():
            return
        with self._database.reading() as db:
            due = store.due(db, self._address.digest, self._clock(), AT_ONCE)
        for delivery in due:
            if self._repeating.stops_within(0.0):
                return
            self._note(delivery, asyncio.run(self._post(delivery)))

    async def _post(self, delivery: Delivery) -> str | None:
        """Why the address has not taken it; None if it has."""
        headers = self._signer.headers(delivery.message_id, delivery.body, self._clock())
        url, body = self._address.url.get_secret_value(), delivery.body
        try:
            async with (
                asyncio.timeout(LIMIT_SEC),
                httpx.AsyncClient(verify=trusted(), trust_env=False, timeout=LIMIT_SEC) as http,
                http.stream("POST", url, content=body, headers=headers) as answer,
            ):
                return None if answer.is_success else f"it answered {answer.status_code}"
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            return type(error).__name__

    def _note(self, delivery: Delivery, failure: str | None) -> None:
        tries = delivery.tries + 1
        with self._database.writing() as db:
            if failure is None:
                store.remove(db, delivery.number)
            else:
                wait = BACKOFF.delay(tries, random.random())  # noqa: S311
                store.put_off(db, delivery.number, tries, self._clock() + wait)
        if failure and not self.failure:
            logger.warning("%s takes no webhooks: %s", self._address.name, failure)
        self.failure = f"{self._address.name}: {failure}" if failure else None
