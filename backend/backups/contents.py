"""Which files of DATA_DIR belong in a backup: all but what is made again, or is nobody's yet."""

import os
from collections.abc import Iterator
from pathlib import Path

LOG_FILES = "events/events-*.jsonl"
MADE_AGAIN = frozenset({"blob-cache", "record", "versions"})
"""Folders of what comes of the rest by itself."""
OF_DATABASES = frozenset({"database", "jobs"})
"""Of which the rows are copied, and nothing else."""
UNFINISHED = (".partial", ".lock")


def files_of(data_dir: Path) -> Iterator[Path]:
    """Each file that is to be kept, once the databases are: what they name is there by then."""
    tops = [path for path in data_dir.iterdir() if path.name not in MADE_AGAIN | OF_DATABASES]
    for top in sorted(tops):
        for path in [top] if top.is_file() else _files_below(top):
            if path.is_file() and not path.is_symlink() and _is_whole(path.relative_to(data_dir)):
                yield path


def _files_below(top: Path) -> Iterator[Path]:
    """Passes over a folder that goes meanwhile."""
    for folder, _, names in os.walk(top):
        yield from (Path(folder, name) for name in sorted(names))


def is_log(path: Path) -> bool:
    """Whether it is a file of the event log, to which lines may be added just now."""
    return path.match(LOG_FILES)


def whole_lines(path: Path) -> bytes:
    """A file of the log up to its last whole line: what follows was not answered yet."""
    data = path.read_bytes()
    return data[: data.rfind(b"\n") + 1]


def _is_whole(path: Path) -> bool:
    is_hidden = any(part.startswith(".") for part in path.parts)
    is_staged = path.parts[:2] in (("blobs", "staged"), ("blobs", "lock"))
    return not (is_hidden or is_staged or path.name.endswith(UNFINISHED))
