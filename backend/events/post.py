"""What waits to be recorded, and who waits for it."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from backend.events.journal.record import Record

Loop = asyncio.AbstractEventLoop


@dataclass(eq=False)
class Post:
    """Records, all or none of which are recorded; `loop` is where `done` is waited for, if any.

    `recorded` is True once they are durable, also where nobody waits any more. Any thread.
    """

    records: Sequence[Record]
    done: "Future[None] | asyncio.Future[None]"
    loop: Loop | None = None
    recorded: bool = False


def answer(posts: Sequence[Post], error: Exception | None = None) -> None:
    """Resolve each: its records are durable, or `error` kept them from being so.

    An event loop is woken once for all of its own: a wake-up costs more than the rest.
    """
    for post in posts:
        post.recorded = error is None
    for loop in {post.loop for post in posts}:
        own = [post for post in posts if post.loop is loop]
        if loop is None:
            _settle(own, error)
        elif not loop.is_closed():
            loop.call_soon_threadsafe(_settle, own, error)


def _settle(posts: Sequence[Post], error: Exception | None) -> None:
    for post in posts:
        if post.done.done():  # whoever waited has left
            continue
        if error is None:
            post.done.set_result(None)
        else:
            post.done.set_exception(error)
