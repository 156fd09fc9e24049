"""The log that is put together is the log that the server would have written."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from backend.events.journal.record import Record, head
from backend.incidents.days import bounds_of
from benchmarks.peers.log_queries import LogQueries
from testkit import large_log
from testkit.alone import EventsAlone

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
        record = Record.read(line)
        assert record is not None
        assert Record.of(record.event, record.received_at).line == line


def test_days_have_files_of_their_own(tmp_path: Path) -> None:
    large_log.write(tmp_path / "events", 200, per_sec=0.001)
    assert len(list((tmp_path / "events").glob("*.jsonl"))) == 3


def test_server_and_duckdb_answer_alike(folder: Path) -> None:
    service = EventsAlone(folder, clock=lambda: large_log.BEGIN)
    queries = LogQueries(folder)
    newest = _ids(service.recent.newest(50))
    assert newest == [row[0] for row in queries.recent()]
    day = datetime.fromtimestamp(large_log.BEGIN, SEOUL).date()
    for camera in large_log.CAMERAS:
        ours = _ids(service.store.between(camera, *bounds_of(day, SEOUL)))
        assert ours == [row[0] for row in queries.incidents(camera, day)]
    assert len(service.store.between(large_log.CAMERAS[0], *bounds_of(day, SEOUL))) == 2
    service.database.close()


def _ids(lines: list[bytes]) -> list[str]:
    return [found.event_id for line in lines if (found := head(line))]
