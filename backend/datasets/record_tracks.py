"""What the record keeps of an incident, or of an ordinary minute, as a labelled track. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from backend.escalation.answer import Verdict
from backend.poses.frame import PoseFrame
from backend.poses.replay_file import Kept
from contract.datasets import Recorded
from contract.events import FALL
from contract.incidents import Incident
from contract.layout import JOINTS
from contract.names import file_name
from modeling.perception.poses.pose import LANDMARK_COUNT, Body, Landmark, Poses, PoseTrack
from modeling.training.datasets.labels import FALL_AND_LYING, ClipLabels, Span

SOURCE = "household"
LANDMARKS = [Landmark[joint.upper()] for joint in JOINTS]
FALL_SEC = 2.0
"""Of one whose END has not come."""
MOST_FALL_SEC = 10.0
EDGE_SEC = 0.5
"""Around either end of a fall nobody can say: a detector has set it, by a smoothed score."""


@dataclass(frozen=True)
class RecordedClip:
    """A clip of the record: its poses, what they show, of which camera, on which day, and when."""

    labels: ClipLabels
    track: PoseTrack
    camera_id: str
    day: str
    recorded: Recorded


def of_incident(
    kept: Kept, incident: Incident, verdict: Verdict, zone: ZoneInfo
) -> RecordedClip | None:
    """A fall where that is the verdict, else none; None where nobody was in sight."""
    track = track_of(kept.frames)
    begin = incident.began_at - kept.frames[0].at
    end = begin + min(_lasted(incident), MOST_FALL_SEC)
    if verdict is not Verdict.FALL:
        falls = []
    elif incident.label == FALL:
        falls = _fall(max(begin, 0.0), max(end, 0.0))
    else:  # one that was found by what came of it: when it was, nobody has said
        falls = [_unknown(FALL, track)]
    people = set(track.persons.tolist())
    person = incident.person if incident.person in people else None
    last = incident.began_at + _lasted(incident)
    recorded = Recorded(
        since=min(kept.frames[0].at, incident.began_at), until=max(kept.frames[-1].at, last)
    )
    return _clip(kept, track, falls, person, zone, recorded)


def of_ordinary_minute(kept: Kept, zone: ZoneInfo) -> RecordedClip | None:
    """A minute in which nobody fell."""
    recorded = Recorded(since=kept.frames[0].at, until=kept.frames[-1].at)
    return _clip(kept, track_of(kept.frames), [], None, zone, recorded)


def track_of(frames: Sequence[PoseFrame]) -> PoseTrack:
    """Those who are seen at each moment; who is only held from before is not."""
    stream: list[Poses] = []
    for frame in frames:
        time = frame.at - frames[0].at
        if not stream or time > stream[-1].time:
            stream.append(Poses(len(stream), time, frame.aspect, _bodies(frame)))
    return PoseTrack.from_poses(stream)


def _clip(
    kept: Kept,
    track: PoseTrack,
    falls: list[Span],
    person: int | None,
    zone: ZoneInfo,
    recorded: Recorded,
) -> RecordedClip | None:
    if not len(track.rows):
        return None
    day = datetime.fromtimestamp(kept.frames[0].at, zone).date().isoformat()
    camera = file_name(kept.camera_id)
    others = [it.name for it in FALL_AND_LYING if it.name != FALL]
    labels = ClipLabels(
        name=kept.incident_id,
        group=f"{SOURCE}-{camera}-{day}",
        room=f"{SOURCE}-{camera}",
        view=camera,
        source=SOURCE,
        spans=(*falls, *(_unknown(label, track) for label in others)),
        person=person,
    )
    return RecordedClip(labels, track, kept.camera_id, day, recorded)


def _lasted(incident: Incident) -> float:
    if incident.ended_at is None:
        return FALL_SEC
    return max(0.0, incident.ended_at - incident.began_at)


def _fall(begin: float, end: float) -> list[Span]:
    edges = [
        Span(label=FALL, start=max(at - EDGE_SEC, 0.0), end=at + EDGE_SEC, certain=False)
        for at in (begin, end)
    ]
    return [Span(label=FALL, start=begin, end=end), *edges]


def _unknown(label: str, track: PoseTrack) -> Span:
    return Span(label=label, start=0.0, end=float(track.times[-1]), certain=False)


def _bodies(frame: PoseFrame) -> tuple[Body, ...]:
    return tuple(
        Body(person, _landmarks(joints))
        for person, joints in zip(frame.people, frame.joints, strict=True)
        if (joints[:, 2] > 0).any() and np.isfinite(joints).all()
    )


def _landmarks(joints: NDArray[np.float16]) -> NDArray[np.float32]:
    """All landmarks, of which those that are no joints are not seen."""
    landmarks = np.zeros((LANDMARK_COUNT, 4), dtype=np.float32)
    landmarks[LANDMARKS, :2] = joints[:, :2]
    landmarks[LANDMARKS, 3] = joints[:, 2]
    return landmarks
