"""Two weeks of an old person's days, and what people said of eight weeks' alerts: made up.

For the pictures of the pages; put into a server's data while it does not run.
"""

import random
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert

from backend.activity import store as activity
from backend.activity.course import Seconds
from backend.activity.hours import HOUR_SEC, Hour
from backend.cameras.names import household_named
from backend.escalation.answer import Answer, Verdict, Way
from backend.escalation.tables import answers, verdicts
from backend.incidents import store as incidents
from backend.storage.database import open_database
from contract.events import FALL, End, EventType

DAYS = 14
"""Whole ones, before today, whatever the hour is."""
SHARES = {
    "night": Seconds(0.02, 0.02, 0.96, 0.0, 0.0),
    "day": Seconds(0.40, 0.35, 0.05, 0.20, 0.0),
    "out": Seconds(0.05, 0.05, 0.0, 0.90, 0.0),
    "off": Seconds(0.0, 0.0, 0.0, 0.0, 1.0),
}
"""Of an hour, by what kind of hour it is."""
JUDGED = (
    (50, Verdict.FALSE_ALARM), (44, Verdict.FALSE_ALARM), (41, Verdict.FALSE_ALARM),
    (36, Verdict.FALL), (29, Verdict.FALSE_ALARM), (16, Verdict.FALSE_ALARM), (9, Verdict.TEST),
)  # fmt: skip
"""How many days ago, and what it was."""


def remember(data_dir: Path, camera: str, now: datetime) -> None:
    """Let all of it have happened at this camera before `now`, a local time."""
    database = open_database(None, data_dir)
    with database.writing() as db:
        _fill_days(db, camera, now, random.Random(0))  # noqa: S311 (nothing to guess)
        for days_ago, verdict in JUDGED:
            _judge(db, camera, now - timedelta(days=days_ago), verdict)
    database.is_durable()
    database.close()


def _fill_days(db: Connection, camera: str, now: datetime, chance: random.Random) -> None:
    added: dict[tuple[str, float], Hour] = {}
    hour = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS)
    while hour < now - timedelta(hours=1):
        share = SHARES[_kind(hour, chance)]
        varied = [chance.uniform(0.6, 1.4) * it for it in share.__dict__.values()]
        seconds = Seconds(*(HOUR_SEC * it / sum(varied) for it in varied))
        began_at = hour.timestamp()
        moved_at = began_at + HOUR_SEC / 2 if seconds.active else None
        added[camera, began_at] = Hour(began_at, seconds, 1, moved_at, moved_at)
        hour += timedelta(hours=1)
    activity.add(db, added, household_named)


def _kind(hour: datetime, chance: random.Random) -> str:
    if hour.hour < 6 or hour.hour >= 22:
        return "night"
    if hour.weekday() == 2 and 10 <= hour.hour < 12:
        return "off"
    is_out = hour.hour in (10, 11, 15) and chance.random() < 0.6
    return "out" if is_out else "day"


def _judge(db: Connection, camera: str, at: datetime, verdict: Verdict) -> None:
    ts = at.timestamp()
    event = End(
        event_type=EventType.END,
        event_id=f"sample-{ts}",
        camera_id=camera,
        ts=ts,
        event=FALL,
        duration_sec=2.0,
        state="lying",
    )
    incident = incidents.take(db, event, ts).incident
    row = {"household_id": 1, "incident_id": incident.id, "person_id": 1}
    given = row | {"answer": Answer.ALL_WELL, "way": Way.PAGE, "at": ts + 40 + at.day}
    db.execute(insert(answers).values(given))
    db.execute(insert(verdicts).values(row | {"verdict": verdict, "at": ts + 600}))
    incidents.resolve(db, [incident.id])


def seoul_now() -> datetime:
    """The household's local time."""
    return datetime.now(ZoneInfo("Asia/Seoul"))
