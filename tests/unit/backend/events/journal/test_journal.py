"""The JSONL files."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import pytest

from backend.events.journal.journal import NOTHING, Journal
from backend.events.journal.record import Record, is_intact
from backend.events.journal.segments import Retention
from testkit.alone import typed

NOON = 1_800_014_400.0
"""2027-01-15 12:00 UTC."""
HALF_A_DAY = 12 * 3600.0
DAY = 2 * HALF_A_DAY

Read = Callable[[Path], list[dict[str, Any]]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "events"


EVERYTHING = 2**40


@pytest.fixture
def log(folder: Path) -> Iterator[Journal]:
    with closing(Journal(folder)) as log:
        opened(log)
        yield log


def opened(log: Journal, since: int = NOTHING, at_least: int = EVERYTHING) -> list[str]:
    """Open the journal; the ids of what is read of it."""
    segments = log.open(since, at_least)
    return [head.event_id for segment in segments for _, head in segment.lines]


def record(event_id: str, at: float = NOON, **fields: object) -> Record:
    required = {"event_type": "PROBS", "camera_id": "거실", "ts": 1.0}
    return Record.of(typed({"event_id": event_id, **required, **fields}), at)


def lines(*records: Record) -> list[bytes]:
    return [each.line for each in records]


def files(folder: Path) -> list[str]:
    return sorted(path.name.removeprefix("events-") for path in folder.glob("*.jsonl"))


def ids(records: list[dict[str, Any]]) -> list[str]:
    return [record["event_id"] for record in records]


def put(log: Journal, event_id: str, at: float, **fields: object) -> None:
    log.append(lines(record(event_id, at, **fields)), at)
    log.tidy(at)


def write(folder: Path, times: list[float], file_bytes: int = 1) -> None:
    """One event at each of `times`, by default each in a file of its own."""
    with closing(Journal(folder, file_bytes=file_bytes)) as log:
        opened(log)
        for number, at in enumerate(times):
            log.append(lines(record(f"e{number}", at)), at)


def test_what_is_appended_is_read_again_in_its_order(
    log: Journal, folder: Path, read: Read
) -> None:
    written = lines(*(record(f"e{n}", text='돌봄 "\n\u2028\\') for n in range(3)))
    log.append(written[:2], NOON)
    log.append(written[2:], NOON)
    assert ids(read(folder)) == ["e0", "e1", "e2"]
    log.close()
    with closing(Journal(folder)) as again:
        (segment,) = again.open(at_least=EVERYTHING)
    assert [line for line, _ in segment.lines] == written


def test_log_is_a_file_a_utc_day_and_a_clock_that_goes_back_a_little_stays_in_the_last_one(
    log: Journal, folder: Path, read: Read
) -> None:
    for number, at in enumerate((NOON, NOON + HALF_A_DAY - 1, NOON + HALF_A_DAY, NOON)):
        log.append(lines(record(f"e{number}")), at)
    expected = ["000000-2027-01-15.jsonl", "000001-2027-01-16.jsonl"]
    assert files(folder) == expected
    assert ids(read(folder)) == ["e0", "e1", "e2", "e3"]
    log.close()
    with closing(Journal(folder)) as again:
        opened(again)
        put(again, "e4", NOON)
    assert files(folder) == expected
    assert ids(read(folder)) == ["e0", "e1", "e2", "e3", "e4"]


@pytest.mark.parametrize("wrong", [1000 * DAY, -7000 * DAY, 2 * DAY])
@pytest.mark.parametrize("restarts", [False, True])
def test_clock_that_is_wrong_for_a_minute_leaves_one_file_and_the_order_behind(
    folder: Path, read: Read, wrong: float, restarts: bool
) -> None:
    times = [NOON, NOON + wrong, NOON + wrong + 60, NOON + 1, NOON + 2]
    log = Journal(folder, Retention(days=9))
    opened(log)
    for number, at in enumerate(times):
        if restarts:
            log.close()
            log = Journal(folder, Retention(days=9))
            opened(log)
        put(log, f"e{number}", at)
    log.close()
    days = [name.partition("-")[2] for name in files(folder)]
    assert len(days) == 3
    assert days[0] == days[2] == "2027-01-15.jsonl" != days[1]
    assert ids(read(folder)) == ["e0", "e1", "e2", "e3", "e4"]
    with closing(Journal(folder)) as again:
        assert opened(again) == ["e0", "e1", "e2", "e3", "e4"]


def test_file_that_has_grown_large_is_followed_by_another_in_the_order_of_their_names(
    folder: Path, read: Read
) -> None:
    write(folder, [NOON] * 12, file_bytes=200)
    assert files(folder) == [f"{number:06}-2027-01-15.jsonl" for number in range(6)]
    assert ids(read(folder)) == [f"e{number}" for number in range(12)]


def test_new_file_is_begun_and_old_ones_go_after_the_answer(folder: Path) -> None:
    with closing(Journal(folder, file_bytes=1)) as log:
        opened(log)
        log.append(lines(record("e0")), NOON)
        assert len(files(folder)) == 1
        log.tidy(NOON)
        assert len(files(folder)) == 2


MONTH = [NOON - age * DAY for age in range(30, -1, -1)]
"""A file a day; ages are reckoned from the middle of the last seven that are closed."""
LAST = 4


def ages_left(folder: Path, times: list[float], retention: Retention) -> list[int]:
    """How many days old the events of MONTH are that are left of a log of `times`, oldest first."""
    write(folder, times)
    with closing(Journal(folder, retention)) as log:
        opened(log)
        log.tidy(NOON)
    with closing(Journal(folder)) as log:
        segments = log.open(at_least=EVERYTHING)
        left = [head.received_at for segment in segments for _, head in segment.lines]
    return [round((NOON - at) / DAY) for at in left if at in MONTH]


def test_files_go_when_they_are_too_old(folder: Path) -> None:
    assert ages_left(folder, MONTH, Retention(days=10)) == [*range(LAST + 10, -1, -1)]


def test_oldest_files_go_when_all_are_too_large(folder: Path) -> None:
    line = len(record("e99").line)
    for size, oldest in ((40 * line, 30), (20 * line, 20), (1, 0)):
        assert ages_left(folder, MONTH, Retention(size=size)) == [*range(oldest, -1, -1)]
        shutil.rmtree(folder)


@pytest.mark.parametrize("wrong", [NOON + 1000 * DAY, NOON - 7000 * DAY])
@pytest.mark.parametrize("places", [(0, 1, 2), (12, 16, 30), (28, 29, 30), (31, 32, 33)])
def test_minutes_of_a_wrong_clock_delete_nothing(
    folder: Path, wrong: float, places: tuple[int, ...]
) -> None:
    times = MONTH.copy()
    for place in places:
        times.insert(place, wrong)
    left = ages_left(folder, times, Retention(days=10))
    assert left == [*range(left[0], -1, -1)]
    assert 10 <= left[0] <= LAST + 10 + 3


def test_what_is_recorded_after_years_without_the_server_is_young(folder: Path) -> None:
    before = [NOON - (800 + age) * DAY for age in range(10, 0, -1)]
    times = [*before, *MONTH[-14:]]
    assert ages_left(folder, times, Retention(days=10)) == [*range(13, -1, -1)]


def test_only_what_is_asked_for_is_read(folder: Path) -> None:
    write(folder, [NOON] * 5)
    line = len(record("e0").line)
    for since, at_least, expected in ((4, 0, []), (2, 0, "34"), (4, 1, "4"), (4, line + 1, "34")):
        with closing(Journal(folder)) as log:
            assert opened(log, since, at_least) == [f"e{number}" for number in expected]
            assert log.closed_up_to == (3 if expected else 4)


def test_flipped_byte_is_cut_out_of_each_file_that_is_read(folder: Path) -> None:
    write(folder, [NOON] * 3)
    path = folder / "events-000001-2027-01-15.jsonl"
    path.write_bytes(path.read_bytes().replace(b"PROBS", b"PROBA"))
    with closing(Journal(folder)) as log:
        assert opened(log) == ["e0", "e2"]
        assert log.repaired.stretches == 1


def test_other_files_in_the_folder_are_left_alone(log: Journal, folder: Path) -> None:
    for name in ("notes.txt", "events-2027-01-15.jsonl", "events-x-2027-01-15.jsonl"):
        (folder / name).write_text("no newline", encoding="utf-8")
    (folder / "events-000000-2027-01-15.jsonl").write_text("somebody else's", encoding="utf-8")
    put(log, "e0", NOON)
    log.close()
    for name in ("notes.txt", "events-2027-01-15.jsonl", "events-x-2027-01-15.jsonl"):
        assert (folder / name).read_text(encoding="utf-8") == "no newline"
    assert "e0" in (folder / "events-000001-2027-01-15.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("padding", [10, 100_000])
def test_full_disk_takes_all_records_or_none(
    log: Journal,
    folder: Path,
    full_disk: Callable[[int], AbstractContextManager[None]],
    read: Read,
    padding: int,
) -> None:
    log.append(lines(record("kept")), NOON)
    path = folder / "events-000000-2027-01-15.jsonl"
    before = path.read_bytes()
    # The first of the two would still fit.
    batch = lines(record("first"), record("second", padding="." * padding))
    room = len(before) + len(batch[0]) + 1
    with full_disk(room), pytest.raises(OSError, match="too large"):
        log.append(batch, NOON)
    assert path.read_bytes() == before
    log.append(batch, NOON)
    assert ids(read(folder)) == ["kept", "first", "second"]


def failing(times: int, code: int = errno.EIO) -> Callable[[int], None]:
    """An fsync that fails so many times."""
    left, real = iter(range(times)), os.fsync

    def fsync(descriptor: int) -> None:
        if next(left, None) is not None:
            raise OSError(code, os.strerror(code))
        real(descriptor)

    return fsync


@pytest.mark.parametrize("times", [1, 2, 5])
def test_failing_fsync_leaves_the_exact_prefix_and_its_descriptor_is_not_used_again(
    log: Journal, folder: Path, read: Read, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    put(log, "kept", NOON)
    opened: list[Path] = []
    real_open = os.open
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", lambda *args: (opened.append(args[0]), real_open(*args))[1])
        patch.setattr(os, "fsync", failing(times))
        with pytest.raises(OSError, match="Input/output"):
            put(log, "e1", NOON)
        assert ids(read(folder)) == ["kept"]
        assert opened[0] == folder / "events-000000-2027-01-15.jsonl"
    put(log, "e1", NOON)
    assert ids(read(folder)) == ["kept", "e1"]


def test_what_could_not_be_cut_is_cut_before_the_next_line(
    log: Journal, folder: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(log, "kept", NOON)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(9))
        patch.setattr(os, "ftruncate", lambda *_: failing(1)(0))
        with pytest.raises(OSError, match="Input/output"):
            put(log, "refused", NOON)
        assert ids(read(folder)) == ["kept", "refused"]
        with pytest.raises(OSError, match="Input/output"):
            log.probe()
    log.probe()
    put(log, "next", NOON)
    assert ids(read(folder)) == ["kept", "next"]


def test_file_that_somebody_took_away_is_followed_by_another(
    log: Journal, folder: Path, read: Read
) -> None:
    put(log, "e0", NOON)
    (folder / "events-000000-2027-01-15.jsonl").unlink()
    put(log, "e1", NOON)
    assert files(folder) == ["000001-2027-01-15.jsonl"]
    assert ids(read(folder)) == ["e1"]


def test_damage_that_a_full_disk_keeps_is_left_for_the_next_start_and_nothing_is_appended_to_it(
    folder: Path, full_disk: Callable[[int], AbstractContextManager[None]], read: Read
) -> None:
    write(folder, [NOON])
    path = folder / "events-000000-2027-01-15.jsonl"
    torn = path.read_bytes() + b'{"event_id":"torn'
    path.write_bytes(torn)
    with closing(Journal(folder)) as log:
        with full_disk(10):
            assert opened(log) == ["e0"]
        put(log, "e1", NOON)
        assert path.read_bytes() == torn
    with closing(Journal(folder)) as log:
        opened(log)
        assert log.repaired.bytes == 17
    assert ids(read(folder)) == ["e0", "e1"]


def test_reader_finds_whole_lines_alone_while_the_log_is_written(
    log: Journal, folder: Path
) -> None:
    path = folder / "events-000000-2027-01-15.jsonl"
    batch = lines(*(record(f"e{number}", text="." * 3 * number) for number in range(100)))
    put(log, "first", NOON)
    before, seen = b"", set()
    with ThreadPoolExecutor(1) as writer:
        writing = writer.submit(lambda: [log.append(batch, NOON) for _ in range(50)])
        while not writing.done():
            content = path.read_bytes()
            whole = content[: content.rfind(b"\n") + 1]
            assert whole.startswith(before)
            for line in whole[len(before) :].splitlines(keepends=True):
                assert is_intact(line)
            before = whole
            seen.add(len(whole))
    assert len(seen) > 5


def test_log_that_another_one_writes_to_is_refused(log: Journal, folder: Path) -> None:
    with pytest.raises(OSError, match="another server writes here"):
        opened(Journal(folder))
    log.close()
    with closing(Journal(folder)) as again:
        opened(again)


def test_folder_that_cannot_be_made_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        opened(Journal(tmp_path / "file" / "events"))


@pytest.mark.parametrize("what", ["the file", "the folder"])
def test_what_was_removed_is_made_again_and_claimed(folder: Path, read: Read, what: str) -> None:
    with closing(Journal(folder)) as log:
        opened(log)
        put(log, "before", NOON)
        if what == "the file":
            next(folder.glob("*.jsonl")).unlink()
        else:
            shutil.rmtree(folder)
        log.probe()
        put(log, "after", NOON + 1)
        assert [record["event_id"] for record in read(folder)] == ["after"]
        with pytest.raises(OSError, match="another server writes here"):
            opened(Journal(folder))


def test_other_file_in_the_place_of_ours_is_not_written_to(folder: Path, read: Read) -> None:
    with closing(Journal(folder)) as log:
        opened(log)
        put(log, "before", NOON)
        (file,) = folder.glob("*.jsonl")
        other = file.with_name("other")
        other.write_bytes(b"x" * 10_000)
        other.replace(file)
        put(log, "after", NOON + 1)
        assert file.read_bytes() == b"x" * 10_000
        assert len(list(folder.glob("*.jsonl"))) == 2


def test_file_that_cannot_be_read_costs_no_start(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(Journal(folder, file_bytes=100)) as log:
        opened(log)
        put(log, "old", NOON, event_type="END", event="fall")
        put(log, "new", NOON + 1, event_type="END", event="fall")
    bad, *_ = sorted(folder.glob("*.jsonl"))
    real = Path.open

    def fail(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path == bad:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", fail)
    with closing(Journal(folder)) as log:
        assert opened(log) == ["new"]
        put(log, "after", NOON + 2)
    assert f"{bad} cannot be read: Input/output error" in caplog.text


def closed_names(log: Journal, now: float) -> list[str]:
    return [str(name).removeprefix("events-") for name in log.close_file(now)]


def test_file_that_is_closed_before_its_time_is_followed_by_another(
    log: Journal, folder: Path, read: Read
) -> None:
    assert closed_names(log, NOON) == []
    log.append(lines(record("e0")), NOON)
    assert closed_names(log, NOON) == ["000000-2027-01-15.jsonl"]
    assert closed_names(log, NOON) == ["000000-2027-01-15.jsonl"]  # nothing is in the new one
    assert log.closed_up_to == 0
    log.append(lines(record("e1")), NOON)
    assert files(folder) == ["000000-2027-01-15.jsonl", "000001-2027-01-15.jsonl"]
    assert ids(read(folder)) == ["e0", "e1"]


def test_closed_file_is_replaced_and_one_of_nothing_goes(
    folder: Path, tmp_path: Path, read: Read
) -> None:
    write(folder, [NOON, NOON, NOON])
    with closing(Journal(folder)) as log:
        opened(log)
        first, second, _ = log.close_file(NOON)
        for name, content in ((first, lines(record("new"))), (second, [])):
            following = tmp_path / "following"
            following.write_bytes(b"".join(content))
            log.replace(name, following)
            assert not following.exists()
        assert ids(read(folder)) == ["new", "e2"]
        log.tidy(NOON)


def test_file_that_had_its_time_meanwhile_does_not_come_back(folder: Path, tmp_path: Path) -> None:
    write(folder, [NOON, NOON])
    with closing(Journal(folder)) as log:
        opened(log)
        first, _ = log.close_file(NOON)
        (folder / str(first)).unlink()
        following = tmp_path / "following"
        following.write_bytes(lines(record("new"))[0])
        log.replace(first, following)
        assert not (folder / str(first)).exists()
        assert not following.exists()
