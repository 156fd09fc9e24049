"""DuckDB within bounds: questions to files and tables in memory, and to nothing else.

It is loaded by the first who asks: a household that never does has its 60 MB for something else.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backend.storage.errors import DatabaseUnavailable, QuestionTooLarge, QuestionTooLong

if TYPE_CHECKING:
    import duckdb

THREADS = 2
MEMORY_MB = 256
TIMEOUT_SEC = 10.0
AGAIN_SEC = 0.05

Cells = tuple[Any, ...]


class Duck:
    """A database in memory, which reaches the files below `folders` and nothing else.

    Any thread, one question at a time: each has a cursor of its own. `close` it.
    """

    def __init__(self, folders: Sequence[Path] = (), memory_mb: int = MEMORY_MB) -> None:
        import duckdb

        settings: dict[str, str | bool | int | float | list[str]] = {
            "threads": THREADS,
            "memory_limit": f"{memory_mb}MB",
            "temp_directory": "",
        }
        self._connection = duckdb.connect(":memory:", config=settings)
        allowed = ", ".join(quoted_text(f"{folder.resolve()}/") for folder in folders)
        self._connection.execute(f"SET allowed_directories = [{allowed}]")
        for lock in ("enable_external_access = false", "lock_configuration = true"):
            self._connection.execute(f"SET {lock}")

    def close(self) -> None:
        """Free its memory."""
        self._connection.close()

    @contextmanager
    def connected(self, timeout_sec: float = TIMEOUT_SEC) -> Iterator["duckdb.DuckDBPyConnection"]:
        """A cursor whose questions together may take so long.

        Raises QuestionTooLong after that, QuestionTooLarge where memory does not suffice, and
        DatabaseUnavailable where a file cannot be read.
        """
        import duckdb

        cursor = self._connection.cursor()
        try:
            with _interrupted_after(timeout_sec, cursor):
                yield cursor
        except duckdb.InterruptException as error:
            said = f"expected a question that takes at most {timeout_sec:g} s"
            raise QuestionTooLong(said) from error
        except duckdb.OutOfMemoryException as error:
            raise QuestionTooLarge("expected a question to fewer rows or columns") from error
        except duckdb.IOException as error:
            raise DatabaseUnavailable(f"the question cannot be answered: {error}") from error
        finally:
            cursor.close()

    def ask(
        self, sql: str, values: Sequence[object] = (), timeout_sec: float = TIMEOUT_SEC
    ) -> list[Cells]:
        """The rows of one question, whose `?` are `values`; raises as `connected` does."""
        with self.connected(timeout_sec) as cursor:
            return cursor.execute(sql, list(values)).fetchall()


@contextmanager
def _interrupted_after(sec: float, cursor: "duckdb.DuckDBPyConnection") -> Iterator[None]:
    """Again and again: an interruption between two questions is none to the second."""
    done = threading.Event()

    def interrupt() -> None:
        wait_sec = sec
        while not done.wait(wait_sec):
            cursor.interrupt()
            wait_sec = AGAIN_SEC

    thread = threading.Thread(target=interrupt, name="question", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def quoted(name: str) -> str:
    """A name of a table or column, as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text: str) -> str:
    """A text, as SQL has it where no value can stand."""
    return "'" + text.replace("'", "''") + "'"
