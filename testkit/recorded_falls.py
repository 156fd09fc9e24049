"""A household's record of falls and false alarms: the recording, as incidents with their poses."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import insert

from backend.escalation.answer import Verdict
from backend.escalation.tables import verdicts
from backend.incidents import store as incidents
from backend.poses.frame import PoseFrame
from backend.poses.replay_file import Kept
from backend.poses.store import ReplayStore
from backend.storage.database import Database
from contract.events import FALL, End, EventType
from modeling.perception.poses.pose import PoseTrack
from modeling.perception.windows.windows import Moment, track_moments
from testkit.recording import save_longer

BEFORE_SEC, AFTER_SEC = 4, 6
CAMERA = "hall"


@dataclass
class RecordedFalls:
    """What a server with this database and these replays has recorded; `folder` is for files."""

    database: Database
    replays: ReplayStore
    folder: Path

    def add(self, at: float, verdict: Verdict | None, *, falls: bool = True) -> str:
        """An incident of a fall at `at`, and what somebody said of it; its id.

        Its poses show the recorded fall, or somebody who stands where nobody falls.
        """
        event = End(
            event_type=EventType.END,
            event_id=f"fall-{at}",
            camera_id=CAMERA,
            ts=at,
            event=FALL,
            duration_sec=1.0,
            state="lying",
        )
        with self.database.writing() as db:
            incident = incidents.take(db, event, at).incident
            row = {"household_id": 1, "incident_id": incident.id, "person_id": 1}
            if verdict is not None:
                db.execute(insert(verdicts).values(row | {"verdict": verdict, "at": at + 60}))
        self.replays.write(
            Kept(incident.id, CAMERA, is_partial=False, frames=self.frames(at, falls=falls))
        )
        return incident.id

    def frames(self, at: float, *, falls: bool) -> Sequence[PoseFrame]:
        """The poses from BEFORE_SEC before `at`, as a camera box sends them."""
        path = self.folder / "longer.npz"
        save_longer(path, BEFORE_SEC, AFTER_SEC)
        moments = track_moments(PoseTrack.load(path))
        shown = [moment for moment in moments if falls or moment.time < BEFORE_SEC]
        begin = at - BEFORE_SEC
        return [_frame(moment, begin) for moment in shown if moment.windows]


def _frame(moment: Moment, begin: float) -> PoseFrame:
    joints = np.stack([window.joints[-1] for window in moment.windows]).astype(np.float16)
    at = begin + moment.time
    people = tuple(window.person for window in moment.windows)
    scores = ((0.5,),) * len(people)
    return PoseFrame(CAMERA, at, at, moment.aspect, people, joints, (FALL,), scores)
