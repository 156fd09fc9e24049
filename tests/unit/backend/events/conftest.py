import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.events.journal.record import as_json, is_intact


@pytest.fixture
def read() -> Callable[[Path], list[dict[str, Any]]]:
    """Every record of a journal's folder, oldest first; a line that is none fails the test."""

    def read(folder: Path) -> list[dict[str, Any]]:
        found = []
        for path in sorted(folder.glob("*.jsonl")):
            for line in path.read_bytes().splitlines(keepends=True):
                assert is_intact(line), line
                found.append(json.loads(as_json(line)))
        return found

    return read
