from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.events.journal.record_line import decode

Record = dict[str, Any]


@pytest.fixture
def read() -> Callable[[Path], list[Record]]:
    """Every record of a log's folder, oldest first; a line that is none fails the test."""

    def read(folder: Path) -> list[Record]:
        found = []
        for path in sorted(folder.glob("*.jsonl")):
            for line in path.read_bytes().splitlines(keepends=True):
                record = decode(line)
                assert record is not None, line
                found.append(record)
        return found

    return read
