"""What the record as tables costs: `uv run python -m benchmarks.record_speed`.

A year of six cameras, generated: the hours stand in the database directly, since a year of events
would be 50 million lines. Of the journal there are a few days, at the camera box's own rates (a
HEARTBEAT each 10 s and, while somebody is seen, a PROBS a second), with numbers that differ from
line to line. It prints how long a snapshot takes, and a question to each table; how large Parquet
is beside the journal; what of a core it takes to keep a day's tables up to date; and the memory.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import numpy as np
import typer
from numpy.random import Generator
from rich.progress import track
from sqlalchemy import insert

from backend.activity.service import ActivityService
from backend.activity.tables import hours
from backend.events.journal.record import Record
from backend.events.journal.segment import FILE_BYTES, FileName, day_of
from backend.record.service import RecordService
from backend.record.snapshots import LASTS
from backend.storage.database import Database, open_database
from contract.events import EVENT
from contract.record import RecordTable
from testkit.households import HOME

CAMERAS = ("거실", "침실", "부엌", "현관", "복도", "서재")
DAY_SEC, HOUR_SEC, BEAT_SEC = 86_400, 3600, 10
BEGIN = 1_764_547_200.0
"""2025-12-01 in UTC."""
SEEN_SHARE = 0.17
"""Somebody is in one of six rooms at a time."""
SEOUL = ZoneInfo("Asia/Seoul")
STATES = ("standing", "walking", "sitting", "lying")
QUESTIONS = {
    RecordTable.DAYS: "SELECT camera_id, avg(active_hours), median(first_moved_hour) FROM days",
    RecordTable.PERSON_DAYS: "SELECT month(day), avg(times_up_at_night) FROM person_days",
    RecordTable.HOURS: "SELECT hour, weekday, avg(active_sec), stddev(active_sec) FROM hours",
    RecordTable.INCIDENTS: "SELECT label, count(*), median(answered_after_sec) FROM incidents",
    RecordTable.EVENTS: "SELECT camera_id, event_type, count(*), avg(top_prob) FROM events",
}
ASKED_SEC = 60.0


def main(
    days: Annotated[int, typer.Option(help="Of hours in the database.")] = 365,
    journal_days: Annotated[int, typer.Option(help="Of events in the journal.")] = 2,
) -> None:
    """Measure on generated data."""
    with tempfile.TemporaryDirectory(prefix="dolbom-bench-") as name:
        folder = Path(name)
        database = open_database(None, folder)
        write_hours(database, days)
        lines = write_journal(folder / "events", days, journal_days)
        _say("journal_lines", lines)
        _measure(folder, database, journal_days)
        database.close()


def write_hours(database: Database, days: int) -> None:
    """Hours of each camera that differ from one another."""
    rng = np.random.default_rng(1)
    for day in track(range(days), "hours"):
        rows = [
            _hour(rng, camera, BEGIN + day * DAY_SEC + hour * HOUR_SEC)
            for hour in range(24)
            for camera in CAMERAS
        ]
        with database.writing() as db:
            db.execute(insert(hours), rows)


def write_journal(folder: Path, days: int, journal_days: int) -> int:
    """The last days' events of all cameras, in files as the server closes them; how many."""
    folder.mkdir(parents=True)
    rng, begin = np.random.default_rng(2), BEGIN + (days - journal_days) * DAY_SEC
    number, day, content, size, lines = 0, day_of(begin), list[bytes](), 0, 0
    for second in track(range(journal_days * DAY_SEC), "journal"):
        now = begin + second
        for line in _lines(rng, now, second):
            content.append(line)
            size += len(line)
            lines += 1
        if size >= FILE_BYTES or day_of(now + 1) != day:
            (folder / str(FileName(number, day))).write_bytes(b"".join(content))
            number, day, content, size = number + 1, day_of(now + 1), [], 0
    (folder / str(FileName(number, day))).write_bytes(b"".join(content))
    (folder / str(FileName(number + 1, day))).touch()
    return lines


def _measure(folder: Path, database: Database, journal_days: int) -> None:
    record = RecordService(folder, database, lambda _household: SEOUL)
    journal = sum(path.stat().st_size for path in (folder / "events").iterdir())
    began = time.perf_counter()
    record.archive.make_missing(lambda: False)
    closing = resource.getrusage(resource.RUSAGE_CHILDREN)
    closing_sec = closing.ru_utime + closing.ru_stime
    parquet = sum(path.stat().st_size for path in record.archive.folder.iterdir())
    _say("journal_mb_a_day", journal / 2**20 / journal_days)
    _say("parquet_of_journal", parquet / journal)
    _say("closing_wall_sec_a_day", (time.perf_counter() - began) / journal_days)
    _say("closing_of_a_core", closing_sec / journal_days / DAY_SEC)
    for label in ("first", "next"):
        with database.writing() as db:
            db.execute(insert(hours), [_hour(np.random.default_rng(3), label, BEGIN)])
        began, began_cpu = time.perf_counter(), time.process_time()
        with record.snapshot(1) as snapshot:
            built_sec = time.perf_counter() - began
            _say(f"{label}_snapshot_sec", built_sec)
            _say(f"{label}_snapshot_cpu_sec", time.process_time() - began_cpu)
            for table, question in QUESTIONS.items():
                began = time.perf_counter()
                snapshot.duck.ask(f"{question} GROUP BY ALL", (), ASKED_SEC)
                _say(f"{label}_{table.value}_sec", time.perf_counter() - began)
        time.sleep(LASTS * built_sec + 1)  # it is good for no longer
    record.stop()
    _say("counting_of_a_core", _counting_sec(folder, database) / journal_days / DAY_SEC)
    _say("peak_rss_mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _counting_sec(folder: Path, database: Database) -> float:
    """How long the processor took to count all hours of the journal."""
    activity = ActivityService(folder / "events", database, lambda _: SEOUL)
    began = time.process_time()
    while activity.count_piece():
        pass
    return time.process_time() - began


def _hour(rng: Generator, camera: str, began_at: float) -> dict[str, object]:
    shares = rng.dirichlet(np.ones(4)) * HOUR_SEC
    moved = began_at + float(rng.uniform(0, HOUR_SEC))
    return {
        "household_id": HOME,
        "camera_id": camera,
        "began_at": began_at,
        "active_sec": float(shares[0]),
        "still_sec": float(shares[1]),
        "lying_sec": float(shares[2]),
        "nobody_sec": float(shares[3]),
        "blind_sec": 0.0,
        "stirs": int(rng.integers(0, 3)),
        "moved_first_at": moved,
        "moved_last_at": moved,
        "walked_sec": float(rng.uniform(0, 60)),
        "walked_lengths": float(rng.uniform(0, 30)),
        "rises": int(rng.integers(0, 3)),
    }


def _lines(rng: Generator, now: float, second: int) -> Iterator[bytes]:
    for place, camera in enumerate(CAMERAS):
        at = now + float(rng.uniform(0, 0.05))
        if (second + place) % BEAT_SEC == 0:
            yield _line(rng, camera, at, second, _beat(rng))
        if rng.random() < SEEN_SHARE:
            yield _line(rng, camera, at, second, _scores(rng))


def _line(rng: Generator, camera: str, at: float, second: int, said: dict[str, object]) -> bytes:
    event = {
        "event_id": rng.bytes(16).hex(),
        "camera_id": camera,
        "ts": at,
        "session_id": f"{hash(camera) % 2**60:032x}",
        "seq": second,
        "video_ts": float(second),
        "frame_idx": second * 15,
    }
    delay = float(rng.uniform(0.01, 0.2))
    return Record.of(EVENT.validate_python(event | said), at + delay).line


def _beat(rng: Generator) -> dict[str, object]:
    pose, motion = (round(float(rng.random()), 3) for _ in range(2))
    return {
        "event_type": "HEARTBEAT",
        "state": "running",
        "fps": round(float(rng.normal(14.9, 0.1)), 2),
        "pose_share": pose,
        "motion_share": motion,
        "missed_sec": 0.0,
        "frame_age_sec": round(float(rng.uniform(0.03, 0.1)), 3),
        "outbox_length": 0,
        "inference": "remote",
        "picture": "ok",
    }


def _scores(rng: Generator) -> dict[str, object]:
    probs = {
        state: round(float(it), 4)
        for state, it in zip(STATES, rng.dirichlet(np.ones(4)), strict=True)
    }
    top = max(probs, key=lambda state: probs[state])
    return {
        "event_type": "PROBS",
        "state": top,
        "person": 1,
        "top_event": top,
        "top_prob": probs[top],
        "probs": probs,
    }


def _say(name: str, value: float) -> None:
    sys.stdout.write(f"{name:28} {value:.6g}\n")


if __name__ == "__main__":
    typer.run(main)
