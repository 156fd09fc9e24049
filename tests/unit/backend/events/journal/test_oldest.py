"""Which closed files may hold a line that is old enough to go."""

from collections.abc import Callable
from math import inf
from pathlib import Path

import pytest

from backend.events.journal.oldest import OldestLines
from backend.events.journal.record import Record
from backend.events.journal.segment import FileName
from testkit.alone import typed

FILE = FileName(3, "2027-01-15")


def write(folder: Path, **ts_of: float) -> None:
    events = [
        typed({"event_type": "PROBS", "event_id": name, "camera_id": name[0], "ts": ts})
        for name, ts in ts_of.items()
    ]
    content = b"".join(Record.of(event, 99.0).line for event in events)
    (folder / str(FILE)).write_bytes(content)


def of(camera: str, until: float) -> Callable[[str], float]:
    """Before when lines go: of this camera alone."""
    return lambda camera_id: until if camera_id == camera else -inf


@pytest.mark.parametrize(
    ("camera", "until", "expected"),
    [
        ("a", 10.0, False),
        ("a", 10.5, True),
        ("b", 20.0, False),
        ("b", 21.0, True),
        ("c", 9e9, False),
    ],
)
def test_oldest_line_of_a_camera_says_so(
    tmp_path: Path, camera: str, until: float, expected: bool
) -> None:
    write(tmp_path, a1=30.0, a2=10.0, b1=20.0)
    assert OldestLines(tmp_path).is_before(FILE, of(camera, until)) is expected


def test_file_is_read_again_only_after_something_was_taken_out(tmp_path: Path) -> None:
    oldest = OldestLines(tmp_path)
    write(tmp_path, a1=10.0)
    assert oldest.is_before(FILE, of("a", 20.0))
    write(tmp_path, a2=30.0)
    assert oldest.is_before(FILE, of("a", 20.0))
    oldest.forget(FILE)
    assert not oldest.is_before(FILE, of("a", 20.0))


def test_file_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    oldest = OldestLines(tmp_path)
    assert not oldest.is_before(FILE, of("a", 20.0))
    write(tmp_path, a1=10.0)
    oldest.keep([])
    assert oldest.is_before(FILE, of("a", 20.0))


def test_damage_is_nobody_s(tmp_path: Path) -> None:
    (tmp_path / str(FILE)).write_bytes(b"half a li\n")
    assert not OldestLines(tmp_path).is_before(FILE, lambda _: inf)
