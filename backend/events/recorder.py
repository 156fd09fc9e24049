"""The one thread that records: it drops repeats, appends to the journal, takes START and END into
the database, and passes on what is new.

Posts that arrive while the disk is busy are written together and share one fsync.
"""

import asyncio
import errno
import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from itertools import chain
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from backend.events.journal.journal import Journal
from backend.events.journal.record import ID_BYTES, Record
from backend.events.post import Post, answer
from backend.events.reuse import ReusedIds
from backend.events.senders import Senders
from backend.events.store import EventStore, Known
from backend.incidents.store import Taken

logger = logging.getLogger(__name__)

T = TypeVar("T")

MAX_BATCH = 1024
PROBE_SEC = 5.0
"""A disk that failed is tried this often while no event comes."""
STALLED_SEC = 5.0
"""While the disk has been at one batch for so long, no further post waits behind it."""
SLOW_SEC = 10.0
"""A disk that keeps events waiting for so long has failed, whatever comes of it."""


class EventRecorder:
    """Owns the journal and what is remembered of the senders.

    `on_recorded` is called from the recording thread, after the records are durable and before
    the posts are answered, with the new ones and what they changed of incidents; it must not wait.
    A disk that failed is tried again after `probe_sec`. `clock` is seconds since 1970 (UTC),
    `monotonic` any clock that nobody sets.
    """

    def __init__(
        self,
        journal: Journal,
        store: EventStore,
        senders: Senders,
        clock: Callable[[], float],
        on_recorded: Callable[[Sequence[Record], Sequence[Taken]], None],
        probe_sec: float = PROBE_SEC,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal, self._store, self._senders = journal, store, senders
        self._clock, self._monotonic = clock, monotonic
        self._on_recorded = on_recorded
        self._probe_sec = probe_sec
        self._position = store.position()
        self._posts: queue.SimpleQueue[Post | None] = queue.SimpleQueue()
        self._tasks: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._gathered: list[Post] = []
        self._thread = threading.Thread(target=self._run, name="event-recorder")
        self._reused_ids = ReusedIds()
        self._heard = Senders({})  # what other servers have recorded
        self._not_stored: list[Record] = []  # in the journal, and not yet in the database
        self._cannot_write: str | None = None
        self._writing_since: float | None = None
        self.refusals = 0
        """How often the disk has refused events since the start: a failure may pass unseen."""

    def start(self) -> None:
        """Let the thread run."""
        self._thread.start()

    def stop(self) -> None:
        """Record what was posted, then close the journal."""
        self._posts.put(None)
        self._thread.join()
        self._journal.close()

    def post(self, post: Post) -> None:
        """Take records with an `event_id` each; `post.done` is, once all of them are durable.

        It fails with OSError when the disk refuses, or hangs; then none of them is recorded. Any
        thread; does not wait.
        """
        if self.busy_sec > STALLED_SEC:
            answer([post], TimeoutError(errno.ETIMEDOUT, "the disk does not answer"))
        else:
            self._posts.put(post)

    def run(self, task: Callable[[], T]) -> "Future[T]":
        """Do `task` in the recording thread between two batches, which wait for it. Any thread.

        What it raises is what the result raises. One that has not begun can be cancelled.
        """
        done: Future[T] = Future()

        def do() -> None:
            if not done.set_running_or_notify_cancel():
                return
            try:
                done.set_result(task())
            except Exception as error:  # noqa: BLE001 (whoever waits for it raises it)
                done.set_exception(error)

        self._tasks.put(do)
        self._posts.put(Post([], Future()))  # the thread may be waiting for one
        return done

    def hear(self, records: Sequence[Record]) -> None:
        """Other servers have recorded these: which of them come here too are repeats. Any thread.

        STARTs and ENDs are known by the database that all share.
        """
        if others := [record for record in records if not record.head.is_incident]:
            self.run(lambda: self._note_heard(others))

    def gather(self, post: Post) -> None:
        """As `post`, from one event loop only."""
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
        if (busy_sec := self.busy_sec) > SLOW_SEC:
            return f"events have been waiting for {busy_sec:.0f} s to be recorded"
        return self._cannot_write

    @property
    def has_stored_all(self) -> bool:
        """Whether all STARTs and ENDs of the journal are in the database. Recording thread."""
        return not self._not_stored

    @property
    def busy_sec(self) -> float:
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
            self._do_tasks()
            if self._cannot_write is None:
                self._tidy()
            self._writing_since = None
            posts = self._next()

    def _next(self) -> list[Post] | None:
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

    def _do_tasks(self) -> None:
        while not self._tasks.empty():
            self._tasks.get()()

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
        fresh: dict[bytes, Record] = {}
        for record in chain.from_iterable(post.records for post in posts):
            fresh.setdefault(record.identity, record)
        known = self._known(fresh)
        reused = [fresh[identity] for identity in known.reused]
        for identity in known.repeats:
            del fresh[identity]
        if fresh:
            records = list(fresh.values())
            self._journal.append([record.line for record in records], self._clock())
            self._cannot_write = None
            self._reused_ids.note(reused)
            self._on_recorded(records, self._take(records))

    def _known(self, fresh: Mapping[bytes, Record]) -> Known:
        """Which of these were recorded before, or bear the id of one that was.

        Raises OSError where the database cannot be asked.
        """
        incidents = [identity for identity, record in fresh.items() if record.head.is_incident]
        others = [record for record in fresh.values() if not record.head.is_incident]
        try:
            self._store_rest()
            stored = self._store.known(incidents)
        except SQLAlchemyError as error:
            raise OSError(errno.EIO, "the database does not answer") from error
        seen, heard = self._senders.known(others), self._heard.known(others)
        repeats = stored.repeats | seen.repeats | heard.repeats
        used = stored.reused | seen.reused | heard.reused | ids_used_twice(fresh)
        return Known(repeats, used - repeats)

    def _note_heard(self, records: Sequence[Record]) -> None:
        for record in records:
            self._heard.note(record.line, record.head, record.identity)

    def _take(self, records: Sequence[Record]) -> list[Taken]:
        """What they change of incidents; the senders' newest are remembered."""
        for record in records:
            if record.head.is_incident:
                self._not_stored.append(record)
            else:
                self._senders.note(record.line, record.head, record.identity)
        try:
            return self._store_rest()
        except SQLAlchemyError as error:
            logger.error("incidents are in the log only, for now: %s", type(error).__name__)
            return []

    def _store_rest(self) -> list[Taken]:
        if not self._not_stored:
            return []
        taken = self._store.add(self._not_stored)
        self._not_stored = []
        return taken

    def _tidy(self) -> None:
        """Delete what has had its time, and keep where the journal is when a file was closed."""
        self._journal.tidy(self._clock())
        if self._journal.closed_up_to == self._position or self._not_stored:
            return
        try:
            self._store.save_position(self._journal.closed_up_to, self._senders.saved())
            self._position = self._journal.closed_up_to
        except SQLAlchemyError as error:
            logger.error("the journal's position cannot be kept: %s", type(error).__name__)

    def _probe(self) -> None:
        """Find out whether the disk takes lines, since no event came to show it."""
        try:
            self._journal.probe()
            self._cannot_write = None
        except OSError as error:
            self._cannot_write = error.strerror or str(error)


def ids_used_twice(fresh: Iterable[bytes]) -> frozenset[bytes]:
    """The identities that share an id with another one of the same batch."""
    wanted = list(fresh)
    used = Counter(identity[:ID_BYTES] for identity in wanted)
    return frozenset(identity for identity in wanted if used[identity[:ID_BYTES]] > 1)
