"""The log after a power cut: each cut, and each flipped byte, of its last three lines."""

import shutil
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from backend.events.journal import record as record_module
from backend.events.journal.journal import Journal
from backend.events.journal.record import Record
from testkit.alone import typed

NOW = 1_800_014_400.0


def line(number: int) -> bytes:
    fields = {"event_type": "PROBS", "camera_id": "거실", "ts": 1.0}
    extra = {"extra": {"event_id": "nested"}}
    return Record.of(typed({"event_id": f"e{number}", **fields, **extra}), NOW).line


LINES = [line(number) for number in range(5)]
START_OF_LAST_THREE = sum(map(len, LINES[:2]))
WHOLE = b"".join(LINES)


class Damaged:
    """A log that was written, closed, and then found as `content`."""

    def __init__(self, folder: Path, content: bytes) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self.path = folder / "events-000000-2027-01-15.jsonl"
        self.path.write_bytes(content)
        with closing(Journal(folder)) as log:
            self.read = [head.event_id for part in log.open() for _, head in part.lines]
            self.repaired = log.repaired
            self.content = self.path.read_bytes()
            log.append([line(6)], NOW)
            self.appended = self.path.read_bytes()
        sides = list((folder / "damaged").glob("*"))
        self.kept = b"".join(side.read_bytes() for side in sides)


def check(found: Damaged, expected: list[bytes], damage: bytes) -> None:
    """What is intact is there, byte for byte; what is not is kept aside; the log goes on."""
    ids = [f"e{LINES.index(line)}" for line in expected]
    assert found.content == b"".join(expected)
    assert found.read == ids
    assert found.kept == damage
    assert found.repaired.bytes == len(damage)
    assert found.appended == b"".join([*expected, line(6)])


def check_every_cut(folder: Path) -> None:
    for end in range(START_OF_LAST_THREE, len(WHOLE) + 1):
        whole = WHOLE[:end].count(b"\n")
        torn = WHOLE[sum(map(len, LINES[:whole])) : end]
        check(Damaged(folder, WHOLE[:end]), LINES[:whole], torn)


def check_every_flip(folder: Path, step: int = 1) -> None:
    for place in range(START_OF_LAST_THREE, len(WHOLE), step):
        content = bytearray(WHOLE)
        content[place] ^= 1 << place % 8
        hit = WHOLE[:place].count(b"\n")
        start = sum(map(len, LINES[:hit]))
        damage = bytes(content[start : start + len(LINES[hit])])
        check(Damaged(folder, bytes(content)), LINES[:hit] + LINES[hit + 1 :], damage)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # Whether the disk was waited for is not what is looked at here, a thousand times.
    monkeypatch.setattr("os.fsync", lambda _: None)
    return tmp_path / "events"


def test_every_cut_of_the_last_three_lines_keeps_the_exact_prefix(folder: Path) -> None:
    check_every_cut(folder)


def test_every_flipped_byte_of_the_last_three_lines_costs_its_own_line_alone(folder: Path) -> None:
    check_every_flip(folder)


def without_the_checksum(line: bytes) -> bool:
    return line.endswith(b"}\n")


def test_control_without_the_checksum_a_flipped_byte_passes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_module, "is_intact", without_the_checksum)
    with pytest.raises(AssertionError):
        check_every_flip(folder, step=7)


def test_control_without_the_cut_a_torn_line_is_found(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.events.journal.repair._cut_out", lambda *_: True)
    with pytest.raises(AssertionError):
        check_every_cut(folder)


@pytest.mark.parametrize(
    "damage",
    [
        bytes(4096),
        b"\n",
        b"[" * 100_000,
        b'{"event_id":"' * 1000,
        LINES[0][:-1] * 200,
        LINES[0][:-1] + b" " + LINES[1][:50] + b"\n",
        LINES[0].replace(b"PROBS", b"DANCE"),
        LINES[0][: -len(b"}\n")] + b"}\r\n",
        LINES[0].partition(b',"crc"')[0] + b"}\n",
    ],
)
@pytest.mark.parametrize("place", [0, 3, 5])
def test_whatever_else_stands_between_the_lines_is_cut_out(
    folder: Path, damage: bytes, place: int
) -> None:
    content = [*LINES[:place], damage, *LINES[place:]]
    check(Damaged(folder, b"".join(content)), LINES, damage)


def test_line_that_is_intact_but_no_event_of_ours_is_cut_out(folder: Path) -> None:
    body = b'{"event_id":7'
    stranger = body + b',"crc":"%08x"}\n' % zlib.crc32(body)
    check(Damaged(folder, WHOLE + stranger), LINES, stranger)
