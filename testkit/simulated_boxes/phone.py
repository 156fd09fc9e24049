"""The phone of who is on shift: it notes what comes when, and answers some of it."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx

from testkit.ntfy_server import NtfyServer

RESENT = "[Resent] "
UNRECORDED = "The server could not record this, so it may come once more."
FALL_WORDS = ("Fall detected", "Somebody went down", "Not seen to get up")
SEVERAL = re.compile(r"(.+, .+): \d+ x ")
ANSWER = "All is well"
LOOK_SEC, AGAIN_SEC = 0.5, 5.0


class ShiftPhone:
    """The share `answered` of the rooms is answered between `soonest` and `latest` seconds after
    their first message."""

    def __init__(
        self, ntfy: NtfyServer, answered: float = 0.9, soonest: float = 5.0, latest: float = 60.0
    ) -> None:
        self._ntfy = ntfy
        self._share, self._soonest, self._latest = answered, soonest, latest
        self._chance = random.Random(1)  # noqa: S311 (no secret)
        self.pressed: Counter[str] = Counter()
        """How the answers were answered: by status, or by the kind of failure."""

    def first_messages(self) -> dict[str, float]:
        """When the first message about a person came, by room (seconds since 1970)."""
        first: dict[str, float] = {}
        for message, at in zip(list(self._ntfy.messages), self._ntfy.times, strict=False):
            if room := room_of(message):
                first.setdefault(room, at)
        return first

    def resent(self) -> int:
        """How many say of themselves that they are sent once more."""
        return sum(RESENT in message["title"] for message in self._ntfy.messages)

    def unrecorded(self) -> int:
        """How many were sent without the database, and say so."""
        return sum(UNRECORDED in message["message"] for message in self._ntfy.messages)

    def doubled(self) -> list[str]:
        """The titles of those that came twice and do not say so.

        That the first may come once more is no excuse for a second that does not say what it is.
        """
        said = Counter(
            (it["topic"], it["title"], it["message"].replace(UNRECORDED, "").strip())
            for it in self._ntfy.messages
            if RESENT not in it["title"]
        )
        return [title for (_, title, _), count in said.items() if count > 1]

    async def answer(self) -> None:
        """Answer what comes, until this is cancelled."""
        async with asyncio.TaskGroup() as answers:
            read, known = 0, set[str]()
            while True:
                for message in self._unread(read):
                    read += 1
                    room = room_of(message)
                    if room and room not in known and message.get("actions"):
                        known.add(room)
                        if self._chance.random() < self._share:
                            answers.create_task(self._press(message))
                await asyncio.sleep(LOOK_SEC)

    def _unread(self, read: int) -> Iterator[dict[str, Any]]:
        return iter(self._ntfy.messages[read:])

    async def _press(self, message: dict[str, Any]) -> None:
        """As a person does: again, where the app says that it did not work."""
        await asyncio.sleep(self._chance.uniform(self._soonest, self._latest))
        while True:
            try:
                answer = await asyncio.to_thread(self._ntfy.press, message, ANSWER)
            except httpx.HTTPError as error:
                self.pressed[type(error).__name__] += 1
            else:
                self.pressed[str(answer.status_code)] += 1
                if answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                    return
            await asyncio.sleep(AGAIN_SEC)


def room_of(message: dict[str, Any]) -> str | None:
    """The household and room that a message about a person names; None for others."""
    title: str = message["title"].removeprefix(RESENT)
    if title.startswith(FALL_WORDS):
        return title.rpartition(" - ")[2]
    joined = SEVERAL.match(title)  # of one room, in one message
    return joined[1] if joined else None
