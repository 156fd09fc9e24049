"""The one thread that records: it drops repeats, appends to the log, and tells what was recorded.

Posts that arrive while the disk is busy are written together and share one fsync.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from itertools import chain

from backend.events.line import Record, head_of
from backend.events.log import EventLog
from backend.events.post import Post, answer
from backend.events.reuse import ReusedIds

logger = logging.getLogger(__name__)

MAX_BATCH = 1024
PROBE_SEC = 5.0
"""A disk that failed is tried this often while no event comes."""
SLOW_SEC = 10.0
"""A disk that keeps events waiting for so long has failed, whatever comes of it."""


class EventRecorder:
    """Owns the log.

    `on_recorded` is called from the recording thread, after the records are durable and before
    the posts are answered; at the start with none. What it raises is shown, and it is called again
    with the next records, or with none after `probe_sec`.
    """

    def __init__(
        self,
        log: EventLog,
        clock: Callable[[], float],
        on_recorded: Callable[[Sequence[Record]], None],
        probe_sec: float = PROBE_SEC,
    ) -> None:
        self._log = log
        self._clock = clock
        self._on_recorded = on_recorded
        self._probe_sec = probe_sec
        self._posts: queue.SimpleQueue[Post | None] = queue.SimpleQueue()
        self._gathered: list[Post] = []
        self._thread = threading.Thread(target=self._run, name="event-recorder")
        self._reused_ids = ReusedIds()
        self._cannot_write: str | None = None
        self._cannot_tell: str | None = None
        self._writing_since: float | None = None
        self.refusals = 0
        """How often the disk has refused events since the start: a failure may pass unseen."""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Record what was posted, then close the log."""
        self._posts.put(None)
        self._thread.join()
        self._log.close()

    def post(self, records: list[Record]) -> Future[None]:
        """Hand over records, as the contract has events; done once all of them are durable.

        The future fails with OSError when the disk refuses; then none of them is recorded.
        """
        done: Future[None] = Future()
        # Whoever waits may give up; what was handed over is recorded all the same.
        done.set_running_or_notify_cancel()
        self._posts.put(Post(records, done))
        return done

    async def record(self, records: list[Record]) -> None:
        """`post` for a coroutine, which waits until it is done. In one event loop alone."""
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        if not self._gathered:
            loop.call_soon(self._hand_over)
        self._gathered.append(Post(records, done, loop))
        await done

    def _hand_over(self) -> None:
        # What came in the same turn of the loop is one batch: else the recording thread would take
        # the first alone, and the others would wait for its fsync, and for each other.
        for post in self._gathered:
            self._posts.put(post)
        self._gathered.clear()

    @property
    def failure(self) -> str | None:
        """Why events are not recorded, or not passed on, in one line; None while they are."""
        if not self._thread.is_alive():
            return "the thread that records events does not run"
        since = self._writing_since
        if since is not None and self._clock() - since > SLOW_SEC:
            return f"events have been waiting for {self._clock() - since:.0f} s to be recorded"
        return self._cannot_write or self._cannot_tell

    def _run(self) -> None:
        self._log.tidy(self._clock())
        self._tell([])
        while (posts := self._take()) is not None:
            self._writing_since = self._clock()
            if posts:
                self._answer(posts)
                self._log.tidy(self._clock())
            else:
                self._probe()
            self._writing_since = None

    def _take(self) -> list[Post] | None:
        """The posts that wait; none when a failure is to be looked into, None at the end."""
        try:
            first = self._posts.get(timeout=self._probe_sec if self.failure else None)
        except queue.Empty:
            return []
        if first is None:
            return None
        posts = [first]
        while len(posts) < MAX_BATCH and not self._posts.empty():
            following = self._posts.get()
            if following is None:  # stop after this batch
                self._posts.put(None)
                break
            posts.append(following)
        return posts

    def _answer(self, posts: list[Post]) -> None:
        try:
            self._record(posts)
        except OSError as error:
            logger.error("events cannot be recorded: %s", error.strerror)
            self._refuse(posts, error, error.strerror or str(error))
        except Exception as error:
            logger.exception("events cannot be recorded")
            self._refuse(posts, error, type(error).__name__)
        else:
            answer(posts)

    def _refuse(self, posts: list[Post], error: Exception, failure: str) -> None:
        self._cannot_write = failure
        self.refusals += 1
        answer(posts, error)

    def _record(self, posts: list[Post]) -> None:
        now = self._clock()
        fresh: dict[bytes, Record] = {}
        for record in chain.from_iterable(post.records for post in posts):
            received = {**record, "received_at": now}
            fresh.setdefault(head_of(received).identity(), received)
        known = self._log.known(fresh)
        reused = [fresh[identity] for identity in known.reused]
        for identity in known.repeats:
            del fresh[identity]
        if fresh:
            self._log.append(list(fresh.values()), now)
            self._cannot_write = None
            self._reused_ids.note(reused)
            self._tell(list(fresh.values()))

    def _probe(self) -> None:
        """Find out whether a failure has passed, since no event came to show it."""
        try:
            if self._cannot_write:
                self._log.probe()
                self._cannot_write = None
        except OSError as error:
            self._cannot_write = error.strerror or str(error)
        if self._cannot_tell:
            self._tell([])

    def _tell(self, records: list[Record]) -> None:
        try:
            self._on_recorded(records)
            self._cannot_tell = None
        except Exception:
            if self._cannot_tell is None:
                logger.exception("recorded events were not passed on; that is tried again")
            self._cannot_tell = "events are recorded, but cannot be passed on to the alerts"
