"""The log that is put together is the log that the server would have written."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from backend.events.journal.journal import EventLog
from backend.events.journal.record_line import decode, encode, head
from backend.events.service import EventService
from benchmarks.peers.log_queries import LogQueries
from testkit import large_log

SEOUL = ZoneInfo("Asia/Seoul")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log") / "events"
    large_log.write(folder, 10_050)
    return folder


def test_every_line_is_one_of_the_servers(folder: Path) -> None:
    files = sorted(folder.glob("*.jsonl"))
    lines = [line for path in files for line in path.read_bytes().splitlines(keepends=True)]
    assert len(lines) == 10_050
    for line in lines[::7]:
        record = decode(line)
        assert record is not None
        assert encode(record) == line


def test_days_have_files_of_their_own_and_each_closed_one_its_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_log, "EVENTS_PER_SEC", 0.001)
    large_log.write(tmp_path / "events", 200)
    files = sorted(path.stem for path in (tmp_path / "events").glob("*.jsonl"))
    assert len(files) == 3
    assert sorted(path.stem for path in (tmp_path / "events" / "index").iterdir()) == files[:-1]
    log = EventLog(tmp_path / "events")
    log.open()
    lines = b"".join(path.read_bytes() for path in (tmp_path / "events").glob("*.jsonl"))
    heads = [head(line) for line in lines.splitlines(keepends=True)]
    identities = [found.identity() for found in heads if found]
    assert len(log.known([*identities, bytes(16)]).repeats) == 200
    log.close()


def test_server_and_duckdb_answer_alike(folder: Path) -> None:
    service = EventService(folder, lambda _event: None, lambda: large_log.BEGIN)
    queries = LogQueries(folder)
    newest = [record["event_id"] for record in service.recent.newest(50)]
    assert newest == [row[0] for row in queries.recent()]
    day = datetime.fromtimestamp(large_log.BEGIN, SEOUL).date()
    for camera in large_log.CAMERAS:
        ours = service.recent.incidents(camera, *_seconds(day))
        assert [record["event_id"] for record in ours] == [
            row[0] for row in queries.incidents(camera, day)
        ]
    assert len(service.recent.incidents(large_log.CAMERAS[0], *_seconds(day))) == 2
    service._log.close()


def _seconds(day: date) -> tuple[float, float]:
    begin = datetime.combine(day, time(), SEOUL)
    return begin.timestamp(), (begin + timedelta(days=1)).timestamp()
