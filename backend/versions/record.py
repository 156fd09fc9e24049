"""The household's own record, which versions are replayed over: incidents and ordinary minutes.

The server says what there is, since only it reads the record; poses are files, which a worker
reads too.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend.escalation import store as escalations
from backend.escalation.answer import Verdict
from backend.incidents import store as incidents
from backend.incidents.store import Wanted
from backend.poses.replay_file import Kept
from backend.storage.database import Database
from contract.comparisons import Stretch, Truth
from contract.events import FALL
from contract.incidents import Incident
from modeling.perception.poses.pose import LANDMARK_COUNT, Body, Poses, PoseTrack
from modeling.perception.windows.features import JOINT_INDICES

MONTH_SEC = 30 * 86_400.0
MOST_INCIDENTS = 1000

Ordinary = Callable[[float], Iterable[Kept]]
"""Poses of ordinary minutes since a time: the `incident_id` of each names the minute."""


def no_ordinary_minutes(_since: float) -> Iterable[Kept]:
    """None are kept."""
    return ()


def incident_stretches(
    database: Database, replays: set[str], now: float, household_id: int
) -> list[Stretch]:
    """The incidents of the last month of which a replay is kept, oldest first."""
    wanted = Wanted(since=now - MONTH_SEC, is_trouble=False, household_id=household_id)
    with database.reading() as db:
        found = [one for one in incidents.newest(db, wanted, MOST_INCIDENTS) if one.id in replays]
        verdicts = escalations.last_verdicts(db, [one.id for one in found])
    return [_stretch(one, verdicts.get(one.id)) for one in reversed(found)]


def ordinary_stretch(kept: Kept) -> Stretch:
    """An ordinary minute."""
    return Stretch(
        track=kept.incident_id,
        incident_id=None,
        camera_id=kept.camera_id,
        at=kept.frames[0].at,
        truth=Truth.ORDINARY,
    )


def _stretch(incident: Incident, verdict: Verdict | None) -> Stretch:
    return Stretch(
        track=incident.id,
        incident_id=incident.id,
        camera_id=incident.camera_id,
        at=incident.began_at,
        truth=_truth(incident, verdict),
    )


def _truth(incident: Incident, verdict: Verdict | None) -> Truth:
    """Somebody who is still down has fallen before the poses begin: no fall is seen in them."""
    if verdict is Verdict.FALL and incident.label == FALL:
        return Truth.FALL
    return Truth.FALSE_ALARM if verdict is Verdict.FALSE_ALARM else Truth.UNJUDGED


def track_of(kept: Kept) -> PoseTrack:
    """A replay as a pose track; of two frames of one time the first counts."""
    begin, stream = kept.frames[0].at, list[Poses]()
    for frame in kept.frames:
        time = frame.at - begin
        if stream and time <= stream[-1].time:
            continue
        bodies = tuple(
            Body(person, _landmarks(joints))
            for person, joints in zip(frame.people, frame.joints, strict=True)
        )
        stream.append(Poses(len(stream), time, kept.frames[-1].aspect, bodies))
    return PoseTrack.from_poses(stream)


def save_track(kept: Kept, folder: Path) -> None:
    """Write the track of a replay below `folder`, by its name."""
    folder.mkdir(parents=True, exist_ok=True)
    track_of(kept).save(folder / f"{kept.incident_id}.npz")


def _landmarks(joints: NDArray[np.float16]) -> NDArray[np.float32]:
    """(33, 4) of the (13, 3) that are kept; the others are not seen."""
    landmarks = np.zeros((LANDMARK_COUNT, 4), dtype=np.float32)
    landmarks[JOINT_INDICES, :2] = joints[:, :2]
    landmarks[JOINT_INDICES, 3] = joints[:, 2]
    return landmarks
