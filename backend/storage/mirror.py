"""The thread that keeps the database's file as the database is in memory."""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from backend.storage.migrate import HOUSEHOLD
from backend.storage.sqlite_file import Loaded, SqliteFile, Transaction, put_aside

logger = logging.getLogger(__name__)

CHECK_SEC = 1.0
"""A disk that failed is tried this often, and a file that was removed is noticed as soon."""
PATIENCE_SEC = 0.5
"""For so long a memo waits until the disk has the note that it is about to be sent."""
SLOW_SEC = 10.0
"""A disk that keeps the database waiting for so long has failed, whatever comes of it."""


class Mirror:
    """Repeats each transaction on the file, in their order; those that wait share one commit.

    After a failure, and where the file is no longer there, all of the memory is rewritten.
    Where the file is not `is_whole`, of another schema than the memory, that comes first. `lock`
    guards `memory`; what the disk does is waited for without it.
    """

    def __init__(
        self,
        memory: sqlite3.Connection,
        lock: threading.Condition,
        path: Path,
        loaded: Loaded,
        *,
        is_whole: bool = True,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._memory, self._lock = memory, lock
        self._path, self._monotonic = path, monotonic
        self._file = loaded.file
        self._is_whole = is_whole
        self._unread = loaded.forgotten and loaded.file is None
        self._error = loaded.failure
        self._waiting: list[Transaction] = []
        self._handed, self._taken, self._written = int(not is_whole), 0, 0
        self._to_forget, self._forgotten = 0, 0
        self._lags_since = None if is_whole else monotonic()
        self._is_late = False
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="database", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """Write what waits, then close the file; a disk that takes longer is left to itself."""
        with self._lock:
            self._stopping = True
            self._lock.notify_all()
        self._thread.join(timeout)

    def hand_over(self, transaction: Transaction) -> None:
        """The file is to follow. With the lock; does not wait."""
        self._waiting.append(transaction)
        self._handed += 1
        if self._lags_since is None:
            self._lags_since = self._monotonic()
        self._lock.notify_all()

    def forget_deleted(self) -> None:
        """The file is to hold nothing that was deleted, once it `has_all`. Does not wait."""
        with self._lock:
            self.hand_over([])
            self._to_forget = self._handed

    def has_all(self) -> bool:
        """Whether the file has all that was handed over; a disk that is late is not waited for."""
        with self._lock:
            wanted = self._handed
            patience = 0.0 if self._is_late else PATIENCE_SEC
            self._lock.wait_for(lambda: self._written >= wanted or self._error, patience)
            self._is_late = self._written < wanted
            return not self._is_late

    @property
    def failure(self) -> str | None:
        """Why the file lags behind, in one line; None while it does not."""
        if error := self._error:
            return f"the database cannot be written: {error}"
        waited = self.lag_sec
        return f"the database has been waiting for {waited:.0f} s" if waited > SLOW_SEC else None

    @property
    def lag_sec(self) -> float:
        """For how long the oldest transaction waits that the file does not have; 0 without one."""
        since = self._lags_since
        return 0.0 if since is None else self._monotonic() - since

    def _run(self) -> None:
        while not self._wait_for_work():
            self._follow()
        self._follow()
        self._close_file()

    def _wait_for_work(self) -> bool:
        """Whether to stop."""
        with self._lock:
            self._lock.wait_for(lambda: self._stopping or self._may_go_on, CHECK_SEC)
            return self._stopping

    @property
    def _may_go_on(self) -> bool:
        return self._taken < self._handed and self._error is None

    def _follow(self) -> None:
        try:
            if self._is_up_to_date and self._file is not None and self._file.is_there:
                if transactions := self._take():
                    self._file.repeat(transactions)
            else:
                self._write_anew()
            self._forget()
        except (OSError, sqlite3.Error) as error:
            if str(error) != self._error:
                logger.error("the database cannot be written: %s", error)
            self._fail(str(error))
        except Exception as error:  # a thread that has died could not even say so
            logger.exception("the database cannot be written")
            self._fail(type(error).__name__)
        else:
            self._settle()

    @property
    def _is_up_to_date(self) -> bool:
        """Whether the file needs no more than what waits."""
        return self._error is None and self._is_whole

    def _take(self) -> list[Transaction]:
        with self._lock:
            taken, self._waiting = self._waiting, []
            self._taken = self._handed
        return taken

    def _write_anew(self) -> None:
        self._close_file()
        if self._unread:
            logger.error("the database that could not be read is kept as %s", put_aside(self._path))
            self._unread = False
        self._file = SqliteFile(self._path, HOUSEHOLD.revisions)
        with closing(sqlite3.connect(":memory:")) as copy:
            with self._lock:
                self._take()
                self._memory.backup(copy)
            if self._to_forget:
                copy.execute("VACUUM")  # the memory's pages still hold what was deleted
            self._file.replace(copy)
        self._is_whole = True
        logger.info("the database's file was rewritten")

    def _forget(self) -> None:
        wanted = self._to_forget
        if self._file is not None and self._forgotten < wanted <= self._taken:
            self._file.forget_deleted()
            self._forgotten = wanted

    def _settle(self) -> None:
        with self._lock:
            self._error = None
            self._written = self._taken
            lags = self._written < self._handed
            self._is_late = self._is_late and lags
            self._lags_since = self._monotonic() if lags else None
            self._lock.notify_all()

    def _fail(self, reason: str) -> None:
        with self._lock:
            self._error = reason
            self._waiting.clear()  # all is rewritten in any case
            self._lock.notify_all()

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
