"""Poses of the record as labelled tracks."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from backend.datasets.record_tracks import (
    LANDMARKS,
    RecordedClip,
    of_incident,
    of_ordinary_minute,
    track_of,
)
from backend.escalation.answer import Verdict
from backend.poses.frame import PoseFrame
from backend.poses.replay_file import Kept
from contract.incidents import Incident, IncidentState
from testkit.households import HOME

SEOUL = ZoneInfo("Asia/Seoul")
AT = 1_800_025_200.0
"""2027-01-16 00:00 in Seoul."""


def frame(at: float, people: Sequence[int] = (1,), seen: float = 0.5) -> PoseFrame:
    joints = np.full((len(people), 13, 3), 0.25, dtype=np.float16)
    joints[..., 2] = seen
    scores = tuple((0.1,) for _ in people)
    return PoseFrame("거실", at, at, 1.5, tuple(people), joints, ("fall",), scores)


def kept(seconds: int = 30, **fields: Any) -> Kept:
    return Kept(
        "abc", "거실", False, [frame(AT - 10 + n / 2, **fields) for n in range(seconds * 2)]
    )


def incident(**fields: Any) -> Incident:
    given = {
        "id": "abc",
        "camera_id": "거실",
        "label": "fall",
        "household_id": HOME,
        "person": 1,
        "state": IncidentState.RESOLVED,
        "began_at": AT,
        "ended_at": AT + 2,
        "duration_sec": 2.0,
        "seen": None,
        "detail": None,
        "received_at": AT,
        "sent_id": None,
        **fields,
    }
    return Incident.model_validate(given)


def clip(verdict: Verdict, seconds: int = 30, **fields: Any) -> RecordedClip:
    made = of_incident(kept(seconds), incident(**fields), verdict, SEOUL)
    assert made is not None
    return made


def test_a_fall_is_where_the_incident_was_and_open_around_it() -> None:
    made = clip(Verdict.FALL)
    spans = [(it.start, it.end, it.certain) for it in made.labels.spans if it.label == "fall"]
    assert spans == [(10.0, 12.0, True), (9.5, 10.5, False), (11.5, 12.5, False)]
    assert made.day == "2027-01-15", "the day on which the clip begins, in the household's zone"
    assert (made.labels.source, made.labels.person) == ("household", 1)


@pytest.mark.parametrize("verdict", [Verdict.FALSE_ALARM, Verdict.TEST])
def test_what_was_none_shows_no_fall(verdict: Verdict) -> None:
    made = clip(verdict)
    assert {span.label for span in made.labels.spans} == {"lying"}
    assert not any(span.certain for span in made.labels.spans)


@pytest.mark.parametrize(("ended_at", "end"), [(None, 12.0), (AT + 300, 20.0), (AT - 5, 10.0)])
def test_an_end_that_is_missing_or_odd(ended_at: float | None, end: float) -> None:
    (span,) = clip(Verdict.FALL, ended_at=ended_at).labels.falls
    assert (span.start, span.end) == (10.0, end)


def test_whoever_is_not_among_those_who_are_seen_is_nobody() -> None:
    assert clip(Verdict.FALL, person=7).labels.person is None


def test_joints_lie_where_training_looks_for_them() -> None:
    track = track_of([frame(AT), frame(AT + 0.1, (1, 2))])
    track.check()
    assert track.persons.tolist() == [1, 1, 2]
    assert (track.landmarks[:, LANDMARKS] == [0.25, 0.25, 0.0, 0.5]).all()
    others = np.setdiff1d(np.arange(33), LANDMARKS)
    assert (track.landmarks[:, others] == 0).all()


def test_who_is_only_held_is_not_seen_and_no_moment_comes_twice() -> None:
    track = track_of([frame(AT), frame(AT), frame(AT + 1, seen=0.0), frame(AT + 2)])
    assert track.times.tolist() == [0.0, 1.0, 2.0]
    assert track.rows.tolist() == [0, 2]


def test_where_nobody_is_in_sight_there_is_no_clip() -> None:
    nobody = kept(seen=0.0)
    assert of_incident(nobody, incident(), Verdict.FALL, SEOUL) is None
    assert of_ordinary_minute(nobody, SEOUL) is None
