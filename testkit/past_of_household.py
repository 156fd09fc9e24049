"""What a household comes to have by nights, workers and language models: put where they put it."""

import time
import uuid
from dataclasses import replace
from pathlib import Path

from sqlalchemy import insert, select

from backend.access.keys import HOUSEHOLD
from backend.activity import store as activity
from backend.activity.hours import Hour
from backend.alerts.ledger.states import DeliveryState
from backend.alerts.ledger.tables import alerts, deliveries, memos
from backend.assistant import store as conversations
from backend.assistant.store import Exchange
from backend.jobs.tables import job_lines, job_metrics
from backend.media.tables import image_results
from backend.poses.replay_file import Kept
from backend.poses.store import ReplayStore
from contract.assistant import ConversationShown, Spoken
from testkit.asked_home import AskedHome
from testkit.recorded_falls import RecordedFalls

Names = dict[str, str]
"""What stands in a path, a query or a body, by its name there: `dataset_id`."""
KEPT_DAYS, DAY_SEC = 90, 86_400.0


def add_past(home: AskedHome, folder: Path, names: Names, text: str, household_id: int) -> Names:
    """Let there be a replay, hours, memos, a talk, and what jobs leave, with this `text`.

    The server's data is in `folder`.
    """
    now = time.time() - DAY_SEC
    _add_replay(folder, home, names, now)
    _add_hours(home, names["camera_id"], now, household_id)
    _add_dead_letter(home, names["camera_id"], text, now, household_id)
    _add_results(home, names, text, now)
    return {"conversation_id": _add_talk(home, text, now, household_id)}


def _add_replay(folder: Path, home: AskedHome, names: Names, now: float) -> None:
    replays = ReplayStore(folder / "poses", KEPT_DAYS)
    frames = RecordedFalls(home.app.state.database, replays, folder).frames(now, falls=True)
    kept = Kept(names["incident_id"], names["camera_id"], is_partial=False, frames=frames)
    replays.write(kept)


def _add_hours(home: AskedHome, camera_id: str, now: float, household_id: int) -> None:
    hour = Hour(now - now % 3600, stirs=3, moved_first_at=now, moved_last_at=now + 0.5)
    with home.app.state.database.writing() as db:
        activity.add(db, {(camera_id, hour.began_at): hour}, lambda _: household_id)


def _add_dead_letter(
    home: AskedHome, camera_id: str, text: str, now: float, household_id: int
) -> None:
    with home.app.state.database.writing() as db:
        row = {"channel": "contact-1", "camera_id": camera_id, "urgent": True}
        db.execute(insert(memos).values(row | {"sent_at": now}))
        of_camera = select(alerts.c.key).where(alerts.c.camera_id == camera_id)
        dead = {"key": db.scalar(of_camera), "state": DeliveryState.DEAD, "reason": text}
        dates = dict.fromkeys(("queued_at", "updated_at", "next_attempt_at"), now + DAY_SEC)
        db.execute(insert(deliveries).values(row | dead | dates | {"household_id": household_id}))


def _add_results(home: AskedHome, names: Names, text: str, now: float) -> None:
    of_job = {"job_id": names["job_id"]}
    metric = {"fit": text, "name": "loss", "epoch": 1, "value": 0.5}
    result = {"name": "blur_faces", "content_type": "image/jpeg", "bytes": 3, "made_at": now}
    with home.app.state.factory_database.writing() as db:
        db.execute(insert(job_lines).values(of_job | {"at": now, "line": text}))
        db.execute(insert(job_metrics).values(of_job | metric))
        of_image = {"image_id": names["image_id"], "remark": text}
        db.execute(insert(image_results).values(of_job | of_image | result))


def _add_talk(home: AskedHome, text: str, now: float, household_id: int) -> str:
    """One of whoever has the API_KEY."""
    talk = ConversationShown(id=uuid.uuid4().hex, title=text, table=None, began_at=now, last_at=now)
    with home.app.state.database.writing() as db:
        conversations.begin(db, replace(HOUSEHOLD, household_id=household_id), talk)
        answer = Spoken(role="assistant", text=text, at=now)
        conversations.add(db, talk.id, Exchange(text, now, answer))
    return talk.id
