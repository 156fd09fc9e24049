"""A file of the journal without some of its lines."""

from pathlib import Path

from backend.events.journal.record import Record
from backend.events.journal.sift import count, sift
from testkit.alone import typed


def line(event_id: str) -> bytes:
    event = {"event_type": "PROBS", "event_id": event_id, "camera_id": "거실", "ts": 1.0}
    return Record.of(typed(event), 1.0).line


def write(folder: Path, *content: bytes) -> Path:
    path = folder / "events-000000-2027-01-15.jsonl"
    path.write_bytes(b"".join(content))
    return path


def test_what_stays_is_byte_for_byte_and_the_file_is_not_touched_yet(tmp_path: Path) -> None:
    content = [line("a"), line("b"), line("c")]
    path = write(tmp_path, *content)
    sifted = sift(path, lambda heads: lambda head: head.event_id == heads[1].event_id)
    assert sifted.following is not None
    assert sifted.following.read_bytes() == content[0] + content[2]
    assert [head.event_id for head in sifted.gone] == ["b"]
    assert path.read_bytes() == b"".join(content)
    assert sifted.following.suffix != ".jsonl"  # no reader takes it for one


def test_file_of_which_nothing_goes_is_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path, line("a"))
    assert sift(path, lambda _: lambda _: False).following is None
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_damaged_goes_too(tmp_path: Path) -> None:
    path = write(tmp_path, line("a"), line("b")[:-9], b"\n", line("c"))
    sifted = sift(path, lambda _: lambda _: False)
    assert sifted.following is not None
    assert sifted.following.read_bytes() == line("a") + line("c")
    assert sifted.gone == []


def test_file_that_is_not_there_any_more_has_nothing(tmp_path: Path) -> None:
    path = tmp_path / "events-000000-2027-01-15.jsonl"
    assert sift(path, lambda _: lambda _: True).following is None
    assert count(path, lambda _: True) == 0


def test_lines_that_would_go_are_counted(tmp_path: Path) -> None:
    path = write(tmp_path, line("a"), line("b"), line("c"))
    assert count(path, lambda head: head.event_id > "a") == 2
