"""The record as tables over HTTP: events in, days out, on the real server."""

import csv
import io
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from backend.events.journal.journal import Journal
from backend.events.journal.record import Record
from testkit.alone import typed
from testkit.whole_server import WholeServer

BEGAN = 1_795_132_800.0
"""2026-11-20 09:00 in Korea, at midnight UTC."""
DAY = 86_400.0
BEAT_SEC = 30
HOURS = 3
BEATS = HOURS * 3600 // BEAT_SEC
WAIT_SEC = 30.0
SPAN = {"since": "2026-11-20", "until": "2026-11-20"}


def beat(at: float, camera_id: str = "거실") -> dict[str, Any]:
    seen = {"state": "running", "fps": 15.0, "pose_share": 0.5, "motion_share": 0.25}
    required = {"event_type": "HEARTBEAT", "camera_id": camera_id, "event_id": f"{camera_id}-{at}"}
    return {**required, "ts": at, **seen, "walked_sec": 3.0, "walked_lengths": 1.5, "rises": 1}


def write_journal(folder: Path) -> None:
    """Three hours of a camera, and an event of the next day; one line in between is torn."""
    beats = [beat(BEGAN + BEAT_SEC * number) for number in range(BEATS + 1)]
    with closing(Journal(folder)) as journal:
        list(journal.open())
        journal.append([Record.of(typed(it), it["ts"] + 0.1).line for it in beats], BEGAN)
        later = typed(beat(BEGAN + 2 * DAY, "침실"))
        journal.append([Record.of(later, later.ts).line], BEGAN + 2 * DAY)
    first = sorted(folder.glob("*.jsonl"))[0]
    lines = first.read_bytes().splitlines(keepends=True)
    first.write_bytes(b"".join([*lines[:50], lines[50][:77], b"\n", *lines[50:]]))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeServer]:
    server = WholeServer(tmp_path_factory.mktemp("home"), {"TZ": "Asia/Seoul"})
    write_journal(server.data_dir / "events")
    server.start()
    yield server
    server.kill()


def get(server: WholeServer, path: str, accept: str = "application/json", **params: str) -> Any:
    headers = {"Accept": accept}
    return httpx.get(server.url + path, params=params, headers=headers, trust_env=False, timeout=30)


def awaited(is_so: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + WAIT_SEC
    while not is_so():
        assert time.monotonic() < give_up_at
        time.sleep(0.2)


def events_of(server: WholeServer) -> int:
    tables = {it["name"]: it["rows"] for it in get(server, "/record").json()["tables"]}
    return int(tables["events"])


def test_day_says_what_the_camera_box_said(server: WholeServer) -> None:
    def is_counted() -> bool:
        found = get(server, "/record/days", **SPAN).json()
        return bool(found) and found[0]["counted_hours"] == HOURS

    awaited(is_counted)
    (day,) = get(server, "/record/days", **SPAN).json()
    assert (day["day"], day["camera_id"], day["place"]) == ("2026-11-20", "거실", "거실")
    assert (day["active_hours"], day["still_hours"]) == (0.75, 0.75)
    assert (day["nobody_hours"], day["blind_hours"]) == (1.5, 0.0)
    assert day["first_moved_hour"] == pytest.approx(9.0, abs=0.02)
    assert day["last_moved_hour"] == 12.0
    assert (day["incidents"], day["median_answer_sec"]) == (0, None)


def test_day_can_be_had_as_csv(server: WholeServer) -> None:
    answer = get(server, "/record/days", accept="text/csv", **SPAN)
    assert answer.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["day"], row["camera_id"], row["median_answer_sec"]) == ("2026-11-20", "거실", "")


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"since": "2026-11-21", "until": "2026-11-20"}, "until"),
        ({"since": "1990-01-01", "until": "2026-11-20"}, "until"),
        ({"since": "yesterday"}, "since"),
        ({"until": "0001-01-01"}, "until"),
    ],
)
def test_days_that_are_none_are_refused(
    server: WholeServer, params: dict[str, str], said: str
) -> None:
    answer = get(server, "/record/days", **params)
    assert answer.status_code == 422
    assert said in answer.text


def test_camera_that_nobody_knows_has_no_days(server: WholeServer) -> None:
    assert get(server, "/record/days", **SPAN, camera_id="no'; DROP TABLE days").json() == []


def test_closed_day_is_parquet_and_says_the_same_after_a_restart(server: WholeServer) -> None:
    days, events = get(server, "/record/days", **SPAN).json(), events_of(server)
    assert events == BEATS + 2
    awaited(lambda: get(server, "/record").json()["closed_until"] == "2026-11-22")
    awaited(lambda: get(server, "/record").json()["waiting_files"] == 0)
    kept = sorted((server.data_dir / "record" / "events").glob("*.parquet"))
    assert len(kept) == 2
    assert get(server, "/health").json()["record"]["status"] == "ok"
    new = beat(time.time(), "부엌")
    httpx.post(server.url + "/event/payload", json=new, trust_env=False).raise_for_status()
    awaited(lambda: events_of(server) == events + 1)
    server.kill()
    server.start()
    assert get(server, "/record/days", **SPAN).json() == days
    assert events_of(server) == events + 1
    assert sorted((server.data_dir / "record" / "events").glob("*.parquet")) == kept
