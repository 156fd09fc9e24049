"""What the household's record shows, and its poses as tracks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backend.escalation.answer import Verdict
from backend.poses.frame import PoseFrame
from backend.poses.replay_file import Kept
from backend.poses.store import ReplayStore
from backend.storage.database import Database, open_database
from backend.versions.record import MONTH_SEC, incident_stretches, track_of
from contract.comparisons import Truth
from modeling.perception.windows.windows import track_moments
from testkit.recorded_falls import RecordedFalls

NOW = 1_795_939_200.0


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(None, tmp_path)
    yield database
    database.close()


def test_verdict_says_what_an_incident_was(database: Database, tmp_path: Path) -> None:
    replays = ReplayStore(tmp_path / "poses", 365)
    record = RecordedFalls(database, replays, tmp_path)
    said = (Verdict.FALL, Verdict.FALSE_ALARM, Verdict.NOT_SURE, Verdict.TEST, None)
    days = enumerate(said, start=-5)
    ids = [record.add(NOW + day * 86_400, it, falls=False) for day, it in days]
    record.add(NOW - MONTH_SEC - 1, Verdict.FALL, falls=False)
    without_poses = record.add(NOW - 60, Verdict.FALL, falls=False)
    replays.erase([without_poses])
    found = incident_stretches(database, replays.names(), NOW, household_id=1)
    assert [it.incident_id for it in found] == ids
    unjudged = [Truth.UNJUDGED] * 3
    assert [it.truth for it in found] == [Truth.FALL, Truth.FALSE_ALARM, *unjudged]
    assert incident_stretches(database, replays.names(), NOW, household_id=2) == []


def frame(at: float, *people: int, **fields: Any) -> PoseFrame:
    joints = np.full((len(people), 13, 3), at % 1, dtype=np.float16)
    scores = tuple((0.0,) for _ in people)
    return PoseFrame("hall", at, at, 1.5, people, joints, ("fall",), scores)


def test_replay_becomes_a_track_that_gives_the_same_windows() -> None:
    frames = [frame(NOW + number / 10, 1) for number in range(1, 10)]
    kept = Kept("i", "hall", is_partial=False, frames=[frames[0], *frames, frame(NOW + 1, 2, 3)])
    track = track_of(kept)
    assert len(track) == 10
    assert track.persons.tolist() == [1] * 9 + [2, 3]
    assert track.aspect == 1.5
    newest = track_moments(track)[-2].windows[0].joints[-1]
    assert newest == pytest.approx(frames[-1].joints[0].astype(float), abs=0.001)
