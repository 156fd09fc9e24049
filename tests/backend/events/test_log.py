"""The JSONL files."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import pytest

from backend.events.log import EventLog

NOON = 1_800_014_400.0
"""2027-01-15 12:00 UTC."""
HALF_A_DAY = 12 * 3600.0

Record = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "events"


@pytest.fixture
def log(folder: Path) -> Iterator[EventLog]:
    with closing(EventLog(folder)) as log:
        log.open()
        yield log


def record(event_id: str, **fields: object) -> Record:
    required = {"event_type": "PROBS", "camera_id": "거실", "ts": 1.0, "received_at": 2.0}
    return {"event_id": event_id, **required, **fields}


def reopened(folder: Path) -> list[Record]:
    with closing(EventLog(folder)) as log:
        log.open()
        return list(log.read())


def test_what_is_appended_is_read_again_in_its_order(log: EventLog, folder: Path) -> None:
    records = [record(f"e{n}", text='돌봄 "\n\u2028\\', x=[None, 1.5, 10**400]) for n in range(3)]
    log.append(records[:2], NOON)
    log.append(records[2:], NOON)
    log.close()
    assert reopened(folder) == records


def test_log_is_a_file_a_utc_day_of_one_json_object_a_line(log: EventLog, folder: Path) -> None:
    for day, at in enumerate((NOON, NOON + HALF_A_DAY - 1, NOON + HALF_A_DAY, NOON)):
        log.append([record(f"e{day}", text="돌\n봄")], at)
    assert [path.name for path in log.files()] == [
        "events-2027-01-15.jsonl",
        "events-2027-01-16.jsonl",
    ]
    lines = log.files()[0].read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["event_id"] for line in lines] == ["e0", "e1", "e3"]
    assert "돌" in lines[0]


@pytest.mark.parametrize("length", [1, 100, 65_535, 65_536, 200_000])
def test_torn_last_line_is_cut_exactly(log: EventLog, folder: Path, length: int) -> None:
    log.append([record("e0"), record("e1")], NOON)
    log.close()
    (path,) = log.files()
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"event_id":"torn'.ljust(length, b".")[:length])
    assert [r["event_id"] for r in reopened(folder)] == ["e0", "e1"]
    assert path.read_bytes() == whole


def test_file_that_is_one_torn_line_becomes_empty(log: EventLog, folder: Path) -> None:
    log.append([record("e0")], NOON)
    log.close()
    (path,) = log.files()
    path.write_bytes(path.read_bytes()[:-1])
    assert reopened(folder) == []
    assert path.read_bytes() == b""


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"no JSON",
        b"null",
        b"[]",
        b'{"event_id":"x"}',
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps(record("x", event_type="DANCE")).encode(),
        json.dumps(record("x", event_type="END")).encode(),
        json.dumps(record("x", received_at="yesterday")).encode(),
        json.dumps(record("x") | {"event_id": [1]}).encode(),
    ],
)
def test_line_that_is_no_event_is_reported_and_passed_over(
    log: EventLog, folder: Path, caplog: pytest.LogCaptureFixture, line: bytes
) -> None:
    log.append([record("before")], NOON)
    log.close()
    (path,) = log.files()
    with path.open("ab") as file:
        file.write(line + b"\n" + json.dumps(record("after")).encode() + b"\n")
    assert [r["event_id"] for r in reopened(folder)] == ["before", "after"]
    assert f"{path} line 2 is no event" in caplog.text


def test_other_files_in_the_folder_are_left_alone(log: EventLog, folder: Path) -> None:
    other = folder / "notes.txt"
    other.write_text("no newline", encoding="utf-8")
    log.close()
    assert reopened(folder) == []
    assert other.read_text(encoding="utf-8") == "no newline"


@pytest.mark.parametrize("padding", [10, 100_000])
def test_full_disk_takes_all_records_or_none(
    log: EventLog,
    folder: Path,
    full_disk: Callable[[int], AbstractContextManager[None]],
    padding: int,
) -> None:
    log.append([record("kept")], NOON)
    (path,) = log.files()
    before = path.read_bytes()
    # The first of the two would still fit.
    batch = [record("first"), record("second", padding="." * padding)]
    room = len(before) + len(json.dumps(batch[0])) + 20
    with full_disk(room), pytest.raises(OSError, match="too large"):
        log.append(batch, NOON)
    assert path.read_bytes() == before
    log.append(batch, NOON)
    log.close()
    assert [r["event_id"] for r in reopened(folder)] == ["kept", "first", "second"]


def test_log_that_another_one_writes_to_is_refused(log: EventLog, folder: Path) -> None:
    with pytest.raises(OSError, match="another server writes here"):
        EventLog(folder).open()
    log.close()
    assert reopened(folder) == []


def test_folder_that_cannot_be_made_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        EventLog(tmp_path / "file" / "events").open()


def test_log_is_read_from_the_day_that_is_asked_for(log: EventLog) -> None:
    for number in range(4):
        log.append([record(f"e{number}")], NOON + number * 2 * HALF_A_DAY)
    assert [r["event_id"] for r in log.read(NOON + 4 * HALF_A_DAY)] == ["e2", "e3"]
    assert len(list(log.read())) == 4
