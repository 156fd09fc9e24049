"""A journal of two households on one server, with days that are long gone and days that are not."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backend.events.journal.journal import Journal
from backend.events.journal.record import Record
from testkit.alone import typed

OURS, THEIRS = "복도", "복도.h2"
"""A camera of household 1, and one of household 2."""
HOUR, DAY = 3600.0, 86_400.0
AGES = (20, 19, 18, 17, 2, 1)
"""In days; each day has a file."""
OLD_DAYS = 4
"""So many of them are older than a week."""
SCORES = 40
"""Of each camera and day, besides a fall that is over."""
NIGHT_HOUR = 4


def write_aged_journal(folder: Path, now: float) -> None:
    """Write it as of `now`, each day within one hour; the server is yet to read it."""
    folder.mkdir(parents=True)
    with closing(Journal(folder, file_bytes=1)) as journal:
        list(journal.open())
        for age, at in zip(AGES, began_at(now), strict=True):
            events = [it for camera in (OURS, THEIRS) for it in _events(camera, age, at)]
            journal.append([Record.of(typed(event), at).line for event in events], at)


def began_at(now: float) -> list[float]:
    """When each of its days began, as of `now`."""
    return [now - now % HOUR - age * DAY for age in AGES]


def lines(folder: Path, camera_id: str) -> list[bytes]:
    """What a journal has of a camera, oldest first."""
    named = f'"camera_id":"{camera_id}"'.encode()
    files = sorted(folder.glob("*.jsonl"))
    return [line for it in files for line in it.read_bytes().splitlines() if named in line]


def zone_at_night(now: float) -> str:
    """A time zone in which it is night now, and stays so for an hour."""
    east = (NIGHT_HOUR - datetime.fromtimestamp(now, UTC).hour) % 24
    return f"Etc/GMT{-east if east <= 12 else 24 - east:+d}"


def _events(camera_id: str, age: int, at: float) -> Iterator[dict[str, Any]]:
    """Those of one day."""
    name = f"{camera_id}-{age}"
    fall = {"camera_id": camera_id, "event": "fall", "incident_id": name}
    yield {"event_type": "START", "event_id": f"{name}-start", "ts": at, **fall}
    end = {"event_type": "END", "event_id": f"{name}-end", "ts": at + 2, **fall}
    yield end | {"state": "recovered"}
    for number in range(SCORES):
        scores = {"event_type": "PROBS", "event_id": f"{name}-{number}", "ts": at + number}
        yield scores | {"camera_id": camera_id}
