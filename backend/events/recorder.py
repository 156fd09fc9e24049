"""The one thread that records: it drops repeats, appends to the log, and tells what was recorded.

Posts that arrive while the disk is busy are written together and share one fsync.
"""

import logging
import queue
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field

from backend.events.log import EventLog, Record

logger = logging.getLogger(__name__)

MAX_BATCH = 1024
# No camera box sends an event again after this long; what is older need not be read at the start.
REMEMBERED_SEC = 8 * 24 * 3600.0


@dataclass
class _Post:
    records: list[Record]
    done: Future[None] = field(default_factory=Future)


class EventRecorder:
    """Owns the log and the memory of what is in it.

    `on_recorded` is called from the recording thread, after the record is durable and before the
    post is answered.
    """

    def __init__(
        self, log: EventLog, clock: Callable[[], float], on_recorded: Callable[[Record], None]
    ) -> None:
        self._log = log
        self._clock = clock
        self._on_recorded = on_recorded
        # Two generations: when the newer one has lasted REMEMBERED_SEC, the older is forgotten. So
        # a repeat is known for at least that long, in bounded memory.
        self._seen: set[str] = set()
        self._seen_before: set[str] = set()
        self._seen_since = 0.0
        self._posts: queue.Queue[_Post | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="event-recorder")
        self.failure: str | None = None

    def start(self, recorded: Iterable[str]) -> None:
        """Begin; `recorded` are the ids of the events that the log already holds."""
        self._seen.update(recorded)
        self._seen_since = self._clock()
        self._thread.start()

    def stop(self) -> None:
        """Record what was posted, then close the log."""
        self._posts.put(None)
        self._thread.join()
        self._log.close()

    def post(self, records: list[Record]) -> Future[None]:
        """Hand over records with an `event_id` each; done once all of them are durable.

        The future fails with OSError when the disk refuses; then none of them is recorded.
        """
        post = _Post(records)
        # Whoever waits may give up; what was handed over is recorded all the same.
        post.done.set_running_or_notify_cancel()
        self._posts.put(post)
        return post.done

    def _run(self) -> None:
        while (posts := self._take()) is not None:
            try:
                self._record(posts)
            except OSError as error:
                logger.error("events cannot be recorded: %s", error.strerror)
                self._refuse(posts, error, error.strerror or str(error))
            except Exception as error:
                logger.exception("events cannot be recorded")
                self._refuse(posts, error, type(error).__name__)

    def _refuse(self, posts: list[_Post], error: Exception, failure: str) -> None:
        self.failure = failure
        for post in posts:
            post.done.set_exception(error)

    def _take(self) -> list[_Post] | None:
        first = self._posts.get()
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

    def _record(self, posts: list[_Post]) -> None:
        now = self._clock()
        fresh: dict[str, Record] = {}
        for record in (record for post in posts for record in post.records):
            if not self._is_known(record["event_id"]):
                fresh.setdefault(record["event_id"], {**record, "received_at": now})
        if fresh:
            self._log.append(list(fresh.values()), now)
            self.failure = None
            self._remember(fresh, now)
        for record in fresh.values():
            self._tell(record)
        for post in posts:
            post.done.set_result(None)

    def _is_known(self, event_id: str) -> bool:
        return event_id in self._seen or event_id in self._seen_before

    def _remember(self, event_ids: Iterable[str], now: float) -> None:
        if now - self._seen_since > REMEMBERED_SEC:
            self._seen_before, self._seen, self._seen_since = self._seen, set(), now
        self._seen.update(event_ids)

    def _tell(self, record: Record) -> None:
        try:
            self._on_recorded(record)
        except Exception:
            self.failure = "events are recorded, but cannot be passed on to the alerts"
            logger.exception("event %s is recorded but was not passed on", record["event_id"])
