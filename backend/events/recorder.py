"""The one thread that records: it drops repeats, appends to the log, and passes on what is new.

Posts that arrive while the disk is busy are written together and share one fsync.
"""

import asyncio
import errno
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from itertools import chain

from backend.events.journal.journal import EventLog
from backend.events.journal.record_line import Record, head_of
from backend.events.post import Post, answer
from backend.events.reuse import ReusedIds

logger = logging.getLogger(__name__)

MAX_BATCH = 1024
PROBE_SEC = 5.0
"""A disk that failed is tried this often while no event comes."""
STALLED_SEC = 5.0
"""While the disk has been at one batch for so long, no further post waits behind it."""
SLOW_SEC = 10.0
"""A disk that keeps events waiting for so long has failed, whatever comes of it."""


class EventRecorder:
    """Owns the log.

    `on_recorded` is called from the recording thread, after the records are durable and before
    the posts are answered; it must not wait. A disk that failed is tried again after `probe_sec`.
    `clock` is seconds since 1970 (UTC), `monotonic` any clock that nobody sets.
    """

    def __init__(
        self,
        log: EventLog,
        clock: Callable[[], float],
        on_recorded: Callable[[Sequence[Record]], None],
        probe_sec: float = PROBE_SEC,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log = log
        self._clock, self._monotonic = clock, monotonic
        self._on_recorded = on_recorded
        self._probe_sec = probe_sec
        self._posts: queue.SimpleQueue[Post | None] = queue.SimpleQueue()
        self._gathered: list[Post] = []
        self._thread = threading.Thread(target=self._run, name="event-recorder")
        self._reused_ids = ReusedIds()
        self._cannot_write: str | None = None
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

    def post(self, post: Post) -> None:
        """Take records with an `event_id` each; `post.done` is, once all of them are durable.

        It fails with OSError when the disk refuses, or hangs; then none of them is recorded. Any
        thread; does not wait.
        """
        if self._busy_sec > STALLED_SEC:
            answer([post], TimeoutError(errno.ETIMEDOUT, "the disk does not answer"))
        else:
            self._posts.put(post)

    def gather(self, post: Post) -> None:
        """As `post`, from one event loop alone."""
        # What comes in the same turn of the loop is one batch: else the recording thread would take
        # the first alone, and the others would wait for its fsync, and for each other.
        if not self._gathered:
            asyncio.get_running_loop().call_soon(self._hand_over)
        self._gathered.append(post)

    def _hand_over(self) -> None:
        for post in self._gathered:
            self.post(post)
        self._gathered.clear()

    @property
    def failure(self) -> str | None:
        """Why events are not recorded, in one line; None while they are."""
        if not self._thread.is_alive():
            return "the thread that records events does not run"
        if (busy_sec := self._busy_sec) > SLOW_SEC:
            return f"events have been waiting for {busy_sec:.0f} s to be recorded"
        return self._cannot_write

    @property
    def _busy_sec(self) -> float:
        """For how long the disk has been at what it was given last; 0 while it has nothing."""
        since = self._writing_since
        return 0.0 if since is None else self._monotonic() - since

    def _run(self) -> None:
        posts: list[Post] | None = []  # at the start the disk is looked into
        while posts is not None:
            self._writing_since = self._monotonic()
            if posts:
                self._answer(posts)
            else:
                self._probe()
            if self._cannot_write is None:
                self._log.tidy(self._clock())
            self._writing_since = None
            posts = self._take()

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
            if error.strerror != self._cannot_write:
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
            self._on_recorded(list(fresh.values()))

    def _probe(self) -> None:
        """Find out whether the disk takes lines, since no event came to show it."""
        try:
            self._log.probe()
            self._cannot_write = None
        except OSError as error:
            self._cannot_write = error.strerror or str(error)
